"""What is wanted now: dates, done wishes, and the part that was asked for."""

from datetime import date

from reconciler.model import address
from reconciler.model.diagnostic import Severity
from reconciler.model.manifest import Manifests
from reconciler.model.plan import Selection
from reconciler.stages.derive import derive
from tests.kinds.manifests import sound
from tests.stages.sides import wish

TODAY = date(2026, 11, 20)
TEXT = """\
custom_line_statuses:
  - {external_id: packed, name: Packed, type: in_process}
  - {external_id: other, name: Other, type: in_process}
orders:
  - external_id: "1"
    hold: once
    lines: [{external_id: a, status: packed}, {external_id: b, status: delivered}]
  - {external_id: "2", hold: once, line_status: packed}
  - external_id: "3"
    endpoint: site
    status: new
    total_price: "9"
    currency: USD
    expires: 2026-12-31
    lines:
      - {external_id: a, status: other, product: p, count: 1,
         base_price_per_item: "9", min_price_per_item: "0", final_price_per_item: "9"}
"""
MANIFESTS = sound(TEXT)


def derived(selection=None, finished=None, manifests=MANIFESTS, today=TODAY):
    return derive(manifests, finished or {}, selection or Selection(), today)


def chosen(*only, exclude=(), **more):
    found = derived(Selection(only=only, exclude=exclude, **more)).manifests
    return (
        {str(each) for each in found.definitions},
        set(found.orders),
        {str(each.address) for lines in found.lines.values() for each in lines.values()},
    )


def lines_of(*wishes):
    lines: dict[str, dict[str, object]] = {}
    for each in wishes:
        lines.setdefault(each.order, {})[each.line] = each
    return Manifests(lines=lines)  # type: ignore[arg-type]


def test_a_wish_counts_up_to_and_including_its_last_day():
    wished = lines_of(
        wish(line="a", expires=TODAY), wish(line="b", expires=date(2026, 11, 19)), wish(line="c")
    )
    found = derived(manifests=wished)
    assert set(found.manifests.lines["o1"]) == {"a", "c"}
    assert found.manifests.resting == {address.order_line("o1", "b")}
    (said,) = found.diagnostics
    assert said.severity is Severity.NOTE
    assert "expired and ignored: 1 (the latest on 2026-11-19)" in said.summary


def test_a_full_declaration_expires_with_its_lines():
    found = derived(today=date(2027, 1, 1))
    assert found.manifests.orders == {}
    assert "3" not in found.manifests.lines
    assert found.in_force == {}


def test_a_wish_that_is_done_rests_until_another_status_is_wanted():
    done = {address.order_line("1", "a"): "packed", address.order_line("1", "b"): "canceled"}
    found = derived(finished=done)
    assert set(found.manifests.lines["1"]) == {"b"}
    assert found.finished == 1
    assert address.order_line("1", "a") in found.manifests.resting


def test_a_wish_that_holds_always_is_never_done():
    found = derived(manifests=lines_of(wish()), finished={wish().address: "delivered"})
    assert set(found.manifests.lines) == {"o1"}


# ------------------------------------------------------------------ selection


def test_without_a_selection_everything_is_wanted_and_covered():
    found = derived()
    assert found.covers(address.order("any"))
    assert found.selects(address.order("any"))
    assert set(found.manifests.lines) == {"1", "2", "3"}


def test_what_a_selected_line_needs_comes_along():
    assert chosen("order_line/1/a") == ({"line_status/packed"}, set(), {"order_line/1/a"})


def test_the_lines_of_a_selected_order_come_along():
    assert chosen("order/3") == ({"line_status/other"}, {"3"}, {"order_line/3/a"})
    assert not derived(Selection(only=("order/3",))).selects(address.order_line("3", "a"))


def test_a_line_of_an_order_of_which_every_line_is_meant_can_be_asked_for():
    assert chosen("order_line/2/x") == ({"line_status/packed"}, set(), {"order_line/2/*"})
    assert chosen("order_line/*/x")[2] == {"order_line/2/*"}
    assert chosen("order_line/7/*")[2] == set()
    found = derived(Selection(exclude=("order_line/2/x",)))
    assert "*" in found.manifests.lines["2"]
    assert not found.selects(address.order_line("2", "x"))
    assert found.selects(address.order_line("2", "y"))
    assert "2" not in derived(Selection(exclude=("order_line/2/*",))).manifests.lines


def test_an_exclusion_beats_a_selection():
    assert chosen("order_line/1/*", exclude=("*/b",))[2] == {"order_line/1/a"}


def test_a_selection_by_origin_covers_nothing_that_is_no_longer_declared():
    found = derived(Selection(origin=("m.yaml",)))
    assert set(found.manifests.lines) == {"1", "2", "3"}
    assert not found.covers(address.order("9"))
    nothing = derived(Selection(exclude_origin=("m*",))).manifests
    assert (nothing.definitions, nothing.orders, nothing.lines) == ({}, {}, {})


def test_a_selection_by_address_covers_what_it_names():
    covers = derived(Selection(only=("order_line/9/*",))).covers
    assert covers(address.order_line("9", "a"))
    assert not covers(address.order_line("8", "a"))


def test_a_pattern_that_matches_nothing_is_likely_a_mistake():
    for selection in (
        Selection(only=("order/99",)),
        Selection(exclude=("line_status/x",)),
        Selection(origin=("x.yaml",)),
        Selection(exclude_origin=("x.yaml",)),
    ):
        (said,) = derived(selection).diagnostics
        assert said.severity is Severity.WARNING
    assert derived(Selection(only=("order_line/2/l1",))).diagnostics == ()
