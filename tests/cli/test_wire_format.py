"""A target that is spoken to in XML: everything that plan and apply do over JSON, over XML."""

import pytest

from tests.cli.shop import STATUSES

FIELDS = """\
custom_fields:
  - {external_id: slot, name: Slot, entity_type: order, value_type: enum, enum_values: {am: 1, pm: 2}, default_value: 1}
  - {external_id: note, name: "Note <&>", entity_type: order, value_type: unicode, default_value: "-"}
  - {external_id: gift, name: Gift, entity_type: line_order, value_type: bool, default_value: false}
"""  # noqa: E501 - one field a line
ORDER = """\
orders:
  - external_id: "9"
    matching: email
    email: john.canary@example.com
    endpoint: site
    status: new
    total_price: "19.00"
    delivery_cost: "1"
    currency: RUB
    tags: [one]
    custom_fields: {slot: pm, note: "a \\"quoted\\" <b> & more"}
    lines:
      - external_id: l1
        status: packed
        product: lamp
        base_price_per_item: 10
        min_price_per_item: 0
        final_price_per_item: "9.00"
        count: 2
        custom_fields: {gift: true}
"""


@pytest.mark.parametrize("quotes", ["as_documented", "none", "all"])
@pytest.mark.parametrize("empty", ["element", "absent"])
def test_what_was_applied_over_xml_is_not_planned_again(shop, quotes, empty):
    shop.settle_in(wire_format="xml")
    shop.market.set_switches({"xml_quotes": quotes, "xml_empty_lists": empty})
    shop.declare(STATUSES + FIELDS + ORDER)

    assert "order/9" in shop.plan().out
    applied = shop.apply()
    assert applied.code == 0
    again = shop.plan()

    assert again.last.startswith("Plan: 0 to create, 0 to update, 0 to ensure (0 permanent), ")
    order = shop.market.order("9")
    assert order["custom_fields"] == {"slot": 2, "note": 'a "quoted" <b> & more'}
    assert order["lines"][0]["custom_fields"] == {"gift": True}
    assert (order["tags"], order["lines"][0]["status"]) == (["one"], "packed")


def test_a_repository_plans_the_same_over_both_formats(shop):
    shop.stock("1", l1="new")
    shop.declare(STATUSES + FIELDS + ORDER)
    over_json = shop.plan().out
    shop.settle_in(wire_format="xml")
    assert shop.plan().out == over_json


def test_an_id_that_is_no_name_is_refused_before_anything_is_sent(shop):
    shop.settle_in(wire_format="xml")
    shop.declare(FIELDS.replace("slot", "'time slot'").replace("am:", "'in the morning':"))

    ended = shop.run("validate")

    assert ended.code != 0
    assert "the id of custom field time slot cannot name an XML element" in ended.out
    assert 'label "in the morning" of custom field time slot cannot name an XML element' in ended.out
    shop.settle_in()
    assert shop.run("validate").code == 0


def test_a_text_that_xml_cannot_carry_fails_its_order_alone(shop):
    shop.settle_in(wire_format="xml")
    other = ORDER.replace('"9"', '"8"').removeprefix("orders:\n")
    shop.declare(STATUSES + FIELDS + ORDER.replace("more", "\\x01") + other)

    ended = shop.apply()

    assert ended.code == 3
    assert "data.custom_fields.note holds U+0001, which XML cannot carry" in ended.out + ended.err
    assert [each["external_id"] for each in shop.market.orders()] == ["8"]
