"""The contract's table of definitions, row by row; they can never be read, so it rests on the record."""

from dataclasses import replace

import pytest

from reconciler.model import address
from reconciler.model.change import UNKNOWN, Ensure, Release, UpdateDefinition, Why, action, is_permanent
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, Mode
from reconciler.model.observation import World
from reconciler.model.record import Memory, Record
from reconciler.shelves import KINDS
from reconciler.stages.diff import diff
from tests.stages.sides import HERE, WRITTEN, a_status, lost, sides

PACKED = address.line_status("packed")
SLOT = address.custom_field("order", "slot")


def a_field(**changes):
    fields = {
        "external_id": "slot", "name": "Slot", "entity_type": "order", "required": False,
        "value_type": "enum", "default_value": 1, "enum_values": {"morning": 1, "evening": 2},
    }  # fmt: skip
    return DefinitionManifest(address=SLOT, fields={**fields, **changes}, origin=HERE)


def said(manifest, how=Evidence.RECORDED, *, released=False, **changes):
    memory = Memory({**manifest.fields, **changes}, how, WRITTEN, 7, released)
    return Record(definitions={manifest.address: memory})


def compared(*definitions, record=None, in_use=frozenset(), **more):
    return diff(sides(definitions=definitions, record=record or Record(), world=World(in_use=in_use), **more))


def test_what_is_neither_recorded_nor_in_use_is_ensured_for_good_and_names_adopt():
    (step,) = compared(a_status()).steps
    assert isinstance(step, Ensure)
    assert is_permanent(step)
    assert step.evidence is Evidence.UNKNOWN
    assert "may be overwritten" in step.reason
    assert "adopt" in step.reason
    assert {change.before for change in step.fields} == {UNKNOWN}


def test_what_is_in_use_is_ensured_as_inferred_and_not_counted_as_permanent():
    (step,) = compared(a_status(), in_use=frozenset({PACKED})).steps
    assert isinstance(step, Ensure)
    assert (step.evidence, is_permanent(step)) == (Evidence.INFERRED, False)


@pytest.mark.parametrize("how", [Evidence.RECORDED, Evidence.DECLARED])
@pytest.mark.parametrize("in_use", [frozenset(), frozenset({PACKED})])
def test_what_is_recorded_alike_is_kept(how, in_use):
    found = compared(a_status(), record=said(a_status(), how), in_use=in_use)
    assert (found.steps, found.withheld, found.kept.by_evidence) == ((), (), {how: 1})


@pytest.mark.parametrize(
    "changes",
    [{"name": "Other"}, {"default_value": 2}, {"required": True}, {"enum_values": {"morning": 1}}],
)
def test_a_difference_that_may_change_is_an_update_a22_a26(changes):
    (step,) = compared(a_field(), record=said(a_field(), **changes)).steps
    assert isinstance(step, UpdateDefinition)
    assert action(step) == "update"
    assert {change.path for change in step.fields} == set(changes)
    assert step.evidence is Evidence.RECORDED


@pytest.mark.parametrize(
    ("manifest", "changes", "named"),
    [
        (a_field(), {"value_type": "int"}, "value_type"),
        (a_field(), {"enum_values": {"morning": 1, "evening": 2, "night": 3}}, "enum_values"),
        (a_status(), {"type": "delivered"}, "type"),
    ],
)
def test_a_difference_that_can_never_change_is_withheld_with_the_way_out_a23_a26_a33(
    manifest, changes, named
):
    found = compared(manifest, record=said(manifest, **changes))
    assert found.steps == ()
    (withheld,) = found.withheld
    assert withheld.why is Why.IMPOSSIBLE
    assert named in withheld.reason
    assert "new external_id" in withheld.reason


def test_what_is_no_longer_declared_is_released_and_only_if_it_was_asked_for():
    (step,) = compared(record=said(a_status())).steps
    assert isinstance(step, Release)
    assert "cannot delete" in step.reason
    assert compared(record=said(a_status()), covers=lambda _: False).steps == ()
    assert compared(record=said(a_status(), released=True)).steps == ()


def test_what_was_released_and_is_declared_again_alike_is_kept_and_ours_again():
    found = compared(a_status(), record=said(a_status(), released=True))
    assert found.steps == ()
    (taken,) = found.taken
    assert not taken.memory.released


def test_what_was_released_and_is_declared_again_with_another_type_is_withheld():
    found = compared(a_status(), record=said(a_status(), released=True, type="canceled"))
    assert found.steps == ()
    assert [each.why for each in found.withheld] == [Why.IMPOSSIBLE]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_lost_write_withholds_a_definition_whoever_keeps_it(mode):
    manifest = replace(a_status(), mode=mode)
    found = compared(manifest, record=Record(unsettled={PACKED: lost()}))
    assert found.steps == ()
    assert [each.why for each in found.withheld] == [Why.UNSETTLED]


def test_what_is_kept_elsewhere_is_never_written():
    found = compared(replace(a_status(), mode=Mode.EXTERNAL))
    assert (found.steps, found.taken, found.kept.by_evidence) == ((), (), {Evidence.DECLARED: 1})
    (step,) = compared(replace(a_status(), mode=Mode.EXTERNAL), record=said(a_status())).steps
    assert isinstance(step, Release)


def test_what_is_adopted_is_recorded_as_declared_and_nothing_is_sent():
    found = compared(replace(a_status(), mode=Mode.ADOPT))
    assert found.steps == ()
    (taken,) = found.taken
    assert (taken.memory.how, taken.memory.spec) == (Evidence.DECLARED, a_status().fields)
    again = compared(replace(a_status(), mode=Mode.ADOPT), record=said(a_status(), Evidence.DECLARED))
    assert (again.taken, again.kept.by_evidence) == ((), {Evidence.DECLARED: 1})


def test_what_the_target_accepted_with_another_type_cannot_be_adopted_otherwise():
    found = compared(replace(a_status(), mode=Mode.ADOPT), record=said(a_status(), type="canceled"))
    assert [each.why for each in found.withheld] == [Why.IMPOSSIBLE]
    vouched = said(a_status(), Evidence.DECLARED, type="canceled")
    assert compared(replace(a_status(), mode=Mode.ADOPT), record=vouched).withheld == ()


def test_a_definition_of_each_kind_is_sent_as_it_is_declared():
    for manifest in (a_field(), a_status()):
        assert KINDS.definitions[manifest.address.kind].encode(manifest) == manifest.fields
