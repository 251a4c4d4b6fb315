"""The contract's table of order lines, row by row, and the guards that may only withhold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reconciler.model import address
from reconciler.model.change import UNKNOWN, UpdateLine, Why, Withhold
from reconciler.model.difference import Difference
from reconciler.model.evidence import Evidence, Present, Unknown
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Baseline, Record
from reconciler.model.rules import Acknowledged, Rules
from reconciler.stages.diff import Sides, diff
from tests.stages.sides import NOW, WRITTEN, a_status, lost, record, remembered, sides, wish

O1, L1 = address.order("o1"), address.order_line("o1", "l1")


def only_step(asked: Sides) -> UpdateLine:
    found = diff(asked)
    (step,) = found.steps
    assert not found.withheld
    assert not found.kept.total
    assert isinstance(step, UpdateLine)
    return step


def only_withheld(asked: Sides) -> Withhold:
    found = diff(asked)
    assert not found.steps
    assert not found.kept.total
    (withheld,) = found.withheld
    return withheld


def kept(found: Difference) -> dict[Evidence, int]:
    assert not found.steps
    assert not found.withheld
    return dict(found.kept.by_evidence)


# ------------------------------------------------------------------ the table

MEMORIES = [None, remembered("delivered"), remembered("processing")]


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("memory", MEMORIES)
def test_a_listed_status_that_is_wanted_is_kept_whatever_the_record_says(memory, touched):
    asked = sides(wish(), lines={"l1": "delivered"}, record=record(memory, touched=touched))
    assert kept(diff(asked)) == {Evidence.OBSERVED: 1}


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("memory", MEMORIES)
def test_another_listed_status_is_updated_from_what_is_seen_whatever_the_record_says(memory, touched):
    step = only_step(sides(wish(), lines={"l1": "new"}, record=record(memory, touched=touched)))
    assert (step.evidence, step.fields[0].before, step.fields[0].after) == (
        Evidence.OBSERVED,
        "new",
        "delivered",
    )


@pytest.mark.parametrize("memory", [remembered("delivered"), remembered("processing")])
def test_a_listed_status_that_differs_from_the_record_is_drift_beside_it(memory):
    found = diff(sides(wish(), lines={"l1": "new"}, record=record(memory)))
    (drift,) = found.drift
    assert (drift.address, drift.recorded, drift.observed) == (L1, memory.spec, "new")
    (taken,) = found.taken
    assert taken.memory is not None
    assert (taken.address, taken.memory.spec, taken.memory.how) == (L1, "new", Evidence.OBSERVED)


def test_a_hidden_status_of_which_nothing_is_recorded_is_updated_from_unknown():
    step = only_step(sides(wish()))
    assert (step.evidence, step.fields[0].before) == (Evidence.UNKNOWN, UNKNOWN)


def test_a_hidden_status_that_was_said_is_kept_as_recorded():
    found = diff(sides(wish(), record=record(remembered("delivered"))))
    assert kept(found) == {Evidence.RECORDED: 1}
    assert found.kept.oldest == WRITTEN


def test_a_hidden_status_that_was_said_is_kept_as_stale_once_the_order_was_touched():
    assert kept(diff(sides(wish(), record=record(remembered("delivered"), touched=True)))) == {
        Evidence.STALE: 1
    }


def test_a_stale_status_is_said_again_only_when_it_is_named():
    stale = record(remembered("delivered"), touched=True)
    other = Rules(resend_stale=("order_line/o2/*",))
    assert kept(diff(sides(wish(), record=stale, rules=other))) == {Evidence.STALE: 1}
    step = only_step(sides(wish(), record=stale, rules=Rules(resend_stale=("order_line/o1/*",))))
    assert step.evidence is Evidence.STALE
    assert "run 7" in step.reason
    assert "the order changed since" in step.reason


def test_a_stale_status_that_may_not_be_said_again_is_kept_and_not_withheld():
    stale = record(remembered("delivered"), touched=True)
    again = Rules(resend_stale=("order_line/o1/*",))
    found = diff(sides(wish(allowed_from=frozenset({"new"})), record=stale, rules=again))
    assert not found.withheld
    assert kept(found) == {Evidence.STALE: 1}


@pytest.mark.parametrize(("touched", "evidence"), [(False, Evidence.RECORDED), (True, Evidence.STALE)])
def test_a_hidden_status_that_was_said_otherwise_is_updated_from_the_record(touched, evidence):
    step = only_step(sides(wish(), record=record(remembered("new"), touched=touched)))
    assert (step.evidence, step.fields[0].before) == (evidence, "new")


def test_what_the_user_vouched_for_is_kept_as_declared():
    found = diff(sides(wish(), record=record(remembered("delivered", Evidence.DECLARED))))
    assert kept(found) == {Evidence.DECLARED: 1}


@pytest.mark.parametrize("lines", [{"l1": None}, {"l1": "new"}, {"l1": "delivered"}])
@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("of", [L1, O1])
def test_a_lost_write_withholds_its_line_whatever_is_seen(lines, memory, of):
    asked = sides(wish(once=True), lines=lines, record=record(memory, unsettled={of: lost()}))
    withheld = only_withheld(asked)
    assert withheld.why is Why.UNSETTLED
    assert "run 7" in withheld.reason
    assert diff(asked).taken == ()


# ------------------------------------------------------------------ touched since


def _baseline(seen=None, before=None):
    return {"o1": Baseline(seen, before, WRITTEN)}


@pytest.mark.parametrize(
    ("baseline", "updated", "touched"),
    [
        (Baseline(WRITTEN, None, WRITTEN), WRITTEN, False),
        (Baseline(WRITTEN, None, WRITTEN), WRITTEN + timedelta(seconds=1), True),
        (Baseline(None, WRITTEN - timedelta(hours=1), WRITTEN), WRITTEN - timedelta(hours=1), False),
        (Baseline(None, WRITTEN - timedelta(hours=1), WRITTEN), WRITTEN + timedelta(seconds=60), False),
        (Baseline(None, WRITTEN - timedelta(hours=1), WRITTEN), WRITTEN + timedelta(seconds=61), True),
        (Baseline(None, None, WRITTEN), None, False),
        (Baseline(None, WRITTEN - timedelta(hours=1), WRITTEN), None, True),
        (Baseline(WRITTEN, None, WRITTEN), None, True),
    ],
)
def test_an_order_counts_as_touched_when_its_update_time_is_newer_than_our_own_echo(
    baseline, updated, touched
):
    remember = Record(lines={"o1": {"l1": remembered("delivered")}}, baselines={"o1": baseline})
    expected = Evidence.STALE if touched else Evidence.RECORDED
    assert kept(diff(sides(wish(), record=remember, updated=updated))) == {expected: 1}


def test_the_first_later_update_time_within_a_minute_becomes_the_baseline():
    before = WRITTEN - timedelta(hours=1)
    remember = Record(lines={"o1": {"l1": remembered("delivered")}}, baselines=_baseline(before=before))
    echo = WRITTEN + timedelta(seconds=59)
    assert diff(sides(wish(), record=remember, updated=before)).baselines == {}
    assert diff(sides(wish(), record=remember, updated=echo)).baselines["o1"].seen == echo
    assert diff(sides(wish(), record=remember, updated=WRITTEN + timedelta(hours=1))).baselines == {}


# ------------------------------------------------------------------ guards: from


def test_a_line_is_moved_from_a_status_that_from_names():
    for asked in (
        sides(wish(allowed_from=frozenset({"new"})), lines={"l1": "new"}),
        sides(wish(allowed_from=frozenset({"new"})), record=record(remembered("new"))),
    ):
        assert only_step(asked).fields[0].before == "new"


def test_a_line_in_another_status_than_from_names_has_moved_on():
    for asked in (
        sides(wish(allowed_from=frozenset({"new"})), lines={"l1": "delivering"}),
        sides(wish(allowed_from=frozenset({"new"})), record=record(remembered("delivering"))),
    ):
        withheld = only_withheld(asked)
        assert withheld.why is Why.MOVED_ON
        assert "the line is delivering" in withheld.reason


def test_from_is_not_met_by_what_cannot_be_known():
    for asked in (
        sides(wish(allowed_from=frozenset({"new"}))),
        sides(wish(allowed_from=frozenset({"new"})), record=record(remembered("new"), touched=True)),
    ):
        withheld = only_withheld(asked)
        assert withheld.why is Why.IMPOSSIBLE
        assert "cannot be known" in withheld.reason


# ------------------------------------------------------------------ guards: reopening


@pytest.mark.parametrize("final", ["canceled", "refunded", "sent_back"])
def test_a_line_is_not_moved_out_of_a_canceled_or_refunded_type_without_leave(final):
    situations = {
        "the line is": sides(wish(), lines={"l1": final}),
        "the line is ": sides(wish(), record=record(remembered(final))),
        "was recorded as": sides(wish(), record=record(remembered(final), touched=True)),
    }
    for said, asked in situations.items():
        withheld = only_withheld(asked)
        assert withheld.why is Why.FORBIDDEN
        assert said.strip() in withheld.reason
        assert "--allow-reopen" in withheld.reason
        only_step(replace(asked, rules=Rules(allow_reopen=True)))


def test_a_line_is_not_moved_out_of_an_order_that_is_canceled_itself():
    withheld = only_withheld(sides(wish(), order_status="canceled"))
    assert withheld.why is Why.FORBIDDEN
    assert "the order itself is canceled" in withheld.reason
    only_step(sides(wish("canceled"), order_status="canceled"))
    only_step(sides(wish(), order_status="canceled", rules=Rules(allow_reopen=True)))
    only_step(sides(wish(), order_status="part_refunded"))


def test_a_move_out_of_one_final_type_into_the_other_reopens_too():
    withheld = only_withheld(sides(wish("refunded"), lines={"l1": "canceled"}))
    assert withheld.why is Why.FORBIDDEN
    assert "canceled" in withheld.reason


def test_a_status_that_nobody_declares_is_moved_from_and_the_plan_says_what_cannot_be_judged():
    for asked in (
        sides(wish(), lines={"l1": "mystery"}),
        sides(wish(), record=record(remembered("mystery"))),
    ):
        reason = only_step(asked).reason
        assert reason.endswith(
            "; nothing declares the type of mystery, so whether this reopens the line cannot be judged"
        )
    assert "nothing declares" not in only_step(sides(wish(), lines={"l1": "processing"})).reason


# ------------------------------------------------------------------ guards: transitions (A36)

TABLE = {"processing": frozenset({"delivering", "canceled"})}


def test_line_transitions_allow_what_they_list_and_nothing_else():
    rules = Rules(transitions=TABLE)
    only_step(sides(wish("delivering"), lines={"l1": "processing"}, rules=rules))
    for before, after in (("processing", "delivered"), ("new", "delivering")):
        withheld = only_withheld(sides(wish(after), lines={"l1": before}, rules=rules))
        assert withheld.why is Why.FORBIDDEN
        assert f"from {before}" in withheld.reason
    only_step(sides(wish("delivering"), record=record(remembered("processing")), rules=rules))


def test_a_move_from_an_unknown_status_needs_a_row_of_its_own():
    rules = Rules(transitions=TABLE)
    stale = record(remembered("processing"), touched=True)
    for asked in (sides(wish(), rules=rules), sides(wish("delivering"), record=stale, rules=rules)):
        assert only_withheld(asked).why is Why.FORBIDDEN
    opened = Rules(transitions={**TABLE, "?": frozenset({"delivered"})})
    only_step(sides(wish(), rules=opened))
    assert "from ? to delivered" in only_withheld(sides(wish("new"), rules=opened)).reason


# ------------------------------------------------------------------ what is not there


def test_a_line_state_of_an_order_that_is_not_shown_is_withheld():
    nowhere = World(whole=True, requests=1)
    withheld = only_withheld(sides(wish(), world=nowhere))
    assert (withheld.why, withheld.evidence) == (Why.NOT_FOUND, Evidence.OBSERVED)


def test_a_walk_that_broke_off_leaves_what_was_not_seen_unknown():
    withheld = only_withheld(sides(wish(), world=World(broken="cut", requests=1)))
    assert (withheld.why, withheld.evidence) == (Why.IMPOSSIBLE, Evidence.UNKNOWN)
    refused = World(orders={"o1": Unknown("the server answered 500")}, whole=True)
    assert "answered 500" in only_withheld(sides(wish(), world=refused)).reason


def test_a_line_that_the_order_does_not_have_is_withheld_naming_those_that_it_has():
    withheld = only_withheld(sides(wish(), lines={"l2": None, "l3": None}))
    assert withheld.why is Why.NOT_FOUND
    assert "it has l2, l3" in withheld.reason


def test_an_order_without_lines_has_none():
    assert (
        "it has none" in only_withheld(replace(sides(wish(), lines={"x": None}), world=_world_of({}))).reason
    )


def _world_of(lines):
    live = LiveOrder("o1", endpoint="site", status="new", updated=WRITTEN, lines=lines)
    return World(orders={"o1": Present(live)}, whole=True)


# ------------------------------------------------------------------ every line


def test_one_wish_for_every_line_becomes_a_wish_for_each():
    found = diff(sides(wish(line="*"), lines={"l1": None, "l2": "new", "l3": "delivered"}))
    assert {step.address.parts[1] for step in found.steps} == {"l1", "l2"}
    assert found.kept.by_evidence == {Evidence.OBSERVED: 1}


def test_every_line_is_withheld_where_lines_are_not_read():
    withheld = only_withheld(replace(sides(wish(line="*")), world=_world_of(None)))
    assert "observe: list" in withheld.reason


def test_lines_that_are_excluded_are_left_out_of_every_line():
    asked = replace(
        sides(wish(line="*"), lines={"l1": None, "l2": None}), selects=lambda where: where.parts[-1] != "l2"
    )
    assert [step.address for step in diff(asked).steps] == [L1]


# ------------------------------------------------------------------ once


def test_a_wish_that_is_meant_once_is_done_where_it_is_seen():
    (taken,) = diff(sides(wish(once=True), lines={"l1": "delivered"})).taken
    assert taken.finished == "delivered"


def test_a_wish_that_is_meant_once_is_done_where_the_target_accepted_the_same_words():
    (taken,) = diff(sides(wish(once=True), record=record(remembered("delivered")))).taken
    assert taken.finished == "delivered"
    vouched = record(remembered("delivered", Evidence.DECLARED))
    assert diff(sides(wish(once=True), record=vouched)).taken == ()


def test_lines_of_every_line_that_are_done_are_counted_and_left_alone():
    done = Record(finished={L1: "delivered"})
    found = diff(sides(wish(line="*", once=True), lines={"l1": "new", "l2": "new"}, record=done))
    assert [step.address.parts[1] for step in found.steps] == ["l2"]
    assert found.finished == 1


def test_the_mark_of_a_done_wish_goes_when_the_wish_goes():
    done = Record(finished={L1: "delivered"})
    (taken,) = diff(sides(record=done)).taken
    assert (taken.address, taken.memory, taken.finished) == (L1, None, "")
    resting = sides(record=done)
    resting = replace(resting, manifests=replace(resting.manifests, resting=frozenset({L1})))
    assert diff(resting).taken == ()
    assert diff(replace(sides(record=done), covers=lambda _: False)).taken == ()


# ------------------------------------------------------------------ leaving, needs, triggers


def test_what_is_no_longer_wanted_leaves_the_record_and_is_counted():
    found = diff(sides(record=record(remembered("new"), orders={"o1": remembered("x")})))
    assert {(taken.address, taken.memory) for taken in found.taken} == {(O1, None), (L1, None)}
    assert found.leaving == 2
    assert found.steps == ()


def test_what_was_not_asked_for_stays_in_the_record():
    found = diff(replace(sides(record=record(remembered("new"))), covers=lambda _: False))
    assert found.taken == ()


def test_a_line_needs_the_definition_of_its_status_only_where_we_say_it():
    step = only_step_of_line(sides(wish("packed"), definitions=(a_status(),)))
    assert step.needs == (address.line_status("packed"),)
    assert only_step(sides(wish("delivered"))).needs == ()


def only_step_of_line(asked):
    return next(step for step in diff(asked).steps if isinstance(step, UpdateLine))


def test_a_line_whose_status_is_withheld_is_withheld_too():
    known = Record(definitions={address.line_status("packed"): _said(type="delivered")})
    found = diff(sides(wish("packed"), definitions=(a_status(),), record=known))
    assert found.steps == ()
    assert {each.why for each in found.withheld} == {Why.IMPOSSIBLE}
    assert any("needs line_status/packed" in each.reason for each in found.withheld)


def _said(**fields):
    return remembered({**a_status().fields, **fields})  # type: ignore[arg-type]


def test_only_a_status_of_which_the_user_says_so_fires_no_trigger():
    assert only_step(sides(wish("delivered"))).triggers
    assert not only_step(sides(wish("quiet"))).triggers


def test_a_withheld_item_is_acknowledged_until_its_date():
    known = Acknowledged("order_line/o1/*", "by hand", NOW.date())
    asked = sides(wish(), order_status="canceled", rules=Rules(acknowledged=(known,)))
    assert only_withheld(asked).acknowledged
    over = replace(known, until=date(2026, 11, 19))
    assert not only_withheld(replace(asked, rules=Rules(acknowledged=(over,)))).acknowledged
