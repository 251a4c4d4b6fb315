"""Random worlds: live orders, manifests that want something of them, switches of the server and settings."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from reconciler.model.rules import Observe, Rules, SendDefinitions
from reconciler.ports import Terms
from reconciler.targets.altcraft import Dialect
from tests.laws.world import ACCOUNT, LAVISH, Shop, shop

ORDERS = ("o-1", "o-2", "o/3%", "o.4", "Заказ 5")
LINES = ("l-1", "l.2", "l/3")
BUILT_IN = ("new", "processing", "delivering", "delivered", "canceled", "refunded")
SENSITIVE = "canary-door-code-4711"
EMAIL = "john.canary@example.com"

FIELDS = {
    "slot": {
        "name": "Slot", "entity_type": "order", "value_type": "enum",
        "enum_values": {"morning": 1, "evening": 2}, "default_value": 1, "required": False,
    },
    "door": {
        "name": "Door code", "entity_type": "order", "value_type": "unicode",
        "default_value": "-", "required": False,
    },
    "gift.wrap": {
        "name": "Gift", "entity_type": "line_order", "value_type": "bool",
        "default_value": False, "required": False,
    },
    "weight": {
        "name": "Weight", "entity_type": "line_order", "value_type": "int",
        "default_value": 0, "required": False,
    },
}  # fmt: skip
"""Custom fields by id; `door` is sensitive."""

STATUSES = {
    "packed": {"name": "Packed", "type": "in_process"},
    "quiet": {"name": "Quiet", "type": "in_process"},
    "sent_back": {"name": "Sent back", "type": "refunded"},
}
"""Line statuses by id; nothing hangs on `quiet`."""

VALUES = {
    "slot": st.sampled_from([1, 2]),
    "door": st.sampled_from(["-", SENSITIVE, "A7"]),
    "gift.wrap": st.booleans(),
    "weight": st.sampled_from([0, 3]),
}

ACCEPTING = {
    "line_status": ["hidden", "shown"],
    "end_of_list": ["no_cursor_on_last", "empty_cursor", "same_cursor_forever", "last_page_forever"],
    "short_pages": ["yes"],
    "list_consistency": ["duplicates", "moving", "shifting"],
    "amounts": ["numbers"],
    "field_values": ["strings", "enum_names"],
    "get_status_result": ["array"],
    "get_status_unknown": ["400", "empty_array"],
    "time_format": ["milliseconds", "space", "offset", "date_only"],
    "empty_keys": ["empty", "null"],
    "tags": ["sorted"],
    "min_price_zero": ["absent"],
    "sku_lines": ["product"],
    "extra_keys": ["yes"],
    "read_lag": ["1", "3"],
    "reimport_lines": ["merge"],
    "reimport_tags": ["merge"],
    "reimport_fields": ["merge"],
    "reimport_absent_keys": ["kept"],
    "line_status_omitted": ["reset"],
    "move_order": ["move"],
    "no_profile": ["without_profile"],
    "import_result": ["shuffled"],
    "create_time_sent": ["server_time"],
    "total_price": ["recomputed"],
    "skip_triggers": ["ignored"],
    "field_resent": ["ignored"],
    "field_defaults": ["absent"],
    "required_field": ["ignored"],
    "status_resent": ["ignored"],
    "order_status": ["recomputed"],
    "touch_on_same": ["no"],
    "update_time_moves": ["imports_only", "never"],
    "error_codes": ["strings"],
    "token_place": ["body_only"],
}
"""Values of switches under which a server accepts what is rightly sent."""

REFUSING = {
    "empty_data": ["rejected", "ignored"],
    "import_result": ["only_ok", "none", "top_error_partial"],
    "item_error_text": ["no"],
    "atomicity": ["all_or_nothing"],
    "malformed_order": ["request_error"],
    "unknown_field_value": ["request_error", "ignored"],
    "unknown_status": ["top_error", "fallback_new"],
    "unknown_reference": ["item_error", "request_error", "placeholder"],
    "reimport": ["reject", "ignore"],
    "identity_omitted": ["item_error"],
    "no_profile": ["reject"],
    "total_price": ["rejected"],
    "batch_limit": ["1"],
    "lines_limit": ["2"],
    "transitions": ["terminal_locked"],
    "update_to_same": ["error"],
    "unknown_order_or_line": ["400", "echo"],
    "tariff": ["used_up", "used_up_per_item"],
    "error_http_status": ["same_code", "html_for_5xx"],
    "field_resent": ["duplicate_error"],
    "status_resent": ["duplicate_error"],
    "enum_default": ["name"],
    "hidden_touchpoint": ["hidden", "forbidden"],
    "required_field": ["rejected"],
}
"""Values of switches under which a server refuses, or loses, some of what is sent."""


@dataclass(frozen=True)
class Scene:
    """One random world, as plain data, so that a failing example can be read."""

    live: tuple[dict[str, Any], ...]
    kept: tuple[str, ...]
    """Definitions that the server has, by `fields/ID` or `statuses/ID`."""
    wanted: dict[str, Any]
    switches: dict[str, str] = field(default_factory=dict)
    rules: Rules = LAVISH
    page_size: int = 200
    how: Observe = Observe.AUTO
    touchpoints: tuple[str, ...] = ()

    @property
    def scale(self) -> int:
        return 1 if self.switches.get("amounts") in {"unscaled", "decimals"} else 100


@contextmanager
def opened(scene: Scene, **overrides: Any) -> Iterator[Shop]:
    """Open a shop in which a scene is laid out."""
    settings: dict[str, Any] = {
        "rules": scene.rules,
        "how": scene.how,
        "terms": Terms(amount_scale=scene.scale, salt=ACCOUNT),
        "dialect": Dialect(page_size=scene.page_size, touchpoints=scene.touchpoints),
        **overrides,
    }
    with shop(scene.switches, **settings) as opening:
        opening.market.put_all(
            scene.live,
            fields=[
                {"external_id": each, **FIELDS[each]} for each in FIELDS if f"fields/{each}" in scene.kept
            ],
            statuses=[
                {"external_id": each, **STATUSES[each]}
                for each in STATUSES
                if f"statuses/{each}" in scene.kept
            ],
        )
        opening.want(**scene.wanted)
        yield opening


# ------------------------------------------------------------------ parts


def a_line(line_id: str, status: str | None = "new", **changes: Any) -> dict[str, Any]:
    """A line in the words of an import, and of a full declaration."""
    line = {
        "external_id": line_id,
        "status": status,
        "product": "lamp",
        "base_price_per_item": "9.50",
        "min_price_per_item": "0",
        "final_price_per_item": "9",
        "count": 1,
        **changes,
    }
    return {key: value for key, value in line.items() if value is not None}


def an_order(order_id: str, lines: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """An order in the words of an import, and of a full declaration; a change to None leaves a key out."""
    order = {
        "external_id": order_id,
        "matching": "email",
        "email": EMAIL,
        "endpoint": "site",
        "status": "new",
        "total_price": str(sum(9 * line["count"] for line in lines)),
        "currency": "USD",
        "lines": lines,
        **changes,
    }
    return {key: value for key, value in order.items() if value is not None}


@st.composite
def lines_of(draw: st.DrawFn, statuses: tuple[str, ...], *, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """One to three lines of an order."""
    ids = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True))
    return [
        a_line(
            each,
            draw(st.sampled_from(statuses)),
            count=draw(st.sampled_from([1, 2])),
            **draw(_values(fields, "line_order")),
        )
        for each in ids
    ]


def _values(fields: tuple[str, ...], entity: str) -> st.SearchStrategy[dict[str, Any]]:
    usable = {each: VALUES[each] for each in fields if FIELDS[each]["entity_type"] == entity}
    values = st.fixed_dictionaries({}, optional=usable)
    return values.map(lambda found: {"custom_fields": found} if found else {})


@st.composite
def an_order_of(
    draw: st.DrawFn, order_id: str, statuses: tuple[str, ...], fields: tuple[str, ...]
) -> dict[str, Any]:
    """An order with any of the optional keys."""
    lines = draw(lines_of(statuses, fields=fields))
    optional = {
        "tags": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
        "region": st.sampled_from(["north", "south"]),
        "create_time": st.sampled_from(["2026-01-02T15:04:05Z", "2026-02-03T00:00:00Z"]),
    }
    keys = draw(st.fixed_dictionaries({}, optional=optional))
    delivery = draw(st.sampled_from([None, "0", "1.50"]))
    total = sum(9 * line["count"] for line in lines) + float(delivery or 0)
    return an_order(
        order_id,
        lines,
        endpoint=draw(st.sampled_from(["site", "site", "app"])),
        status=draw(st.sampled_from(["new", "paid", "delivered"])),
        total_price=f"{total:.2f}",
        delivery_cost=delivery,
        **keys,
        **draw(_values(fields, "order")),
    )


# ------------------------------------------------------------------ scenes


def choice(table: Mapping[str, list[str]], most: int = 3) -> st.SearchStrategy[dict[str, str]]:
    """Up to so many switches of a table, each at one of its values."""
    names = st.lists(st.sampled_from(sorted(table)), max_size=most, unique=True)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: st.sampled_from(table[name]) for name in chosen})
    )


ACCEPTED = choice(ACCEPTING)

SETTINGS = st.builds(
    lambda batch, concurrency, definitions, skip, reopen, silent: replace(
        LAVISH,
        batch_size=batch,
        concurrency=concurrency,
        definitions=definitions,
        skip_triggers=skip or silent,
        silent=silent,
        allow_reopen=reopen,
    ),
    st.sampled_from([1, 2, 200]),
    st.sampled_from([1, 3]),
    st.sampled_from(list(SendDefinitions)),
    st.sampled_from([True, True, True, False]),
    st.booleans(),
    st.sampled_from([False, False, True]),
)


TOUCHPOINTS = st.sampled_from([(), (), ("site",), ("app", "site"), ("nowhere", "app")])


@st.composite
def scenes(
    draw: st.DrawFn,
    switches: st.SearchStrategy[dict[str, str]] = ACCEPTED,
    *,
    faulty: bool = False,
) -> Scene:
    """A world and what is wanted of it. `faulty`: some of it will be refused by any server."""
    kept = draw(st.sets(st.sampled_from([*(f"fields/{each}" for each in FIELDS),
                                         *(f"statuses/{each}" for each in STATUSES)])))  # fmt: skip
    known_fields = tuple(each for each in FIELDS if f"fields/{each}" in kept)
    known = (*BUILT_IN, *(each for each in STATUSES if f"statuses/{each}" in kept))
    ids = draw(st.lists(st.sampled_from(ORDERS), min_size=1, unique=True))
    chosen_switches = draw(switches)
    definitions = draw(_definitions(kept))
    declared_fields = tuple(each["external_id"] for each in definitions["custom_fields"])
    declared = (*BUILT_IN, *(each["external_id"] for each in definitions["custom_line_statuses"]))
    live, entries = [], []
    for each in ids:
        there = draw(st.integers(0, 3)) > 0
        order = draw(an_order_of(each, known, known_fields))
        if there:
            live.append(order)
        if draw(st.integers(0, 4)) == 0:
            continue
        entries.append(draw(_entry(order, declared, declared_fields, there=there, faulty=faulty)))
    if not entries:
        entries = [{"external_id": ids[0], "hold": "once", "line_status": "delivered"}]
    return Scene(
        live=tuple(live),
        kept=tuple(sorted(kept)),
        wanted={**definitions, "orders": entries},
        switches=chosen_switches,
        rules=draw(SETTINGS),
        page_size=draw(st.sampled_from([1, 2, 200])),
        touchpoints=draw(TOUCHPOINTS),
        how=draw(st.sampled_from([Observe.AUTO, Observe.LIST, *([Observe.GET_STATUS] if faulty else [])])),
    )


@st.composite
def _definitions(draw: st.DrawFn, kept: set[str]) -> dict[str, Any]:
    fields = []
    for each in draw(st.sets(st.sampled_from(list(FIELDS)))):
        entry = {"external_id": each, **FIELDS[each], **({"sensitive": True} if each == "door" else {})}
        fields.append({**entry, **draw(_mode(f"fields/{each}" in kept))})
    statuses = []
    for each in draw(st.sets(st.sampled_from(list(STATUSES)))):
        entry = {"external_id": each, **STATUSES[each], **({"triggers": False} if each == "quiet" else {})}
        statuses.append({**entry, **draw(_mode(f"statuses/{each}" in kept))})
    return {"custom_fields": _by_id(fields), "custom_line_statuses": _by_id(statuses)}


def _by_id(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str(entry["external_id"]))


def _mode(there: bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from([{}, {}, {"adopt": True}, {"external": True}] if there else [{}])


@st.composite
def _entry(
    draw: st.DrawFn,
    order: dict[str, Any],
    statuses: tuple[str, ...],
    fields: tuple[str, ...],
    *,
    there: bool,
    faulty: bool,
) -> dict[str, Any]:
    """What is wanted of an order that is there, or is not."""
    ends = draw(st.sampled_from([{}, {"hold": "once"}, {"expires": "2026-12-31"}, {"expires": "2026-11-19"}]))
    form = draw(st.sampled_from(["every", "lines", "full", "full"]))
    if form == "every":
        return {
            "external_id": order["external_id"],
            "line_status": draw(st.sampled_from(statuses)),
            **ends,
        }
    if form == "lines":
        ids = [line["external_id"] for line in order["lines"]] + (
            ["l-9"] if faulty and draw(st.booleans()) else []
        )
        chosen = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
        froms = st.sampled_from([{}, {}, {}, {"from": ["new", "delivering"]}])
        lines = [
            {"external_id": each, "status": draw(st.sampled_from(statuses)), **draw(froms)} for each in chosen
        ]
        return {"external_id": order["external_id"], "lines": lines, **ends}
    return {**draw(_full(order, statuses, fields, there=there, faulty=faulty)), **ends}


@st.composite
def _full(
    draw: st.DrawFn,
    order: dict[str, Any],
    statuses: tuple[str, ...],
    fields: tuple[str, ...],
    *,
    there: bool,
    faulty: bool,
) -> dict[str, Any]:
    """A full declaration: of the order as it is, or of another, with some of its keys."""
    same = draw(st.booleans())
    wish = copy.deepcopy(order) if same else draw(an_order_of(order["external_id"], statuses, fields))
    for key in ("tags", "region", "create_time", "custom_fields", "delivery_cost"):
        if draw(st.integers(0, 3)) == 0:
            wish.pop(key, None)
    wish["check_total"] = False
    if there and draw(st.integers(0, 3)) == 0:
        wish = {key: value for key, value in wish.items() if key not in {"matching", "email"}}
    for part in (wish, *wish["lines"]):
        values = {key: value for key, value in part.get("custom_fields", {}).items() if key in fields}
        part["custom_fields"] = values
    for line in wish["lines"]:
        status = draw(st.sampled_from([*statuses, None]))
        line.pop("status", None)
        if status is not None:
            line["status"] = status
    if faulty and draw(st.integers(0, 2)) == 0:
        wish["currency"] = "XXX"
    return wish
