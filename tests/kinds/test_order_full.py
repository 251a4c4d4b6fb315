"""Full declarations: orders that are created when absent and compared when present."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from reconciler.stages.load import interpolate, parse
from reconciler.stages.validate import validate
from tests.kinds.manifests import FIELDS, FULL, order, read, said


def with_keys(*keys: str) -> str:
    return FULL.replace("    lines:\n", "".join(f"    {key}\n" for key in keys) + "    lines:\n")


def with_line(*keys: str) -> str:
    return FULL.replace("count: 2}", ", ".join(("count: 2", *keys)) + "}")


def test_what_is_said_takes_its_comparable_form():
    text = with_keys(
        "create_time: 2022-01-02T18:04:05.999+03:00",
        "tags: [b, a, b]",
        "region: r",
        "custom_fields: {slot: evening, note: null}",
    )
    manifest, manifests = order(text)
    assert manifest.fields == {
        "endpoint": "site",
        "status": "new",
        "total_price": Decimal(19),
        "delivery_cost": Decimal(1),
        "currency": "USD",
        "create_time": datetime(2022, 1, 2, 15, 4, 5, tzinfo=UTC),
        "region": "r",
        "tags": frozenset({"a", "b"}),
        "custom_fields": {"slot": 2},
        "lines": {
            "l1": {
                "product": "p",
                "base_price_per_item": Decimal(10),
                "min_price_per_item": Decimal(0),
                "final_price_per_item": Decimal(9),
                "count": 2,
            }
        },
    }
    assert manifests.lines == {}
    assert [str(each) for each in manifest.needs] == ["custom_field/order/slot"]


def test_lines_with_a_status_are_manifests_of_their_own():
    manifest, manifests = order(with_line("status: packed", "custom_fields: {size: 3}"))
    assert manifests.lines["1"]["l1"].status == "packed"
    assert [str(each) for each in manifest.needs] == ["custom_field/line_order/size", "line_status/packed"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-01-02", datetime(2022, 1, 2, tzinfo=UTC)),
        ("'2022-01-02 03:04:05'", datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2022-01-02T03:04:05.9Z", datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2022-01-02T03:04:05-01:30", datetime(2022, 1, 2, 4, 34, 5, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_every_documented_form(written, moment):
    manifest, _ = order(with_keys(f"create_time: {written}"))
    assert manifest.fields["create_time"] == moment


def test_all_that_a_full_declaration_lacks_is_named_with_what_makes_it_full():
    _, diagnostics = read(
        'orders:\n  - external_id: "1"\n    region: r\n    lines: [{external_id: l, count: 1}]\n'
    )
    assert [(str(each.origin), each.summary) for each in diagnostics] == [
        ("m.yaml:2:5", "order 1 lacks endpoint, status, total_price, currency"),
        (
            "m.yaml:4:13",
            (
                "line l of order 1 lacks product or sku, base_price_per_item, min_price_per_item, "
                "final_price_per_item"
            ),
        ),
    ]
    assert diagnostics[0].advice == "it is a full declaration, for it has region"


def test_a_key_of_a_line_makes_its_order_full():
    _, diagnostics = read('orders:\n  - {external_id: "1", lines: [{external_id: l, sku: s}]}\n')
    assert diagnostics[0].advice == "it is a full declaration, for it has sku of line l"


def test_a_line_is_a_product_or_a_sku_and_not_both():
    assert said(with_line("sku: s")) == ["m.yaml:9:127 line l1 of order 1 has both product and sku"]
    manifest, _ = order(FULL.replace("product", "sku"))
    assert manifest.fields["lines"]["l1"]["sku"] == "p"


def test_line_status_has_no_place_in_a_full_declaration():
    assert said(with_keys("line_status: new")) == ["m.yaml:8:5 order 1 has line_status and is fully declared"]


def test_a_total_is_the_sum_of_its_parts():
    _, diagnostics = read(FULL.replace('"19.00"', '"18.50"'))
    (found,) = [each for each in diagnostics if each.severity is Severity.ERROR]
    assert found.summary == "total_price of order 1 is 18.50, but its lines and delivery_cost add up to 19"
    assert str(found.origin) == "m.yaml:5:18"
    assert found.advice == "correct one of them, or say check_total: false"


def test_a_total_may_be_left_unchecked():
    order(FULL.replace('"19.00"', '"18.50"').replace("    lines:", "    check_total: false\n    lines:"))


def test_the_total_of_huge_amounts_is_exact():
    order(
        FULL.replace('"19.00"', "999999999999999999.99")
        .replace('"1"\n    currency', "0\n    currency")
        .replace('"9.00"', "999999999999999999.99")
        .replace("count: 2", "count: 1")
    )


def test_values_belong_to_declared_fields():
    _, diagnostics = read(FIELDS, with_keys("custom_fields: {slto: 1}"))
    (found,) = diagnostics
    assert (str(found.origin), found.summary) == (
        "m2.yaml:8:21",
        'order 1: no custom field "slto" is declared for order',
    )
    assert found.advice == 'did you mean "slot"?'


def test_a_field_of_orders_is_none_of_lines():
    (found,) = said(FIELDS, with_line("custom_fields: {slot: 1}"))
    assert found == 'm2.yaml:9:143 line l1 of order 1: no custom field "slot" is declared for line_order'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("slot: noon", 'custom field slot has to be one of morning (1), evening (2), not "noon"'),
        ("slot: 3", "custom field slot has to be one of morning (1), evening (2), not 3"),
        ("floor: 1.5", "custom field floor has to be a whole number, not 1.5"),
        ("gift: yes", 'custom field gift has to be true or false, not "yes"'),
        (
            "day: soon",
            (
                "custom field day has to be a time such as 2026-12-31T15:04:05Z or a date "
                'such as 2026-12-31, not "soon"'
            ),
        ),
        ("note: [a]", "custom field note has to be text, not a list"),
        ("other: [a]", "custom field other has to be text, a number, true or false, not a list"),
        ("door: [hush]", "custom field door has to be text"),
    ],
)
def test_a_value_has_the_type_of_its_field_and_a_sensitive_one_is_not_quoted(value, expected):
    assert said(FIELDS, with_keys(f"custom_fields: {{{value}}}")) == [
        f"m2.yaml:8:{21 + value.index(':') + 2} order 1: {expected}"
    ]


def test_values_take_their_canonical_form():
    written = "{slot: morning, note: 007, floor: 3, weight: 2, gift: true, day: 2026-03-04, other: 1.5}"
    manifest, _ = order(with_keys(f"custom_fields: {written}"))
    values = manifest.fields["custom_fields"]
    assert values == {
        "slot": 1,
        "note": "007",
        "floor": 3,
        "weight": 2.0,
        "gift": True,
        "day": "2026-03-04",
        "other": 1.5,
    }
    assert {type(each) for each in values.values()} == {int, str, float, bool}


@pytest.mark.parametrize(
    ("keys", "identity"),
    [
        (["email: a@b.example"], {"matching": "email", "email": "a@b.example"}),
        (["matching: email_sub", "email: a@b.example"], {"matching": "email_sub", "email": "a@b.example"}),
        (["matching: phone", "phone: +79990001122"], {"matching": "phone", "phone": "+79990001122"}),
        (["matching: profile_id", "profile_id: 12"], {"matching": "profile_id", "profile_id": "12"}),
        (
            ["matching: custom", "field_name: card", "field_value: 12"],
            {"matching": "custom", "field_name": "card", "field_value": 12},
        ),
        (["matching: email_phone", "phone: '1'"], {"matching": "email_phone", "phone": "1"}),
        (
            ["matching: push_sub", "provider: ios", "subscription_id: x"],
            {"matching": "push_sub", "provider": "ios", "subscription_id": "x"},
        ),
        ([], {}),
    ],
)
def test_the_buyer_is_found_by_a_matching_and_its_keys(keys, identity):
    manifest, _ = order(with_keys(*keys))
    assert manifest.identity == identity


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["phone: '1'"], "8:5 phone of order 1 needs a matching"),
        (["matching: email"], "8:5 matching email of order 1 lacks email"),
        (["matching: custom", "field_name: card"], "8:5 matching custom of order 1 lacks field_value"),
        (["matching: email_phone"], "8:5 matching email_phone of order 1 lacks email or phone"),
        (
            ["matching: phone", "phone: '1'", "email: a@b.example"],
            "10:5 email of order 1 does not belong to matching phone",
        ),
        (
            ["email: a@b.example", "phone: '1'"],
            "9:5 phone of order 1 does not belong to matching email, which is taken when none is named,",
        ),
        (["matching: mail", "email: a@b.example"], None),
    ],
)
def test_a_matching_has_its_keys_and_no_others(keys, expected):
    (found,) = said(with_keys(*keys))
    if expected is None:
        assert found.startswith("m.yaml:8:15 matching of order 1 has to be one of email, ")
    else:
        assert found == f"m.yaml:{expected}"


def test_nothing_personal_is_quoted_in_a_finding():
    for keys in (
        ["email: john doe@b.example"],
        ["matching: phone", "phone: [79990001122]"],
        ["matching: custom", "field_name: c", "field_value: {john: doe}"],
    ):
        _, diagnostics = read(with_keys(*keys))
        assert diagnostics
        assert not any(secret in str(diagnostics) for secret in ("john", "7999"))


def test_a_literal_email_is_warned_of_and_a_variable_is_not():
    _, (found,) = read(with_keys("email: a@b.example"))
    assert (found.severity, str(found.origin)) == (Severity.WARNING, "m.yaml:8:12")
    assert found.summary == "a literal e-mail in Git, in order 1"
    (document,) = parse(with_keys("email: ${buyer}").encode(), "m.yaml").documents
    assert interpolate(document, {"buyer": "a@b.example"}) == ()
    manifests, diagnostics = validate([document], KINDS, Terms())
    assert manifests.orders["1"].identity["email"] == "a@b.example"
    assert diagnostics == ()


def test_the_identity_is_told_apart_by_a_salted_digest_alone():
    kind = KINDS.order
    first, _ = order(with_keys("email: a@b.example"))
    other, _ = order(with_keys("email: c@b.example"))
    nobody, _ = order(FULL)
    acme, globex = Terms(salt="acme"), Terms(salt="globex")
    assert kind.identity(first, acme) == kind.identity(first, acme) != kind.identity(other, acme)
    assert kind.identity(first, acme) != kind.identity(first, globex)
    assert len(kind.identity(first, acme)) == 16
    assert kind.identity(nobody, acme) == ""


def test_an_order_is_sent_in_the_words_of_the_import():
    text = with_keys(
        "create_time: 2022-01-02T15:04:05Z",
        "tags: [b, a]",
        "email: a@b.example",
        "custom_fields: {slot: evening, day: 2026-03-04}",
    )
    manifest, manifests = order(text)
    assert KINDS.order.encode(manifest, {"l1": "packed"}, manifests.catalogue) == {
        "external_id": "1",
        "matching": "email",
        "email": "a@b.example",
        "endpoint": "site",
        "status": "new",
        "total_price": "19",
        "delivery_cost": "1",
        "currency": "USD",
        "create_time": "2022-01-02T15:04:05Z",
        "tags": ["a", "b"],
        "custom_fields": {"slot": 2, "day": "2026-03-04"},
        "lines": [
            {
                "external_id": "l1",
                "status": "packed",
                "product": "p",
                "base_price_per_item": "10",
                "min_price_per_item": "0",
                "final_price_per_item": "9",
                "count": 2,
            }
        ],
    }


def test_a_line_without_a_status_given_for_it_is_sent_without_one():
    manifest, manifests = order(FULL)
    assert "status" not in KINDS.order.encode(manifest, {}, manifests.catalogue)["lines"][0]
