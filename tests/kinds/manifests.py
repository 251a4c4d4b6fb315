"""What tests of kinds and validation share: text in, manifests and findings out."""

from textwrap import dedent

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.document import Document
from reconciler.model.manifest import Manifests, OrderManifest
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import validate

TERMS = Terms(salt="acme")

FIELDS = """\
custom_fields:
  - {external_id: slot, name: Slot, entity_type: order, value_type: enum, enum_values: {morning: 1, evening: 2}, default_value: 1}
  - {external_id: note, name: Note, entity_type: order, value_type: unicode, default_value: "-"}
  - {external_id: door, name: Door code, entity_type: order, value_type: unicode, default_value: "-", sensitive: true}
  - {external_id: weight, name: Weight, entity_type: order, value_type: float, default_value: 0}
  - {external_id: floor, name: Floor, entity_type: order, value_type: int, default_value: 0}
  - {external_id: gift, name: Gift, entity_type: order, value_type: bool, default_value: false}
  - {external_id: day, name: Day, entity_type: order, value_type: date, default_value: 2026-01-01}
  - {external_id: other, entity_type: order, external: true}
  - {external_id: size, name: Size, entity_type: line_order, value_type: int, default_value: 0}
  - {external_id: pin, name: Pin, entity_type: line_order, value_type: unicode, default_value: "-", sensitive: true}
custom_line_statuses:
  - {external_id: packed, name: Packed, type: in_process}
  - {external_id: by_hand, external: true}
"""  # noqa: E501 - one field a line

FULL = """\
orders:
  - external_id: "1"
    endpoint: site
    status: new
    total_price: "19.00"
    delivery_cost: "1"
    currency: USD
    lines:
      - {external_id: l1, product: p, base_price_per_item: 10, min_price_per_item: 0, final_price_per_item: "9.00", count: 2}
"""  # noqa: E501 - one line a line


def read(text: str, *more: str, terms: Terms = TERMS) -> tuple[Manifests, tuple[Diagnostic, ...]]:
    """Validate files named m.yaml, m2.yaml and so on."""
    documents: list[Document] = []
    for number, source in enumerate((text, *more), 1):
        parsed = parse(dedent(source).encode(), f"m{number if number > 1 else ''}.yaml")
        assert not parsed.diagnostics
        documents += parsed.documents
    return validate(documents, KINDS, terms)


def said(text: str, *more: str, terms: Terms = TERMS) -> list[str]:
    """Give what is wrong, a line a finding, without the warnings that most orders deserve."""
    _, diagnostics = read(text, *more, terms=terms)
    return [f"{each.origin} {each.summary}" for each in diagnostics if each.severity is Severity.ERROR]


def sound(text: str, *more: str, terms: Terms = TERMS) -> Manifests:
    """Validate what has to be valid."""
    manifests, diagnostics = read(text, *more, terms=terms)
    assert [each for each in diagnostics if each.severity is Severity.ERROR] == []
    return manifests


def order(text: str) -> tuple[OrderManifest, Manifests]:
    """Read the order of a full declaration, beside the fields and statuses that all of these tests use."""
    manifests = sound(FIELDS, text)
    (found,) = manifests.orders.values()
    return found, manifests
