"""The card of a run that did not end well: what the person on call has to know, before the next command."""

from __future__ import annotations

import pytest

from tests.cli.shop import STATUSES, Shop, states

LASTING = "expires: 2099-01-01"
UPDATE = "orders/update_order_line_status"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Three orders of one line each, every line to be moved."""
    for order in "123":
        shop.stock(order, l1="new")
        shop.declare(states(order, LASTING, l1="delivered"), f"{order}.yaml")
    shop.settle_in(concurrency=1)
    return shop


def card(err: str) -> dict[str, str]:
    """Read the card, which stands right before the next command."""
    *_, last = lines = err.splitlines()
    assert last.startswith("Next: reconciler ")
    return {line[:11].strip(): line[12:] for line in lines[-7:-1]}


def test_a_lost_answer_says_whom_it_may_have_reached_and_what_it_blocks(stocked: Shop):
    stocked.strike((UPDATE, 2, "reset_after"), (UPDATE, 3, "error_403"))
    ended = stocked.apply()
    assert ended.code == 9
    assert card(ended.err) == {
        "Running": "no: run 1 has ended, nothing goes on by itself",
        "Messaged": "perhaps the customers of 2 orders, 1 of them with an answer that was lost",
        "Not sent": "1 refused by the target",
        "Can wait": "yes: what is lost is never sent again by itself, and what is left stays approved",
        "Blocked": "only order_line/2/l1, until settled",
        "First": "reconciler resume --settle-only -t shop  (reads, sends nothing)",
    }
    assert stocked.run("resume", "--settle-only").code in {0, 9}


def test_a_run_that_was_denied_names_what_was_not_sent(stocked: Shop):
    stocked.strike((UPDATE, 1, "error_403"))
    ended = stocked.apply()
    assert ended.code == 8
    told = card(ended.err)
    assert told["Messaged"].startswith("nobody")
    assert told["Not sent"] == "2 skipped, 1 refused by the target"
    assert (told["Blocked"], told["First"]) == ("nothing", "reconciler plan -t shop  (reads, sends nothing)")


def test_a_run_that_ended_well_has_no_card(stocked: Shop):
    ended = stocked.apply()
    assert ended.code == 0
    assert "Messaged" not in ended.err


def test_a_run_of_lost_answers_stops_by_itself_and_says_why(shop: Shop):
    orders = [str(order) for order in range(1, 16)]
    for order in orders:
        shop.stock(order, l1="new")
        shop.declare(states(order, LASTING, l1="delivered"), f"{order}.yaml")
    shop.settle_in(concurrency=1)
    shop.strike(*[(UPDATE, number, "reset_after") for number in range(3, 20)])

    ended = shop.apply()

    assert ended.code == 9
    assert ended.last == "Applied: 2 done, 0 failed, 10 lost, 3 skipped, 0 moved, 0 withheld."
    assert len(shop.updates()) == 12
    told = card(ended.err)
    assert told["Running"] == (
        "no: run 1 stopped by itself, for 10 answers in a row were lost, nothing goes on by itself"
    )
    assert told["Not sent"] == "3 skipped"
    assert ended.err.splitlines()[-1] == "Next: reconciler resume -t shop"


def test_what_is_skipped_because_its_need_was_refused_is_to_be_planned_again(stocked: Shop):
    stocked.declare(STATUSES + states("1", LASTING, l1="packed"), "1.yaml")
    stocked.strike(("orders/import", 1, "error_400"))
    ended = stocked.apply()
    assert ended.last == "Applied: 2 done, 1 failed, 0 lost, 1 skipped, 0 moved, 0 withheld."
    assert ended.err.splitlines()[-1] == "Next: reconciler plan -t shop"
