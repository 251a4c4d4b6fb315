"""Definitions that look alike: warned about with both places, and never an error."""

import pytest

from reconciler.model.diagnostic import Severity
from tests.kinds.manifests import read


def statuses(*ids):
    listed = "".join(f'  - {{external_id: "{each}", name: N, type: in_process}}\n' for each in ids)
    return f"custom_line_statuses:\n{listed}"


def fields(*pairs):
    listed = "".join(
        f'  - {{external_id: "{each}", name: N, entity_type: {entity}, value_type: int, default_value: 0}}\n'
        for each, entity in pairs
    )
    return f"custom_fields:\n{listed}"


def warnings(*texts):
    return [each for each in read(*texts)[1] if each.severity is Severity.WARNING]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deliveryDate", "delivery_date"),
        ("delivery-date", "delivery_date"),
        ("delivery.date", "DELIVERY DATE"),
        ("slot_1", "slot1"),
        ("packed", "pаcked"),  # Cyrillic in the second
        ("КОТ", "KOT"),
        ("ﬁnal", "final"),
        ("vοte", "vote"),  # Greek in the first
    ],
)
def test_two_that_look_alike_are_named_with_both_places(one, other):
    (found,) = warnings(statuses(one), statuses(other))

    assert found.summary.startswith(f'line status "{other}" looks like "{one}"')
    assert str(found.origin).startswith("m2.yaml:2:")
    assert [str(each).partition(":")[0] for each in found.related] == ["m.yaml"]


@pytest.mark.parametrize(
    ("one", "other"), [("packed", "picked"), ("slot_1_1", "slot_11"), ("v1.2", "v12"), ("мой", "мои")]
)
def test_two_that_can_be_told_apart_are_not(one, other):
    assert warnings(statuses(one, other)) == []


def test_fields_of_different_things_may_be_called_alike():
    assert warnings(fields(("note", "order"), ("note", "line_order"), ("Note", "sku"))) == []
    assert len(warnings(fields(("note", "order"), ("Note", "order")))) == 1


def test_a_status_that_looks_like_a_built_in_one_is_named_with_it():
    (found,) = warnings(statuses("Delivered"))
    assert found.summary == 'line status "Delivered" looks like the built-in delivered'


def test_an_id_with_foreign_letters_is_shown_with_their_codes():
    (found,) = warnings(statuses("packed", "pаcked"))
    assert r"'p\u0430cked'" in found.summary


def test_what_is_declared_twice_alike_is_an_error_and_no_likeness():
    assert warnings(statuses("packed"), statuses("packed")) == []
