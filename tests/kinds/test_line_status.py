"""A custom line status's definition: what is read from an entry, what may change, what is sent."""

import pytest

from reconciler.model import address
from reconciler.model.manifest import BUILT_IN_STATUSES, Mode, StatusType
from reconciler.shelves import KINDS
from tests.kinds.manifests import said, sound

KIND = KINDS.definitions["line_status"]


def status(entry: str):
    manifests = sound(f"custom_line_statuses:\n  - {{external_id: s, {entry}}}\n")
    return manifests.definitions[address.line_status("s")], manifests.catalogue


def test_what_is_sent_is_id_name_and_type():
    manifest, catalogue = status("name: 12, type: refunded, triggers: false")
    assert KIND.encode(manifest) == manifest.fields == {"external_id": "s", "name": "12", "type": "refunded"}
    assert catalogue.type_of("s") is StatusType.REFUNDED
    assert not manifest.triggers
    assert not catalogue.may_trigger("s")


def test_a_status_may_fire_triggers_unless_somebody_vouches():
    manifest, catalogue = status("name: S, type: in_process")
    assert manifest.triggers
    assert catalogue.may_trigger("s")
    assert manifest.mode is Mode.MANAGED


def test_an_external_status_needs_only_its_id():
    manifest, catalogue = status("external: true")
    assert manifest.mode is Mode.EXTERNAL
    assert manifest.fields == {"external_id": "s"}
    assert catalogue.type_of("s") is None
    assert catalogue.knows_status("s")


def test_an_adopted_status_is_complete():
    manifest, _ = status("adopt: true, name: S, type: canceled")
    assert manifest.mode is Mode.ADOPT
    assert said("custom_line_statuses:\n  - {external_id: s, adopt: true}\n") == [
        "m.yaml:2:5 line status s lacks name, type"
    ]


def test_external_and_adopt_exclude_each_other():
    assert said(
        "custom_line_statuses:\n  - {external_id: s, name: S, type: canceled, external: true, adopt: true}\n"
    ) == ["m.yaml:2:63 line status s is both external and adopted"]


@pytest.mark.parametrize("built_in", BUILT_IN_STATUSES)
def test_a_built_in_status_cannot_be_declared(built_in):
    assert said(f"custom_line_statuses:\n  - {{external_id: {built_in}, external: true}}\n") == [
        f"m.yaml:2:19 line status {built_in} has the id of a built-in status"
    ]


def test_only_the_type_is_frozen():
    recorded = {"external_id": "s", "name": "S", "type": "canceled"}
    assert KIND.frozen(recorded, recorded | {"name": "T"}) == ()
    assert KIND.frozen(recorded, recorded | {"type": "refunded"}) == ("type",)
