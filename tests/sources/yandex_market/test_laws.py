"""Laws: what holds for every answer that a Market could give, known words or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.yandex_market import SKIP, STATUSES, UNITS, USUAL_PARENTS
from reconciler.model.yandex_market.substatuses import contradicts
from reconciler.sources.yandex_market.fold import fold
from reconciler.sources.yandex_market.interpreting import interpret
from reconciler.sources.yandex_market.mapping import UNIT_AS, USUAL, Rules
from reconciler.sources.yandex_market.seen import Item, Order, Seen, Unit, newest
from reconciler.sources.yandex_market.shapes import BusinessOrders, SingleOrder, decoded, orders_of
from reconciler.sources.yandex_market.times import moment
from tests.sources.yandex_market.market import NOW, Market, Said, ask, entry, source, wanted

OURS = {"new", "processing", "delivering", "delivered", "canceled", "refunded"}
NAMED = tuple(status for status in STATUSES if status != "UNKNOWN")

words = st.one_of(st.sampled_from((*STATUSES, *UNITS, *USUAL_PARENTS)), st.text(max_size=12))
statuses = st.one_of(st.sampled_from(STATUSES), st.text(max_size=8))
substatuses = st.one_of(st.sampled_from(sorted(USUAL_PARENTS)), st.text(max_size=8))
counts = st.one_of(st.integers(0, 4), st.none(), st.integers())
ledgers = st.one_of(
    st.none(),
    st.lists(st.builds(Unit, st.one_of(st.sampled_from(UNITS), words), counts), max_size=6).map(tuple),
)
items = st.builds(Item, st.just("1"), st.sampled_from(["a", "b", "", "*"]), counts, ledgers, st.booleans())
known_ledgers = st.lists(
    st.builds(Unit, st.sampled_from(UNITS), st.integers(1, 3)), min_size=1, max_size=5
).map(tuple)
targets = st.sampled_from([*sorted(OURS), "custom", SKIP])
rules = st.builds(
    Rules,
    st.dictionaries(
        st.one_of(
            words,
            st.tuples(statuses, substatuses).map("/".join),
            st.sampled_from(UNITS).map("unit/{}".format),
        ),
        targets,
        max_size=4,
    ),
    st.one_of(st.none(), targets),
)
orders = st.builds(
    Order,
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["", "x", "y"]),
    statuses,
    substatuses,
    st.one_of(st.none(), st.datetimes().map(lambda at: at.replace(tzinfo=NOW.tzinfo))),
    st.booleans(),
    st.booleans(),
    st.lists(items, max_size=4).map(tuple),
)


@given(statuses, substatuses, items, rules)
def test_a_fold_always_answers_and_gives_only_statuses_that_some_rule_names(
    status, substatus, item, given_rules
):
    folded = fold(status, substatus, item, given_rules)
    named = {*USUAL.values(), *given_rules.overrides.values(), given_rules.mixed, None}
    assert folded.status in named - {SKIP}


@given(statuses, substatuses, items, rules, st.randoms())
def test_a_fold_does_not_depend_on_the_order_of_the_units(status, substatus, item, given_rules, chance):
    shuffled = list(item.units or ())
    chance.shuffle(shuffled)
    other = Item(
        item.id, item.offer, item.count, None if item.units is None else tuple(shuffled), item.complete
    )
    assert fold(status, substatus, item, given_rules) == fold(status, substatus, other, given_rules)


@given(statuses, substatuses, items)
def test_nothing_is_wanted_because_of_an_unknown_state_of_an_order(status, substatus, item):
    folded = fold(status, substatus, item, Rules())
    if status not in NAMED:
        assert folded.status is None
        assert folded.unnamed


@given(st.sampled_from(NAMED), substatuses, known_ledgers, st.text(max_size=8), st.integers(1, 3))
def test_nothing_is_wanted_because_of_an_unknown_state_of_a_unit(status, substatus, ledger, unit, count):
    if unit in UNITS:
        return
    folded = fold(status, substatus, Item("1", "a", 5, (*ledger, Unit(unit, count))), Rules())
    assert folded.status == ("canceled" if status == "CANCELLED" else None)


@pytest.mark.parametrize("status", STATUSES)
@given(substatus=substatuses)
def test_the_mapping_is_total_over_states_and_only_one_substatus_makes_a_difference(status, substatus):
    alone = Rules().of_order(status)
    usual = "delivering" if (status, substatus) == ("PROCESSING", "SHIPPED") else alone
    assert Rules().of_order(status, substatus) == usual
    assert (usual is None) == (status == "UNKNOWN")


@given(st.sampled_from(NAMED), substatuses, known_ledgers)
def test_known_units_are_folded_as_the_table_says(status, substatus, ledger):
    """The reference's section 8.2, written down a second time as literally as can be."""
    found = {unit.status for unit in ledger}
    base = Rules().of_order(status, substatus)
    expected: str | None
    forward = status in {"DELIVERY", "PICKUP"} or (status, substatus) == ("PROCESSING", "SHIPPED")
    if status == "CANCELLED" or found <= {"CANCELLED", "LOST", "REJECTED"}:
        expected = "canceled"
    elif "SHIPPED" in found or ("CREATED" in found and status in {"DELIVERY", "PICKUP"}):
        expected = base if forward else "delivering"
    elif "CREATED" in found:
        expected = base
    elif "DELIVERED_TO_BUYER" not in found:
        expected = "refunded"
    else:
        expected = "delivered"
    count = sum(unit.count or 0 for unit in ledger)
    folded = fold(status, substatus, Item("1", "a", count, ledger), Rules())
    assert folded.status == expected
    mixed = expected == "delivered" and found != {"DELIVERED_TO_BUYER"} and "DELIVERED_TO_BUYER" in found
    if not found & {"CREATED", "SHIPPED"}:
        assert folded.mixed == mixed


@given(st.sampled_from(NAMED), substatuses, known_ledgers)
def test_no_unit_left_is_canceled_whatever_else_is_said(status, substatus, ledger):
    assert fold(status, substatus, Item("1", "a", 0, ledger), Rules()).status == "canceled"


@given(st.sampled_from(NAMED), known_ledgers, st.integers(0, 20))
def test_units_that_do_not_add_up_are_told(status, ledger, count):
    total = sum(unit.count or 0 for unit in ledger)
    told = fold(status, "", Item("1", "a", count, ledger), Rules()).contradictions
    assert ("the units do not add up to the item's count" in told) == (total != count)


@given(st.sampled_from(NAMED), substatuses, items)
def test_a_rule_about_a_state_reaches_the_lines_that_are_in_it(status, substatus, item):
    plain = Item("1", "a", 1, None)
    assert fold(status, substatus, plain, Rules({f"{status}/{substatus}": "ours"})).status == "ours"
    both = Rules({f"{status}/{substatus}": "ours", status: "theirs"})
    assert fold(status, substatus, plain, both).status == "ours"
    assert fold(status, "", plain, Rules({status: SKIP})).status is None


@pytest.mark.parametrize(("unit", "like"), [(unit, like) for unit, like in UNIT_AS.items() if like])
def test_a_unit_becomes_what_an_order_of_its_state_becomes_unless_a_rule_names_it(unit, like):
    item = Item("1", "a", 1, (Unit(unit, 1),))
    assert fold("PROCESSING", "STARTED", item, Rules({like: "ours"})).status == "ours"
    both = Rules({like: "ours", f"unit/{unit}": "its own"})
    assert fold("PROCESSING", "STARTED", item, both).status == "its own"


def test_every_known_substatus_has_its_usual_state_and_contradicts_no_other_law():
    assert len(USUAL_PARENTS) == 125
    for substatus, parents in USUAL_PARENTS.items():
        assert not any(contradicts(parent, substatus) for parent in parents)
        assert parents <= set(STATUSES)
    assert contradicts("DELIVERED", "USER_NOT_PAID")
    assert contradicts("RETURNED", "USER_NOT_PAID")
    assert not contradicts("RETURNED", "DELIVERY_SERVICE_DELIVERED")
    assert not contradicts("DELIVERED", "UNKNOWN")
    assert not contradicts("DELIVERED", "NEVER_SEEN")


@given(st.lists(orders, max_size=6), st.booleans(), st.randoms())
def test_an_answer_of_any_content_becomes_wishes_and_their_order_does_not_matter(shown, by_external, chance):
    keys = {"order_id": "externalOrderId"} if by_external else {}
    unlike = list({order.id: order for order in shown}.values())
    mixed = chance.sample(unlike, len(unlike))
    results = []
    for each in (unlike, mixed):
        seen = Seen(orders=newest(each), read_at=NOW)
        wishes, count, diagnostics = interpret(source(**keys), entry(**keys), seen)
        results.append(({name: dict(wishes[name]) for name in wishes}, count, diagnostics))
        for name in wishes:
            for line, wish in wishes[name].items():
                assert wish.status in OURS
                assert line not in {"", "*"}
    assert results[0] == results[1]


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
absent = object()


def shape(**parts):
    """A JSON object in which every key may be absent or null."""
    return st.fixed_dictionaries(
        {}, optional={key: st.one_of(st.none(), part) for key, part in parts.items()}
    )


v1_items = shape(
    id=st.integers(1, 9),
    offerId=st.text(max_size=4),
    count=st.integers(0, 3),
    itemStatuses=st.lists(
        shape(status=st.one_of(st.sampled_from(UNITS), st.text(max_size=5)), count=st.integers(0, 3)),
        max_size=3,
    ),
    prices=json_values,
    instances=json_values,
)
v1_orders = shape(
    orderId=st.integers(1, 5),
    externalOrderId=st.text(max_size=3),
    status=statuses,
    substatus=substatuses,
    updateDate=st.one_of(st.text(max_size=8), st.datetimes().map(lambda at: at.isoformat() + "+03:00")),
    fake=st.booleans(),
    cancelRequested=st.booleans(),
    items=st.lists(v1_items, max_size=3),
    delivery=json_values,
    buyer=json_values,
)


@given(st.lists(v1_orders, max_size=4))
def test_a_page_with_anything_absent_or_null_is_read(shown):
    report = ask(Market(lambda _: Said(body={"orders": shown})))
    assert all(status in OURS for lines in wanted(report).values() for status in lines.values())


@given(st.lists(v1_orders, max_size=4))
def test_reading_a_page_twice_gives_the_same(shown):
    import json

    body = json.dumps({"orders": shown}).encode()
    first, second = (decoded(body, BusinessOrders).page for _ in range(2))
    assert first is not None
    assert second is not None
    assert list(orders_of(first)) == list(orders_of(second))


@given(st.text())
def test_no_text_is_too_odd_for_a_moment(text):
    assert moment(text) is None or moment(text) is not None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-19T13:00:00+03:00", "2026-11-19T10:00:00+00:00"),
        ("2026-11-19T10:00:00Z", "2026-11-19T10:00:00+00:00"),
        ("2026-11-19T10:00:00.987654321Z", "2026-11-19T10:00:00+00:00"),
        ("2026-11-19T13:00:00.5+0300", "2026-11-19T10:00:00+00:00"),
        ("19-11-2026 13:00:00", "2026-11-19T10:00:00+00:00"),
        ("2026-11-19T13:00:00", "2026-11-19T10:00:00+00:00"),
        ("20-11-2026", "2026-11-19T21:00:00+00:00"),
        ("2026-11-20", "2026-11-19T21:00:00+00:00"),
        ("31-02-2026 10:00:00", None),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_moment_is_read_in_every_form_and_is_in_moscow_without_an_offset(text, at):
    found = moment(text)
    assert (found.isoformat() if found is not None else None) == at


def test_an_order_of_v2_is_found_wherever_it_stands():
    for body in (b'{"order": {"id": 1}}', b'{"result": {"order": {"id": 1}}}'):
        found = decoded(body, SingleOrder).found
        assert found is not None
        assert found.id == 1
