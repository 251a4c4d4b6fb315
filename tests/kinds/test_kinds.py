"""The shelf of kinds: every kind of address is explained, and definitions come before orders."""

from reconciler.kinds import EXPLAINED, KINDS
from reconciler.model.address import PARTS


def test_every_kind_of_address_is_explained():
    assert set(EXPLAINED) == {*PARTS, "order_source"}
    for name, kind in EXPLAINED.items():
        assert kind.name == name
        assert kind.summary.endswith(".")
        if name in PARTS:
            assert set(kind.capabilities) == {"read", "write", "edit", "delete", "triggers"}
        assert all(each.endswith(".") for each in kind.capabilities.values())


def test_definitions_come_before_orders_and_sources_last():
    sections = ["custom_fields", "custom_line_statuses", "orders", "order_sources"]
    assert [kind.section for kind in KINDS.every()] == sections


def test_every_key_of_every_shape_says_what_it_is():
    for kind in KINDS.every():
        for shape in kind.shapes:
            for name, field in shape.model_fields.items():
                assert (field.description or "").endswith("."), name
