"""`runs revert`: a manifest takes a run's line statuses back; it is planned and applied like any other."""

import pytest

from reconciler.cli import run
from tests.cli.shop import STATUSES, Shop, states

ROOMY = "limits: {max_order_share: null}\n"


@pytest.fixture
def shown(shop: Shop) -> Shop:
    """A run moved two lines of an order that the server shows, and nothing else happened since."""
    shop.market.set_switches({"line_status": "shown"})
    shop.stock("1", l1="processing", l2="new")
    shop.settle_in(rest=ROOMY)
    shop.declare(states("1", l1="delivered", l2="delivered"))
    assert shop.apply(GITHUB_ACTOR="ann", GITHUB_SHA="abcdef1234567890").code == 0
    return shop


def into(shop: Shop, number: int = 1) -> str:
    """Take the wishes of a run out and its reversal in; gives what was written."""
    path = shop.root / "manifests" / "back.yaml"
    ended = shop.run("runs", "revert", str(number), "--into", str(path))
    assert ended.code == 0, ended.err
    (shop.root / "manifests" / "shop.yaml").unlink()
    return path.read_text()


def test_lines_go_back_to_what_was_observed_and_stay_there(shown: Shop):
    text = into(shown)
    assert text.startswith("# Takes back the line statuses of run 1: apply, ")
    assert "# by ann, commit abcdef123456\n" in text
    assert text.endswith(
        "targets: [shop]\n"
        "orders:\n"
        '  - external_id: "1"\n'
        "    hold: once\n"
        "    lines:\n"
        '      - {external_id: "l1", status: processing, from: [delivered]}\n'
        '      - {external_id: "l2", status: new, from: [delivered]}\n'
    )
    assert shown.run("fmt", "--check").code == 0
    assert shown.apply().last.startswith("Applied: 2 done, 0 failed")
    assert shown.updates()[2:] == [("1", "l1", "processing"), ("1", "l2", "new")]
    assert shown.plan("--detailed-exitcode").code == 0


def test_a_line_that_has_moved_on_since_is_not_dragged_back(shown: Shop):
    into(shown)
    shown.market.touch("1", lines={"l1": "processing", "l2": "delivering"})
    changes = {each["address"]: each for each in shown.plan("-o", "json").json["changes"]}
    assert changes.keys() == {"order_line/1/l2"}
    assert changes["order_line/1/l2"]["action"] == "withhold"


def test_a_status_that_was_once_reached_by_hold_once_is_reached_again(shop: Shop):
    shop.market.set_switches({"line_status": "shown"})
    shop.stock("1", l1="new")
    shop.settle_in(rest=ROOMY)
    for rest, status in (("hold: once", "processing"), ("hold: always", "delivered")):
        shop.declare(states("1", rest, l1=status))
        assert shop.apply().code == 0
    text = into(shop, 2)
    assert "hold: once\n" in text  # the mark of the first wish went when the second was to hold
    assert shop.apply().last.startswith("Applied: 1 done")
    assert shop.updates()[-1] == ("1", "l1", "processing")


def test_where_statuses_are_hidden_what_was_recorded_goes_back_and_the_rest_is_a_comment(shop: Shop):
    for order in "123":
        shop.stock(order, l1="new")
    shop.settle_in(rest=ROOMY)

    def want(status: str, *orders: str) -> None:
        for order in orders:
            shop.declare(states(order, "hold: always", l1=status), f"{order}.yaml")
        shop.apply()

    want("processing", "1", "2")
    shop.market.touch("2", lines={"l1": "delivering"})
    want("delivered", "1", "2", "3")
    text = shop.run("runs", "revert", "2").out
    assert '{external_id: "l1", status: processing, from: [delivered]}  # recorded, not read' in text
    assert "# A status was on record, and whether the line still had it" in text
    assert "#   order_line/2/l1: processing → delivered\n" in text
    assert "# The status before is not known. Look it up, and add the line here:" in text
    assert "#   order_line/3/l1: ? → delivered\n" in text
    document = shop.run("runs", "revert", "2", "-o", "json").json
    assert document["manifest"] == text
    assert document["summary"] == {
        "lines": 1, "orders": 1, "unknown": 1, "doubted": 1, "unsettled": 0, "lasting": 0,
    }  # fmt: skip
    assert [each["evidence"] for each in document["lines"]] == ["recorded"]
    for order in "123":
        (shop.root / "manifests" / f"{order}.yaml").unlink()
    shop.declare(text)
    assert shop.apply().last.startswith("Applied: 1 done")


def test_what_is_lost_is_settled_first(shop: Shop):
    shop.stock("1", l1="new")
    shop.settle_in(rest=ROOMY)
    shop.declare(states("1", l1="processing"))
    assert shop.apply().code == 0
    shop.declare(states("1", l1="delivered"))
    shop.strike(("orders/update_order_line_status", 1, "reset_after"))
    assert shop.apply().code == 9
    text = shop.run("runs", "revert", "2").out
    assert "`reconciler resume` settles it; then revert again:\n#   order_line/1/l1: ? → delivered\n" in text
    assert "orders:" not in text
    assert shop.run("resume", "--settle-only", "--assume", "done", "*").code == 0
    assert "status: processing, from: [delivered]" in shop.run("runs", "revert", "2").out


def test_it_sends_nothing_and_says_what_stands_in_the_way(shown: Shop):
    before = len(shown.market.requests())
    ended = shown.run("runs", "revert", "1")
    assert ended.code == 0
    assert len(shown.market.requests()) == before
    assert "1 of these orders are declared already, such as at manifests/shop.yaml:2:" in ended.err
    assert "Reverts: 2 lines of 1 orders. Left out: 0 not known, 0 unsettled, 0 no line states." in ended.err
    shown.declare("orders: 7\n")
    assert "the manifests have errors" in shown.run("runs", "revert", "1").err


def test_a_status_that_nobody_declares_is_named(shop: Shop):
    shop.market.set_switches({"line_status": "shown"})
    shop.stock("1", l1="new")
    shop.settle_in(rest=ROOMY)
    shop.declare(STATUSES + states("1", l1="packed"))
    assert shop.apply().code == 0
    shop.declare(states("2", l1="new"))
    assert "no manifest declares packed" in shop.run("runs", "revert", "1").err


def test_a_file_that_exists_is_left_alone(shown: Shop):
    path = shown.root / "manifests" / "shop.yaml"
    before = path.read_text()
    ended = shown.run("runs", "revert", "1", "--into", str(path), "-o", "json")
    assert (ended.code, ended.json["exit_code"], ended.json["lines"]) == (1, 1, [])
    assert "exists" in ended.err
    assert path.read_text() == before


def test_a_run_that_changed_no_line_is_no_way_back(shown: Shop):
    shown.declare(STATUSES)
    assert shown.apply().code == 0
    ended = shown.run("runs", "revert", "2", "--into", str(shown.root / "manifests" / "back.yaml"))
    assert ended.code == 1
    assert "run 2 changed no line status; what it sent was line_status/packed" in ended.err
    assert not (shown.root / "manifests" / "back.yaml").exists()
    unknown = shown.run("runs", "revert", "9", "-o", "json")
    assert (unknown.code, unknown.json["run"]) == (1, None)
    assert "on record: runs 1 to 2" in unknown.err
    assert run(["runs", "revert", "none"]) == 64
