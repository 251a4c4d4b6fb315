"""settle: nothing is called done or not done but for a reason that the contract names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import line_status, order, order_line
from reconciler.model.evidence import Present
from reconciler.model.lost import Witness, sight_of
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Unsettled
from reconciler.model.settlement import Assume, Assumption, Verdict
from reconciler.stages.settle import settle

SENT = datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
BEFORE = SENT.replace(microsecond=0) - timedelta(hours=1)
LINE = order_line("1", "l")
ORDER = order("1")


def lost(**facts: Any) -> Unsettled:
    return Unsettled(
        **{
            "run": 1,
            "at": SENT,
            "wanted": "delivered",
            "reason": "cut",
            "action": "update",
            "before": "new",
            "updated": BEFORE,
            **facts,
        }
    )


def world(status: str | None = None, updated: datetime | None = BEFORE, **more: Any) -> World:
    live = LiveOrder("1", updated=updated, lines={"l": status})
    return World(orders={"1": Present(live)}, whole=True, **more)


def judged(
    where: Any = LINE,
    unsettled: Unsettled | None = None,
    seen: World | None = None,
    moving: Any = (),
    shown: Any = None,
    said: Any = (),
    *,
    ahead: timedelta | None = timedelta(),
):
    """Judge one lost write; `moving` are runs and kinds whose confirmed writes moved an update_time."""
    witnesses = {
        run: Witness(frozenset(kind for of, kind in moving if of == run), ahead)
        for run in {1, *(of for of, _ in moving)}
    }
    sight = None if shown is None else sight_of(shown, {}, {})
    found = settle({where: unsettled or lost()}, seen or world(), witnesses, lambda _: sight, said)
    return found[0]


def showing(sight: Any) -> Any:
    return lambda _: sight


MOVING = [(1, "order_line")]


@pytest.mark.parametrize(
    ("seen", "moving", "verdict", "hint"),
    [
        (world("delivered"), [], Verdict.DONE, Verdict.OPEN),
        (world("new"), [], Verdict.NOT_DONE, Verdict.OPEN),
        (world("paid", SENT), [], Verdict.OPEN, Verdict.DONE),
        (world(), MOVING, Verdict.NOT_DONE, Verdict.OPEN),
        (world(), [(2, "order_line")], Verdict.OPEN, Verdict.NOT_DONE),
        (world(), [(1, "order")], Verdict.OPEN, Verdict.NOT_DONE),
        (world(), [], Verdict.OPEN, Verdict.NOT_DONE),
        (world(updated=None), MOVING, Verdict.OPEN, Verdict.OPEN),
        (world(updated=SENT + timedelta(seconds=2)), MOVING, Verdict.OPEN, Verdict.DONE),
        (world(updated=SENT + timedelta(hours=2)), MOVING, Verdict.OPEN, Verdict.OPEN),
        (world(updated=SENT - timedelta(minutes=2)), MOVING, Verdict.OPEN, Verdict.NOT_DONE),
        (World(), MOVING, Verdict.OPEN, Verdict.OPEN),
        (World(whole=True), MOVING, Verdict.OPEN, Verdict.OPEN),
    ],
)
def test_the_table_of_lines(seen, moving, verdict, hint):
    found = judged(seen=seen, moving=moving)
    assert (found.verdict, found.hint, found.vouched) == (verdict, hint, False)
    assert found.how


def test_an_order_that_changed_in_the_second_in_which_we_sent_proves_nothing():
    found = judged(
        unsettled=lost(updated=SENT.replace(microsecond=0)),
        seen=world(updated=SENT.replace(microsecond=0)),
        moving=MOVING,
    )
    assert found.verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("action", "shown", "verdict"),
    [
        ("update", {"region": "west"}, Verdict.DONE),
        ("update", {"region": "east"}, Verdict.NOT_DONE),
        ("update", {"region": "north"}, Verdict.OPEN),
        ("update", None, Verdict.OPEN),
        ("create", {"region": "west"}, Verdict.DONE),
        ("create", {"region": "east"}, Verdict.OPEN),
    ],
)
def test_the_table_of_orders(action, shown, verdict):
    asked = lost(action=action, wanted={"region": "west", "lines.l.status": "new"}, before={"region": "east"})
    assert judged(ORDER, asked, world(updated=SENT), shown=shown).verdict is verdict


def test_an_order_that_the_whole_list_does_not_show_was_not_made():
    asked = lost(action="create", wanted={"region": "west"}, before=None, updated=None)
    assert judged(ORDER, asked, World(whole=True)).verdict is Verdict.NOT_DONE
    assert judged(ORDER, asked, World()).verdict is Verdict.OPEN


def test_a_target_whose_clock_was_never_compared_with_ours_settles_nothing_by_a_minute():
    asked = lost(updated=SENT.replace(microsecond=0) - timedelta(seconds=30))
    seen = world(updated=asked.updated)
    assert judged(unsettled=asked, seen=seen, moving=MOVING).verdict is Verdict.NOT_DONE
    assert judged(unsettled=asked, seen=seen, moving=MOVING, ahead=None).verdict is Verdict.OPEN
    ours_was_fast = timedelta(seconds=-30)
    assert judged(unsettled=asked, seen=seen, moving=MOVING, ahead=ours_was_fast).verdict is Verdict.OPEN


def test_an_import_that_only_said_line_statuses_is_read_by_them():
    asked = lost(wanted={}, before={})
    line = lost(before="new")
    for status, verdict in (
        ("delivered", Verdict.DONE), ("new", Verdict.NOT_DONE), ("paid", Verdict.OPEN), (None, Verdict.OPEN)
    ):  # fmt: skip
        sight = sight_of({}, {"l": status}, {})
        found = settle({LINE: line, ORDER: asked}, world(status, SENT), {}, showing(sight))
        assert [each.verdict for each in found] == [verdict, verdict]


def test_a_definition_stays_open_and_is_likely_when_it_is_seen_in_use():
    where = line_status("packed")
    found = judged(where, seen=World(in_use=frozenset({where})))
    assert (found.verdict, found.hint) == (Verdict.OPEN, Verdict.DONE)
    assert judged(where, seen=World(whole=True), moving=MOVING).verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [({"region": "west"}, Verdict.DONE), ({"region": "east"}, Verdict.NOT_DONE), (None, Verdict.OPEN)],
)
def test_a_line_shares_the_fate_of_the_import_that_spoke_for_it(shown, verdict):
    import_ = lost(wanted={"region": "west"}, before={"region": "east"})
    sight = None if shown is None else sight_of(shown, {}, {})
    found = settle({LINE: lost(before=None), ORDER: import_}, world(updated=SENT), {}, lambda _: sight)
    assert [each.verdict for each in found] == [verdict, verdict]
    alone = settle(
        {LINE: lost(at=SENT + timedelta(seconds=1)), ORDER: import_},
        world(updated=SENT),
        {},
        lambda _: sight,
    )
    assert alone[1].verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("assume", "seen", "verdict"),
    [
        (Assume.DONE, world(), Verdict.DONE),
        (Assume.NOT_DONE, world(updated=SENT), Verdict.NOT_DONE),
        (Assume.LIKELY, world(updated=SENT), Verdict.DONE),
        (Assume.LIKELY, world(), Verdict.NOT_DONE),
        (Assume.LIKELY, world(updated=None), Verdict.OPEN),
    ],
)
def test_a_persons_word_is_taken_where_nothing_settles_it(assume, seen, verdict):
    found = judged(seen=seen, said=[Assumption(assume, "order_line/1/*")])
    assert found.verdict is verdict
    assert found.vouched is (verdict is not Verdict.OPEN)
    assert judged(seen=seen, said=[Assumption(assume, "order_line/2/*")]).verdict is Verdict.OPEN


moments = st.one_of(
    st.none(), st.integers(-7200, 7200).map(lambda seconds: SENT + timedelta(seconds=seconds))
)
statuses = st.sampled_from([None, "new", "delivered", "paid"])


@given(
    st.builds(lost, before=statuses, updated=moments, action=st.sampled_from(["update", "create"])),
    st.one_of(st.builds(world, statuses, moments), st.just(World()), st.just(World(whole=True))),
    st.sets(st.tuples(st.sampled_from([1, 2]), st.sampled_from(["order", "order_line"]))),
    st.lists(
        st.builds(
            Assumption, st.sampled_from(list(Assume)), st.sampled_from(["*", "order/*", "order_line/1/l"])
        )
    ),
)
def test_done_and_not_done_always_have_a_reason_of_the_contract(unsettled, seen, moving, said):
    found = judged(unsettled=unsettled, seen=seen, moving=moving, said=said)
    observed = seen.orders.get("1")
    live = observed.state if isinstance(observed, Present) else None
    status = live.lines["l"] if live is not None and live.lines is not None else None
    if found.vouched:
        assert said
    elif found.verdict is Verdict.DONE:
        assert status == unsettled.wanted
    elif found.verdict is Verdict.NOT_DONE:
        read = status is not None and status == unsettled.before
        absent = seen.whole and live is None and unsettled.action == "create"
        untouched = (
            live is not None
            and live.updated is not None
            and unsettled.updated is not None
            and live.updated <= unsettled.updated < unsettled.at
            and (1, "order_line") in moving
        )
        assert read or absent or untouched
