"""Comparing an order with what a target shows of it: equal exactly when nothing has to be done."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.change import Secret
from reconciler.model.observation import LiveOrder
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from tests.kinds.manifests import FULL, order

KIND = KINDS.order
TERMS = Terms(salt="acme")
TEXT = FULL.replace(
    "    lines:\n",
    "    create_time: 2022-01-02T15:04:05Z\n"
    "    tags: [a, b]\n"
    "    region: r\n"
    "    custom_fields:\n"
    "      {slot: 2, note: hi, door: hush, weight: 1.5, floor: 3, gift: true, day: 2026-03-04, other: x}\n"
    "    lines:\n",
).replace("count: 2}", "count: 2, custom_fields: {size: 4, pin: secret}}")
MANIFEST, MANIFESTS = order(TEXT)
CATALOGUE = MANIFESTS.catalogue
LISTED: dict[str, Any] = {
    "external_id": "1",
    "endpoint": "site",
    "status": "new",
    "total_price": "1900",
    "delivery_cost": "100",
    "currency": "USD",
    "create_time": "2022-01-02T15:04:05Z",
    "update_time": "2022-01-03T15:04:05Z",
    "tags": ["a", "b"],
    "region": "r",
    "profile": {"profile_id": "p"},
    "custom_fields": {
        "slot": 2,
        "note": "hi",
        "door": "hush",
        "weight": 1.5,
        "floor": 3,
        "gift": True,
        "day": "2026-03-04",
        "other": "x",
        "unmanaged": 9,
    },
    "lines": [
        {
            "external_id": "l1",
            "product": "p",
            "base_price_per_item": "1000",
            "min_price_per_item": "0",
            "final_price_per_item": "900",
            "count": 2,
            "currency": "USD",
            "custom_fields": {"size": 4, "pin": "secret"},
        }
    ],
}


def live(detail: dict[str, Any]) -> LiveOrder:
    return LiveOrder("1", endpoint=detail.get("endpoint"), status=detail.get("status"), detail=detail)


def differing(detail: dict[str, Any], manifest=MANIFEST, terms=TERMS) -> dict[str, tuple[Any, Any]]:
    wanted, shown = KIND.align(manifest, live(detail), CATALOGUE, terms)
    before = KIND.shown(manifest, CATALOGUE, terms, shown)
    after = KIND.shown(manifest, CATALOGUE, terms, wanted)
    paths = [path for path in {**after, **before} if before.get(path) != after.get(path)]
    assert (wanted == shown) == (not paths)
    return {path: (before.get(path), after.get(path)) for path in paths}


def managing(**fields: Any):
    return replace(MANIFEST, fields={**MANIFEST.fields, **fields})


def test_an_order_that_is_as_wanted_differs_in_nothing():
    assert differing(LISTED) == {}


AMOUNT: dict[str, Callable[[int], Any]] = {
    "text": str,
    "number": int,
    "decimal number": float,
    "decimal text": lambda each: f"{each}.00",
}
TIMES = [
    "2022-01-02T15:04:05Z",
    "2022-01-02T15:04:05.141Z",
    "2022-01-02 15:04:05",
    "2022-01-02T18:04:05+03:00",
    "2022-01-02",
]
VALUES: dict[str, list[Any]] = {
    "slot": [2, "2", "evening", 2.0],
    "note": ["hi"],
    "door": ["hush"],
    "weight": [1.5, "1.5", "1.50"],
    "floor": [3, "3", 3.0, "3.0"],
    "gift": [True, "true", "True", 1, "1"],
    "day": ["2026-03-04", "2026-03-04T00:00:00Z", "2026-03-04 00:00:00", "2026-03-04T03:00:00+03:00"],
    "other": ["x"],
}


@st.composite
def tolerated(draw) -> dict[str, Any]:
    """The order as some server may show it (A10, A29, A42 to A47)."""
    amount = AMOUNT[draw(st.sampled_from(sorted(AMOUNT)))]
    line = dict(LISTED["lines"][0])
    shown = LISTED | {
        "create_time": draw(st.sampled_from(TIMES)),
        "tags": draw(st.permutations(["a", "b", *draw(st.sampled_from([[], ["b"]]))])),
        "custom_fields": {key: draw(st.sampled_from(forms)) for key, forms in VALUES.items()},
    }
    for key in ("total_price", "delivery_cost"):
        shown[key] = amount(int(LISTED[key]))
    for key in ("base_price_per_item", "final_price_per_item"):
        line[key] = amount(int(line[key]))
    line["min_price_per_item"] = draw(st.sampled_from(["0", 0, "0.00", "", None]))
    line["count"] = draw(st.sampled_from([2, "2", 2.0]))
    line["custom_fields"] = {"size": draw(st.sampled_from([4, "4"])), "pin": "secret"}
    if draw(st.booleans()):
        line["sku"] = line.pop("product")
    if draw(st.booleans()):
        line["status"] = "delivered"
    if draw(st.booleans()):
        del line["min_price_per_item"]
    shown["lines"] = [line]
    return shown


@given(tolerated())
def test_every_documented_way_of_showing_an_order_is_equal(shown):
    assert differing(shown) == {}


@given(st.permutations(sorted(LISTED)), st.sampled_from([1, 10, 100, 1000]))
def test_what_is_sent_and_shown_at_a_scale_is_what_was_wanted(keys, scale):
    sent = dict(KIND.encode(MANIFEST, {"l1": "packed"}, CATALOGUE))
    for key in ("total_price", "delivery_cost"):
        sent[key] = str(Decimal(sent[key]) * scale)
    sent["lines"] = [
        {key: str(Decimal(value) * scale) if "price" in key else value for key, value in line.items()}
        for line in sent["lines"]
    ]
    shown = {key: sent[key] for key in keys if key in sent}
    assert differing(shown, terms=replace(TERMS, amount_scale=scale)) == {}


DIFFERENCES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a status": ({"status": "paid"}, {"status": ("paid", "new")}),
    "an amount": ({"total_price": "1950"}, {"total_price": ("19.50", "19")}),
    "an amount of a cent": ({"total_price": 1901}, {"total_price": ("19.01", "19")}),
    "an amount that is none": ({"total_price": "much"}, {"total_price": ("much", "19")}),
    "an amount that is not there": ({"total_price": None}, {"total_price": (None, "19")}),
    "a delivery that is free": ({"delivery_cost": ""}, {"delivery_cost": (None, "1")}),
    "a time": (
        {"create_time": "2022-01-02T15:04:06Z"},
        {"create_time": ("2022-01-02T15:04:06Z", "2022-01-02T15:04:05Z")},
    ),
    "a time that is none": ({"create_time": "soon"}, {"create_time": ("soon", "2022-01-02T15:04:05Z")}),
    "another day": (
        {"create_time": "2022-01-03"},
        {"create_time": ("2022-01-03T00:00:00Z", "2022-01-02T15:04:05Z")},
    ),
    "tags": ({"tags": ["a", "c"]}, {"tags": (["a", "c"], ["a", "b"])}),
    "no tags": ({"tags": []}, {"tags": (None, ["a", "b"])}),
    "a region": ({"region": ""}, {"region": (None, "r")}),
    "no values": ({"custom_fields": []}, {f"custom_fields.{key}": ... for key in VALUES}),
    "no lines": (
        {"lines": None},
        {
            f"lines.l1.{key}": ...
            for key in (
                "product",
                "base_price_per_item",
                "min_price_per_item",
                "final_price_per_item",
                "count",
                "custom_fields.size",
                "custom_fields.pin",
            )
        },
    ),
}


@pytest.mark.parametrize(("changed", "expected"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_what_means_something_else_is_shown_as_a_difference(changed, expected):
    found = differing(LISTED | changed)
    assert found.keys() == expected.keys()
    assert all(each is ... or found[path] == each for path, each in expected.items())


@pytest.mark.parametrize(
    ("field_id", "value", "before", "after"),
    [
        ("slot", "morning", 1, 2),
        ("slot", "noon", "noon", 2),
        ("floor", "4", 4, 3),
        ("floor", "many", "many", 3),
        ("gift", "false", False, True),
        ("weight", "1.25", 1.25, 1.5),
        ("day", "2026-03-05T00:00:00Z", "2026-03-05", "2026-03-04"),
        ("note", None, None, "hi"),
        ("other", 5, "5", "x"),
        ("floor", [1], "[1]", 3),
    ],
)
def test_a_field_value_is_compared_by_its_type(field_id, value, before, after):
    values = LISTED["custom_fields"] | {field_id: value}
    assert differing(LISTED | {"custom_fields": values}) == {f"custom_fields.{field_id}": (before, after)}


@pytest.mark.parametrize("absent", [{}, {"floor": None}, {"floor": ""}])
def test_a_value_that_is_the_default_may_be_absent(absent):
    manifest = managing(custom_fields={"floor": 0})
    assert differing(LISTED | {"custom_fields": absent}, manifest) == {}
    assert differing(LISTED | {"custom_fields": absent}, managing(custom_fields={"floor": 1})) == {
        "custom_fields.floor": (None, 1)
    }


def test_false_is_not_zero_when_a_default_is_looked_for():
    assert differing(LISTED | {"custom_fields": {}}, managing(custom_fields={"gift": False})) == {}
    assert differing(LISTED | {"custom_fields": {"gift": 0}}, managing(custom_fields={"gift": False})) == {}


def test_what_was_said_to_be_empty_is_equal_to_absent_and_differs_from_something():
    manifest = managing(tags=frozenset(), region="", delivery_cost=Decimal(0))
    for nothing in (
        {"tags": None, "region": None, "delivery_cost": None},
        {"tags": [], "region": "", "delivery_cost": "0"},
    ):
        assert differing(LISTED | nothing, manifest) == {}
    bare = {key: value for key, value in LISTED.items() if key not in {"tags", "region", "delivery_cost"}}
    assert differing(bare, manifest) == {}
    assert differing(LISTED, manifest) == {
        "tags": (["a", "b"], []),
        "region": ("r", ""),
        "delivery_cost": ("1", "0"),
    }


def test_keys_that_are_not_managed_are_left_out():
    fields = {key: MANIFEST.fields[key] for key in ("status", "lines")}
    manifest = replace(MANIFEST, fields=fields)
    assert (
        differing(LISTED | {"total_price": "1", "tags": ["z"], "custom_fields": {"note": "z"}}, manifest)
        == {}
    )


def test_a_line_that_is_not_declared_shows_as_a_leftover():
    extra = {"external_id": "l9", "product": "q", "final_price_per_item": "450", "count": 1, "status": "new"}
    assert differing(LISTED | {"lines": [*LISTED["lines"], extra]}) == {
        "lines.l9": ({"product": "q", "count": 1, "final_price_per_item": "4.50"}, None)
    }


def test_statuses_of_lines_are_never_part_of_an_order():
    line = LISTED["lines"][0]
    for status in ("new", "delivered", None):
        assert differing(LISTED | {"lines": [line | {"status": status}]}) == {}


def test_sensitive_values_are_shown_as_digests_alone():
    values = LISTED["custom_fields"] | {"door": "open sesame"}
    found = differing(LISTED | {"custom_fields": values})
    before, after = found["custom_fields.door"]
    assert isinstance(before, Secret)
    assert isinstance(after, Secret)
    assert before.masked == after.masked == "•••"
    assert len(before.digest) == 16
    assert before.digest != after.digest
    other = differing(LISTED | {"custom_fields": values}, terms=Terms(salt="globex"))
    assert other["custom_fields.door"][0].digest != before.digest


@given(st.text(min_size=1).filter(lambda each: each not in "hush•"), st.text(min_size=3))
def test_no_output_ever_contains_a_sensitive_value(door, pin):
    values = LISTED["custom_fields"] | {"door": door + "#sesame"}
    lines = [LISTED["lines"][0] | {"custom_fields": {"size": 4, "pin": pin + "#sesame"}}]
    _, shown = KIND.align(
        MANIFEST, live(LISTED | {"custom_fields": values, "lines": lines}), CATALOGUE, TERMS
    )
    assert "sesame" not in str(KIND.shown(MANIFEST, CATALOGUE, TERMS, shown))


def test_ids_with_dots_keep_their_own_paths():
    line = MANIFEST.fields["lines"]["l1"]
    manifest = managing(lines={"l.1": line})
    flat = KIND.shown(manifest, CATALOGUE, TERMS, manifest.fields)
    assert flat["lines.l%2E1.count"] == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(sorted(LISTED)), JSON),
    st.dictionaries(st.sampled_from(sorted(LISTED["lines"][0])), JSON),
    JSON,
)
def test_whatever_a_target_shows_is_compared_without_a_crash(keys, line, value):
    values = {"custom_fields": dict.fromkeys(VALUES, value)}
    for detail in (LISTED | keys, LISTED | {"lines": [LISTED["lines"][0] | line]} | values):
        differing(detail)


def test_the_fields_in_use_are_those_with_a_value():
    detail = LISTED | {"custom_fields": {"a": 1, "b": None, "c": 0}}
    assert [str(each) for each in KIND.fields_in_use(live(detail))] == [
        "custom_field/order/a",
        "custom_field/order/c",
        "custom_field/line_order/size",
        "custom_field/line_order/pin",
    ]
    assert list(KIND.fields_in_use(LiveOrder("1"))) == []
    assert list(KIND.fields_in_use(live({"custom_fields": [], "lines": "x"}))) == []
