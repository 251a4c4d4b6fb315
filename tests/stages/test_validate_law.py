"""Whatever a file says, validation answers in its own words, and what is sound can be sent."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Severity, has_errors
from reconciler.model.document import Document
from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import validate
from tests.kinds.manifests import FIELDS, FULL, TERMS

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from(
        ["1", "new", "order", "enum", "email", "2026-01-01", "9.50", "once", "ab@cd.example", ""]
    )
    | st.text(max_size=3)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["external_id", "status", "a"]), inner)
    ),
    max_leaves=4,
)


def base() -> dict[str, Any]:
    """A sound manifest with an entry of every sort, as plain data without places."""
    found: dict[str, Any] = {}
    text = (
        FULL + '  - {external_id: "2", hold: once, lines: [{external_id: l, status: packed, from: [new]}]}\n'
    )
    for source in (FIELDS, text):
        for document in parse(source.encode(), "m.yaml").documents:
            found |= document.data
    return found


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every container of plain data with each of its keys or indexes."""
    if not isinstance(node, dict | list):
        return []
    steps = list(node) if isinstance(node, dict) else list(range(len(node)))
    return [(node, step) for step in steps] + [each for step in steps for each in places(node[step])]


@st.composite
def mutated(draw) -> dict[str, Any]:
    """A sound manifest with a few parts of it replaced, dropped or added."""
    data: dict[str, Any] = json.loads(json.dumps(base()))
    for _ in range(draw(st.integers(1, 3))):
        every = places(data)
        if not every:
            break
        node, step = every[draw(st.integers(0, len(every) - 1))]
        match draw(st.sampled_from(["replace", "drop", "add"])):
            case "replace":
                node[step] = draw(VALUES)
            case "drop":
                del node[step]
            case _ if isinstance(node, dict):
                key = draw(
                    st.sampled_from(["tags", "email", "statuz", "line_status", "adopt", "external", "from"])
                )
                node[key] = draw(VALUES)
            case _:
                node.append(draw(VALUES))
    return data


@given(mutated())
def test_whatever_is_written_is_answered(data):
    manifests, diagnostics = validate([Document("m.yaml", data, {})], KINDS, TERMS)
    assert not re.search(r"pydantic|Input should|https?://", str(diagnostics))
    assert all(each.summary.isprintable() and each.origin for each in diagnostics)
    if has_errors(diagnostics):
        return
    for order in manifests.orders.values():
        json.dumps(KINDS.order.encode(order, {}, manifests.catalogue), allow_nan=False)
    for definition in manifests.definitions.values():
        kind = KINDS.definitions[definition.address.kind]
        json.dumps(kind.encode(definition), allow_nan=False)
        assert kind.frozen(definition.fields, definition.fields) == ()


@given(VALUES | mutated())
def test_no_finding_is_without_its_file(data):
    _, diagnostics = validate([Document("m.yaml", data, {})], KINDS, TERMS)
    assert {each.origin.file for each in diagnostics if each.origin} <= {"m.yaml"}


def test_the_base_of_these_laws_is_sound():
    _, diagnostics = validate([Document("m.yaml", base(), {})], KINDS, TERMS)
    assert [each for each in diagnostics if each.severity is Severity.ERROR] == []
