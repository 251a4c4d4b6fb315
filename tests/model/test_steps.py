"""Steps at rest: what was added comes back whole, and is told by its wording as one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reconciler.model import address
from reconciler.model.change import FieldChange, Release, UpdateLine, action, may_trigger
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest
from reconciler.model.source import SourceManifest
from reconciler.model.steps import Steps, packed
from reconciler.model.updates import WORDINGS, Updates
from reconciler.model.worded import Worded

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Nothing(BaseModel):
    pass


SOURCE = SourceManifest(
    name="t", type="table", live=True, origin=Origin("m.yaml", 1), details=Nothing(), once=True
)
MOVE = (FieldChange("status", "new", "delivered"),)


def update(order="1", line="a", *, reason="differs", triggers=True, carried=False, place=1, **more):
    origin = Origin(more.pop("file", "m.yaml"), place, 3)
    wanted = LineManifest(order=order, line=line, status="delivered", origin=origin, **more)
    return UpdateLine(
        address=wanted.address,
        evidence=Evidence.OBSERVED,
        reason=reason,
        origin=origin,
        fields=MOVE,
        wanted=wanted,
        triggers=triggers,
        carried=carried,
    )


updates = st.builds(
    update,
    order=st.sampled_from(["1", "10", "2"]),
    line=st.sampled_from(["a", "b", "c"]),
    reason=st.sampled_from(["differs", "not read"]),
    triggers=st.booleans(),
    carried=st.booleans(),
    place=st.integers(1, 10**6),
    file=st.sampled_from(["m.yaml", "n.yaml"]),
    once=st.booleans(),
    source=st.sampled_from([None, SOURCE]),
    reported=st.sampled_from([None, AT]),
    dispute=st.sampled_from(["", "two sources disagree"]),
)
releases = st.builds(
    lambda name: Release(
        address=address.line_status(name), evidence=Evidence.RECORDED, reason="gone", origin=None
    ),
    st.sampled_from(["x", "y"]),
)
some = st.lists(st.one_of(updates, releases), unique_by=lambda step: step.address)


@given(some)
def test_what_was_added_comes_back_lines_behind_all_else(steps):
    lines = [step for step in steps if isinstance(step, UpdateLine)]
    found = Steps(steps)
    assert [*found] == [*(step for step in steps if step not in lines), *lines]
    assert [found[place] for place in range(len(found))] == [*found]
    assert [*found.addresses()] == [step.address for step in found]
    assert found == tuple(found)
    assert (found == ()) is (not steps)


@given(some)
def test_in_order_they_stand_by_rank_and_are_found_there(steps):
    found = Steps(steps).in_order()
    assert found == sorted(steps, key=lambda step: step.address.rank)
    assert found.in_order().lines is found.lines
    for place, step in enumerate(found.lines):
        assert found.lines.place(*step.address.parts) == place
        assert [*found.lines.of_order(step.wanted.order)] == [
            each for each in found.lines if each.wanted.order == step.wanted.order
        ]
    assert [found.find(step.address) for step in steps] == steps
    assert found.find(address.order("1")) is None
    assert found.lines.place("1", "z") is None
    assert [*found.lines.orders()] == sorted({step.wanted.order for step in found.lines})


@given(some)
def test_they_are_counted_by_their_wording_as_one_by_one(steps):
    found = Steps(steps)
    for key in (action, may_trigger, lambda step: step.reason):
        assert found.counted(key) == Counter(map(key, steps))
    parts = found.lines.grouped(lambda step: step.carried)
    assert {carried: [*part] for carried, part in parts.items()} == {
        carried: [step for step in found.lines if step.carried is carried]
        for carried in {step.carried for step in found.lines}
    }
    assert [*found.lines.carried, *found.lines.sent_alone] == sorted(
        found.lines, key=lambda step: not step.carried
    )


@given(some)
def test_what_is_told_of_each_is_found_by_its_address(steps):
    told = Worded(Steps(steps).in_order(), lambda step: (step.reason, may_trigger(step)))
    assert dict(told) == {step.address: (step.reason, may_trigger(step)) for step in steps}
    assert address.order_line("1", "z") not in told
    assert address.order("1") not in told


def test_a_part_of_a_part_is_in_order_too():
    lines = Updates()
    for number in (3, 1, 2, 0):
        lines.append(update(line=str(number), carried=number % 2 == 0))
    part = lines.carried[:2]
    assert [step.wanted.line for step in part] == ["2", "0"]
    assert [step.wanted.line for step in part.in_order()] == ["0", "2"]
    assert part.in_order().place("1", "2") == 1


def test_where_each_has_words_of_its_own_they_are_kept_as_they_are():
    steps = [update(line=f"{number:05d}", reason=str(number)) for number in range(WORDINGS + 9)]
    found = Steps(steps)
    assert [*found] == steps
    assert len(found.counted(lambda step: step.reason)) == len(steps)


def test_an_update_that_is_not_about_its_wish_stays_as_it_is():
    odd = replace(update(), address=address.order_line("1", "z"), origin=None)
    assert [*Steps([odd])] == [odd]


def test_steps_that_are_packed_are_not_packed_again():
    steps = Steps([update()])
    assert packed(steps) is steps
    assert packed((update(line="b"), update(line="a"))) == [update(line="a"), update(line="b")]


OTHER: Mapping[str, object] = {
    "address": address.order_line("9", "z"),
    "evidence": Evidence.STALE,
    "reason": "another reason",
    "origin": Origin("n.yaml", 7, 9),
    "fields": (FieldChange("status", "canceled", "delivered"),),
    "needs": (address.line_status("packed"),),
    "triggers": False,
    "carried": True,
    "order": "9",
    "line": "z",
    "status": "canceled",
    "allowed_from": frozenset({"new"}),
    "once": True,
    "expires": date(2026, 12, 31),
    "source": SOURCE,
    "said": "PICKUP",
    "reported": AT,
    "overruled": AT,
    "dispute": "two sources disagree",
    "rival": "canceled",
}
"""Of every field of an update and of its wish another value than `update` gives it."""


@pytest.mark.parametrize("field", [each.name for each in (*fields(UpdateLine), *fields(LineManifest))])
def test_no_field_of_an_update_or_of_its_wish_is_forgotten(field):
    plain = update()
    if field == "wanted":
        odd = replace(plain, wanted=update(line="z").wanted)
    elif field in {each.name for each in fields(LineManifest)} - {"origin"}:
        odd = replace(plain, wanted=replace(plain.wanted, **{field: OTHER[field]}))
    else:
        odd = replace(plain, **{field: OTHER[field]})
    assert odd != plain
    assert [*Steps([plain, odd, plain])] == [plain, odd, plain]
    if field in {"order", "line", "origin"}:
        moved = update(order=odd.wanted.order, line=odd.wanted.line)
        said = replace(moved.wanted, origin=OTHER["origin"])
        at_home = replace(moved, wanted=said, origin=said.origin)
        assert [*Steps([plain, at_home])] == [plain, at_home]
