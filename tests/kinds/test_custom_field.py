"""A custom field's definition: what is read from an entry, what may change, what is sent."""

import pytest

from reconciler.model import address
from reconciler.model.diagnostic import Severity
from reconciler.model.manifest import Mode
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from tests.kinds.manifests import read, said, sound

ENUM = "{external_id: f, name: F, entity_type: sku, value_type: enum, default_value: 1"
ENTRY = "custom_fields:\n  - {external_id: f, name: F, entity_type: order, "
KIND = KINDS.definitions["custom_field"]


def field(rest: str):
    manifests = sound(ENTRY + rest + "}\n")
    return manifests.definitions[address.custom_field("order", "f")], manifests.catalogue


@pytest.mark.parametrize(
    ("rest", "default"),
    [
        ("value_type: unicode, default_value: text", "text"),
        ("value_type: unicode, default_value: 0010", "0010"),
        ("value_type: unicode, default_value: ''", ""),
        ("value_type: int, default_value: 5", 5),
        ("value_type: float, default_value: 5", 5.0),
        ("value_type: float, default_value: 1.5", 1.5),
        ("value_type: bool, default_value: false", False),
        ("value_type: enum, default_value: 2, enum_values: {a: 1, b: 2}", 2),
        ("value_type: enum, default_value: b, enum_values: {a: 1, b: 2}", 2),
        ("value_type: date, default_value: 2026-01-02", "2026-01-02"),
        ("value_type: date, default_value: '2026-01-02T03:00:00+03:00'", "2026-01-02"),
        ("value_type: date, default_value: '2026-01-02T03:04:05Z'", "2026-01-02T03:04:05Z"),
    ],
)
def test_a_default_takes_the_canonical_form_of_its_type(rest, default):
    manifest, catalogue = field(rest)
    found = manifest.fields["default_value"]
    assert (found, type(found)) == (default, type(default))
    assert catalogue.field_of("order", "f").default == default


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("value_type: int, default_value: 1.5", "a whole number"),
        ("value_type: int, default_value: true", "a whole number"),
        ("value_type: int, default_value: '1'", "a whole number"),
        ("value_type: float, default_value: .inf", "a finite number"),
        ("value_type: bool, default_value: 1", "true or false"),
        ("value_type: unicode, default_value: true", "text"),
        ("value_type: unicode, default_value: [a]", "text"),
        ("value_type: enum, default_value: 3, enum_values: {a: 1, b: 2}", "one of a (1), b (2)"),
        ("value_type: enum, default_value: c, enum_values: {a: 1, b: 2}", "one of a (1), b (2)"),
        ("value_type: date, default_value: 2026-02-30", "a date that exists"),
        (
            "value_type: date, default_value: tomorrow",
            "a time such as 2026-12-31T15:04:05Z or a date such as 2026-12-31",
        ),
    ],
)
def test_a_default_of_another_type_is_refused_at_its_place(rest, expected):
    column = (ENTRY + rest).split("\n")[1].index("default_value") + 16
    assert said(ENTRY + rest + "}\n") == [
        f"m.yaml:2:{column} default_value of custom field f has to be {expected}"
    ]


def test_what_is_sent_is_exactly_what_the_manifest_holds():
    manifest, _ = field("value_type: enum, default_value: b, enum_values: {a: 1, b: 2}, sensitive: true")
    assert KIND.encode(manifest) == manifest.fields == {
        "external_id": "f",
        "name": "F",
        "entity_type": "order",
        "required": False,
        "value_type": "enum",
        "default_value": 2,
        "enum_values": {"a": 1, "b": 2},
    }  # fmt: skip
    assert manifest.sensitive
    assert manifest.mode is Mode.MANAGED


def test_all_that_is_missing_is_named_at_once():
    assert said("custom_fields:\n  - {external_id: f}\n") == [
        "m.yaml:2:5 custom field f lacks name, entity_type, value_type, default_value"
    ]
    assert said(ENTRY + "value_type: enum, default_value: 1}\n") == [
        "m.yaml:2:5 custom field f lacks enum_values"
    ]


def test_an_external_field_needs_only_its_entity_type():
    manifests = sound("custom_fields:\n  - {external_id: f, entity_type: sku, external: true}\n")
    manifest = manifests.definitions[address.custom_field("sku", "f")]
    assert manifest.mode is Mode.EXTERNAL
    assert manifest.fields == {"external_id": "f", "entity_type": "sku"}
    assert said("custom_fields:\n  - {external_id: f, external: true}\n") == [
        "m.yaml:2:5 custom field f lacks entity_type"
    ]


def test_an_adopted_field_is_a_complete_one():
    manifest, _ = field("value_type: int, default_value: 1, adopt: true")
    assert manifest.mode is Mode.ADOPT
    assert said("custom_fields:\n  - {external_id: f, entity_type: sku, adopt: true}\n") == [
        "m.yaml:2:5 custom field f lacks name, value_type, default_value"
    ]


def test_external_and_adopt_exclude_each_other():
    assert said(ENTRY + "value_type: int, default_value: 1, external: true, adopt: true}\n") == [
        "m.yaml:2:102 custom field f is both external and adopted"
    ]


def test_members_belong_to_enums():
    assert said(ENTRY + "value_type: int, default_value: 1, enum_values: {a: 1}}\n") == [
        "m.yaml:2:86 enum_values of custom field f have no meaning for int"
    ]


def test_members_have_numbers_of_their_own():
    _, (found,) = read(ENTRY + "value_type: enum, default_value: 1, enum_values: {a: 1, b: 2, c: 1}}\n")
    assert found.summary == "a and c of custom field f are both 1"
    assert str(found.origin) == "m.yaml:2:116"
    assert [str(each) for each in found.related] == ["m.yaml:2:104"]


def test_an_enum_has_members():
    assert said(ENTRY + "value_type: enum, default_value: 1, external: true, enum_values: {}}\n") == [
        "m.yaml:2:116 enum_values of custom field f must not be empty"
    ]


def test_one_id_with_two_types_is_warned_of_once():
    text = ENTRY + "value_type: int, default_value: 1}\n"
    _, diagnostics = read(text, text.replace("order", "line_order").replace("int", "float"))
    (found,) = diagnostics
    assert found.severity is Severity.WARNING
    assert found.summary == "custom field f is float here and int for order"
    assert str(found.origin) == "m2.yaml:2:68"


def test_the_type_and_the_numbers_in_use_are_frozen_and_labels_are_not():
    recorded = {"value_type": "enum", "enum_values": {"a": 1, "b": 2}, "name": "F"}
    assert KIND.frozen(recorded, recorded) == ()
    assert KIND.frozen(recorded, recorded | {"name": "G"}) == ()
    assert KIND.frozen(recorded, recorded | {"enum_values": {"A": 1, "b": 2, "c": 3}}) == ()
    assert KIND.frozen(recorded, recorded | {"enum_values": {"a": 1}}) == ("enum_values",)
    assert KIND.frozen(recorded, {"value_type": "int"}) == ("value_type", "enum_values")


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        (
            "{external_id: 'two words', entity_type: order, external: true}",
            "the id of custom field two words",
        ),
        ("{external_id: 'two words', entity_type: line_order, external: true}", "the id of"),
        (
            f"{ENUM}, enum_values: {{a b: 1}}}}",
            'label "a b" of custom field f',
        ),
    ],
)
def test_what_would_have_to_name_an_element_is_refused_where_values_travel_as_xml(entry, part):
    text = f"custom_fields:\n  - {entry}\n"
    sound(text)
    _, diagnostics = read(text, terms=Terms(xml=True))
    (found,) = diagnostics
    assert found.severity is Severity.ERROR
    assert found.summary.startswith(part)
    assert "cannot name an XML element" in found.summary


@pytest.mark.parametrize(
    "entry",
    [
        "{external_id: 'two words', entity_type: sku, external: true}",
        "{external_id: slot, name: Any name, entity_type: order, value_type: unicode, default_value: a b}",
        "{external_id: f, entity_type: order, external: true, value_type: enum, enum_values: {not sent: 1}}",
    ],
)
def test_what_never_names_an_element_may_be_anything(entry):
    _, diagnostics = read(f"custom_fields:\n  - {entry}\n", terms=Terms(xml=True))
    assert diagnostics == ()
