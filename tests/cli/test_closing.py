"""runs close: what is left of an approval is given up, and why is kept."""

from __future__ import annotations

import pytest

from tests.cli.shop import Shop, states

UPDATE = "orders/update_order_line_status"


@pytest.fixture
def begun(shop: Shop) -> Shop:
    """A run that was approved for two lines and sent one."""
    for order in "12":
        shop.stock(order, l1="new")
        shop.declare(states(order, "expires: 2099-01-01", l1="delivered"), f"{order}.yaml")
    assert shop.apply("--first", "1").code == 0
    return shop


def test_what_is_left_is_given_up_and_the_reason_is_kept(begun: Shop):
    ended = begun.run("runs", "close", "1", "--reason", "replaced tonight", "-o", "json")
    assert (ended.code, ended.json["closed"]) == (0, True)
    assert begun.run("runs", "show", "1", "-o", "json").json["closed"] == "replaced tonight"
    assert "closed    replaced tonight" in begun.run("runs", "show", "1").out
    assert "nothing is unsettled" in begun.run("resume", "--auto-approve").out
    assert len(begun.updates()) == 1


def test_what_cannot_be_closed_is_said_clearly(begun: Shop):
    assert begun.run("runs", "close", "1").code == 64
    assert "there is no run 7" in begun.run("runs", "close", "7", "--reason", "r").err
    assert begun.run("runs", "close", "1", "--reason", "r").code == 0
    ended = begun.run("runs", "close", "1", "--reason", "again")
    assert ended.code == 1
    assert "run 1 has nothing left to give up: it is closed already: r" in ended.err
    assert begun.run("resume", "--auto-approve").code == 0
    assert begun.apply().code == 0
    assert "it is closed already: all of it is done" in begun.run("runs", "close", "2", "--reason", "r").err


def test_what_is_lost_stays_lost(begun: Shop):
    begun.strike((UPDATE, 1, "reset_after"))
    assert begun.run("resume", "--auto-approve").code == 9
    assert begun.run("runs", "close", "1", "--reason", "r").code == 0
    assert begun.run("resume", "--auto-approve", "--settle-only").code == 9
