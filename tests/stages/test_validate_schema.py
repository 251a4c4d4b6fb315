"""The JSON Schema of a manifest file takes what the program takes."""

import jsonschema
import pytest

from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import manifest_schema
from tests.kinds.manifests import FIELDS, FULL
from tests.stages.test_validate import SHAPES

SCHEMA = manifest_schema(KINDS)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
STATES = "orders:\n  - {external_id: a, hold: once, lines: [{external_id: l, status: 12, from: [new]}]}\n"


def accepts(text: str) -> bool:
    (document,) = parse(text.encode(), "m.yaml").documents
    return bool(VALIDATOR.is_valid(document.data))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("text", [FIELDS, FULL, STATES, "targets: [a]\n", "orders:\n"])
def test_what_the_program_takes_the_schema_takes(text):
    assert accepts(text)


def test_a_variable_may_stand_where_more_than_text_is_wanted():
    assert accepts(FULL.replace("count: 2", 'count: "${pieces}"').replace('"19.00"', "${total}"))
    assert accepts(STATES.replace("once", "'${hold}'"))
    assert not accepts(STATES.replace("once", "forever"))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in SHAPES
        if name
        not in {
            "an id with a control character",
            "a day that does not exist",
            "a time that does not exist",
            "no e-mail",
            "three decimals",
            "an amount with an exponent",
        }
    ],
)
def test_what_the_program_refuses_for_its_shape_the_schema_refuses(name):
    assert not accepts(SHAPES[name][0])


def test_a_full_declaration_that_lacks_something_is_refused():
    assert not accepts(FULL.replace("    currency: USD\n", ""))
    assert not accepts("custom_fields:\n  - {external_id: f, external: true}\n")
    assert not accepts("custom_line_statuses:\n  - {external_id: f, name: F}\n")


def test_every_key_has_a_description():
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), key
