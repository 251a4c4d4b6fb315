"""What holds whatever is sent and however the server is switched."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sandbox import SWITCHES, generate
from reconciler.sandbox.amounts import major, parse_amount
from reconciler.sandbox.exchange import Exchange, Received
from reconciler.sandbox.faults import METHODS, FaultCounter
from reconciler.sandbox.market import Market
from reconciler.sandbox.times import parse_time, stored_time

JSON_HEADERS = {"content-type": "application/json"}
KEYS = st.sampled_from(
    (
        *(
            "token",
            "data",
            "custom_fields",
            "custom_line_statuses",
            "skip_triggers",
            "external_id",
            "id",
            "limit",
        ),
        *(
            "order_external_id",
            "order_line_external_id",
            "status_external_id",
            "from_id",
            "endpoint",
            "lines",
        ),
        *(
            "status",
            "tags",
            "region",
            "total_price",
            "email",
            "matching",
            "name",
            "entity_type",
            "value_type",
        ),
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
BEHAVIOURS = st.fixed_dictionaries({}, optional={s.name: st.sampled_from(list(s.values)) for s in SWITCHES})


def exchange(market, method, body):
    return Exchange(market, None, FaultCounter(())).reply(
        Received(method, JSON_HEADERS, {}, json.dumps(body).encode())
    )


@settings(max_examples=150, deadline=None)
@given(method=st.sampled_from(METHODS), body=st.dictionaries(KEYS, JSON, max_size=6), switches=BEHAVIOURS)
def test_no_body_makes_the_server_fall_over(method, body, switches):
    market = Market(":memory:", switches=switches)
    assert exchange(market, method, body).body
    assert len(market.requests()) == 1


@st.composite
def broken_orders(draw):
    """An order of a shop in which one value, at any depth, was replaced or removed."""
    order = copy.deepcopy(next(generate(1, seed=draw(st.integers(0, 50)))))
    place = draw(st.sampled_from([order, *order["lines"]]))
    key = draw(st.sampled_from(sorted(place)))
    if draw(st.booleans()):
        del place[key]
    else:
        place[key] = draw(JSON)
    return order


@settings(max_examples=150, deadline=None)
@given(order=broken_orders(), switches=BEHAVIOURS)
def test_an_order_is_stored_as_sent_or_refused_and_can_be_sent_again(order, switches):
    market = Market(":memory:", switches=switches)
    for _ in range(2):
        assert exchange(market, "orders/import", {"data": [order]}).body
        assert exchange(market, "orders/list", {}).body
    other = Market(":memory:")
    other.put_all(market.orders())
    assert other.orders() == market.orders()


@given(st.integers(0, 10**15 - 1))
def test_an_amount_read_back_is_the_amount(hundredths):
    assert parse_amount(major(hundredths), "amount") == hundredths


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_read_back_is_the_time_at_whole_seconds(moment):
    if 1 < moment.year < 9999:
        stored = stored_time(moment)
        assert parse_time(stored, "time") == stored
