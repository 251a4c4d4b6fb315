"""What the list shows: rows A6 to A10, A13, A17, A42 to A44 and A47 to A50 of the open points."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import custom_field, line_status
from reconciler.ports import Broken, Denied
from reconciler.sandbox import Fault, generate, seed
from reconciler.targets.altcraft import Dialect
from reconciler.targets.altcraft.pages import Reader, rows_of

SHORT = Dialect(page_size=3)


def walked(stage, detailed=frozenset()):
    return [each for page in stage.target.walk(detailed) for each in page.orders]


def ids(orders):
    return [each.external_id for each in orders]


def listed(*rows, **more):
    return {"error": 0, "error_text": "", "result": list(rows), **more}


def shown(*rows):
    """Read rows as all that a list holds."""
    reader = Reader(frozenset({"whole"}), lambda _: ())
    raw = rows_of(json.dumps(rows).encode())  # type: ignore[arg-type]
    assert raw is not None
    return reader.page(raw).orders


def test_a_walk_asks_with_a_limit_and_a_cursor_only_when_there_is_one(speak):
    stage = speak(listed({"external_id": "a"}, next_from_id="c1"), listed({"external_id": "b"}))
    assert ids(walked(stage)) == ["a", "b"]
    first, second = ({key: value for key, value in body.items() if key != "token"} for body in stage.bodies())
    assert first == {"limit": 200}
    assert second == {"limit": 200, "from_id": "c1"}


@pytest.mark.parametrize("end", ["empty_page", "no_cursor_on_last", "empty_cursor", "same_cursor_forever"])
@pytest.mark.parametrize("count", [0, 1, 3, 6, 7])
def test_a6_a_walk_ends_at_every_sign_of_an_end(end, count, play):
    stage = play(end_of_list=end, dialect=SHORT)
    made = list(generate(count))
    seed(stage.market, made)
    assert ids(walked(stage)) == [each["external_id"] for each in made]


def test_a6_a_last_page_that_repeats_itself_ends_the_walk(play):
    stage = play(end_of_list="last_page_forever", dialect=SHORT)
    made = list(generate(7))
    seed(stage.market, made)
    assert set(ids(walked(stage))) == {each["external_id"] for each in made}


def test_a6_cursors_that_go_round_in_a_circle_end_the_walk(speak):
    pages = [listed({"external_id": str(n)}, next_from_id=cursor) for n, cursor in enumerate("abca")]
    assert ids(walked(speak(*pages))) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("cursor", [None, "", 0, False, [], {}])
def test_a6_a_cursor_that_is_none_ends_the_walk(cursor, speak):
    assert ids(walked(speak(listed({"external_id": "a"}, next_from_id=cursor)))) == ["a"]


def test_a6_a_cursor_may_be_a_number(speak):
    stage = speak(listed({"external_id": "a"}, next_from_id=17), listed())
    walked(stage)
    assert stage.bodies()[1]["from_id"] == 17


@pytest.mark.parametrize("answer", [{"error": 0}, {"error": 0, "result": {}}, {"error": 0, "result": "x"}])
def test_a6_an_answer_without_a_list_is_no_end_but_breaks_the_walk(answer, speak):
    with pytest.raises(Broken, match="result"):
        walked(speak(answer))


def test_a7_short_pages_do_not_end_the_walk(play):
    stage = play(short_pages="yes", dialect=SHORT)
    seed(stage.market, generate(7))
    assert len(walked(stage)) == 7
    assert stage.target.requests > 4


@pytest.mark.parametrize(("switch", "heard"), [("clamp", 0), ("reject", 1)])
def test_a7_a_limit_that_is_too_high_is_clamped_or_lowered(switch, heard, play):
    stage = play(limit_over_maximum=switch, dialect=Dialect(page_size=5000))
    seed(stage.market, generate(150))
    assert len(walked(stage)) == 150
    assert len(stage.heard) == heard


def test_a7_a_limit_is_lowered_again_and_stays_lowered(speak):
    refused = {"error": 400, "error_text": "limit"}
    stage = speak(refused, refused, listed({"external_id": "a"}, next_from_id="c"), listed())
    assert ids(walked(stage)) == ["a"]
    assert [body["limit"] for body in stage.bodies()] == [200, 100, 25, 25]
    assert stage.heard[0] == "asking for 100 orders a page: the server refused 200"


def test_a7_a_limit_that_is_never_accepted_breaks_the_walk(speak):
    stage = speak({"error": 400, "error_text": "no"})
    with pytest.raises(Broken, match="the server answered 400: no"):
        walked(stage)
    assert [body["limit"] for body in stage.bodies()] == [200, 100, 25, 5]


@pytest.mark.parametrize("switch", ["duplicates", "moving", "shifting"])
def test_a8_what_is_listed_twice_is_passed_on_twice(switch, play):
    stage = play(list_consistency=switch, dialect=SHORT)
    made = list(generate(7))
    seed(stage.market, made)
    seen = ids(walked(stage))
    assert set(seen) == {each["external_id"] for each in made}
    assert (len(seen) > 7) == (switch == "duplicates")


@pytest.mark.parametrize(("switch", "status"), [("hidden", None), ("shown", "delivering")])
def test_a9_a_line_is_listed_with_or_without_its_status(switch, status, play, order):
    stage = play(line_status=switch)
    stage.market.put(order(status="delivering"))
    (page,) = stage.target.walk(frozenset())
    assert page.orders[0].lines == {"l-1": status}
    assert page.in_use == ({line_status("delivering")} if status else set())


@pytest.mark.parametrize(
    ("switch", "cost"), [("scaled", "90000"), ("decimals", "900.00"), ("numbers", 90000)]
)
def test_a10_amounts_stay_as_they_are_shown(switch, cost, play, order, wire_format):
    stage = play(amounts=switch)
    stage.market.put(order())
    (live,) = walked(stage, None)
    assert live.detail["total_price"] == (cost if wire_format == "json" else str(cost))


def test_a13_one_id_in_two_touchpoints_is_passed_on_twice(speak):
    rows = [{"external_id": "a", "endpoint": "site"}, {"external_id": "a", "endpoint": "shop"}]
    assert [each.endpoint for each in walked(speak(listed(*rows)))] == ["site", "shop"]


def test_a17_an_order_without_a_profile_is_an_order(play, order):
    stage = play(no_profile="without_profile")
    stage.target.import_orders({}, [order()])
    assert ids(walked(stage, None)) == ["o-1"]


@pytest.mark.parametrize("switch", ["rfc3339", "milliseconds", "space", "offset"])
def test_a42_update_times_of_every_form_are_read_alike(switch, play, order):
    stage = play(time_format=switch)
    stage.market.put(order(create_time="2025-03-01T08:00:00Z"))
    (live,) = walked(stage)
    (same,) = walked(stage)
    assert live.updated is not None
    assert live.updated == same.updated
    assert live.updated.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-01T08:00:00Z", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01T08:00:00.999Z", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01T11:00:00+03:00", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01 08:00:00", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-02-30T08:00:00Z", None),
        ("0001-01-01T00:00:00+03:00", None),
        ("yesterday", None),
        ("", None),
        (1740816000, None),
        (None, None),
    ],
)
def test_a42_a_time_is_a_moment_in_utc_at_whole_seconds_or_not_known(text, moment):
    (live,) = shown({"external_id": "a", "update_time": text})
    assert live.updated == moment


@pytest.mark.parametrize("empty", ["absent", "empty", "null"])
def test_a43_missing_null_and_empty_are_the_same(empty, play, order):
    stage = play(empty_keys=empty)
    stage.market.put(order())
    (page,) = stage.target.walk(None)
    assert page.orders[0].lines == {"l-1": None}
    assert page.in_use == set()


@pytest.mark.parametrize("nothing", [None, [], {}, ""])
def test_a43_lines_and_fields_may_be_empty_in_any_way(nothing):
    row = {"external_id": "a", "lines": nothing, "custom_fields": nothing, "endpoint": None, "status": ""}
    (live,) = shown(row)
    assert (live.lines, live.endpoint, live.status) == ({}, None, None)
    assert shown({"external_id": "a"}) == (live,)


def test_a43_a_list_that_is_null_is_empty(speak):
    assert walked(speak({"error": 0, "result": None})) == []


@pytest.mark.parametrize(("switch", "key"), [("sku", "sku"), ("product", "product")])
def test_a47_the_detail_keeps_the_servers_own_keys(switch, key, play, order):
    stage = play(sku_lines=switch)
    made = order()
    made["lines"][0]["sku"] = made["lines"][0].pop("product")
    stage.market.put(made)
    (live,) = walked(stage, None)
    assert live.detail["lines"][0][key] == "phone"


def test_a48_unknown_keys_are_passed_over(play):
    plain, extra = play(), play(extra_keys="yes")
    for stage in (plain, extra):
        seed(stage.market, generate(5))
    assert ids(walked(plain)) == ids(walked(extra))


def test_a49_orders_that_the_token_may_not_see_are_not_listed(play, order):
    stage = play(hidden_touchpoint="hidden")
    stage.market.put(order("a"))
    stage.market.put(order("b", endpoint="marketplace"))
    assert ids(walked(stage)) == ["a"]


def test_a50_a_walk_shows_what_is_shown_now(play, order):
    stage = play(read_lag="1")
    stage.target.import_orders({}, [order()])
    assert [ids(walked(stage)), ids(walked(stage))] == [[], ["o-1"]]


def test_detail_is_kept_only_where_it_is_wanted(play, order):
    stage = play()
    for each in "abc":
        stage.market.put(order(each))
    assert [live.detail is not None for live in walked(stage, frozenset("b"))] == [False, True, False]


def test_fields_in_use_are_named_for_orders_without_detail_too(speak):
    line = {"external_id": "l", "custom_fields": {"f_line": "x", "unset": None}}
    row = {"external_id": "a", "custom_fields": {"f_order": 1}, "lines": [line, {"external_id": "m"}]}
    (page,) = speak(listed(row)).target.walk(frozenset())
    assert page.in_use == {custom_field("order", "f_order"), custom_field("line_order", "f_line")}
    assert page.orders[0].detail is None


def test_rows_without_an_id_are_passed_over_and_counted(speak):
    stage = speak(listed({"external_id": "a"}, {}, None, 7, {"external_id": None}, {"external_id": {}}))
    assert ids(walked(stage)) == ["a"]
    assert stage.heard == ["passed over in the list of orders, without an external_id: 5"]


def test_ids_may_be_numbers():
    (live,) = shown({"external_id": 1234000, "lines": [{"external_id": 7, "status": "new"}]})
    assert (live.external_id, live.lines) == ("1234000", {"7": "new"})


@pytest.mark.parametrize(
    "odd", [{"status": {}}, {"endpoint": [1]}, {"update_time": {}}, {"custom_fields": [[]]}]
)
def test_an_order_that_is_partly_not_understood_is_still_seen(odd):
    (live,) = shown({"external_id": "a", "lines": [{"external_id": "l"}], **odd})
    assert (live.external_id, live.lines) == ("a", {"l": None})


def test_lines_that_are_not_understood_are_not_read_which_is_not_none():
    (live,) = shown({"external_id": "a", "status": "new", "lines": ["l-1", 7]})
    assert (live.lines, live.status) == (None, "new")


@given(
    row=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["external_id", "lines", "status", "update_time", "custom_fields", "x"]),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_no_row_whatever_it_holds_breaks_a_page(row):
    assert len(shown(row)) <= 1
    plain = {"external_id": "a", "status": "new"}
    whole = {"external_id": "whole", "lines": [{"external_id": "l"}], "region": "r"}
    assert shown(plain, row, whole) == (*shown(plain), *shown(row), *shown(whole))


@pytest.mark.parametrize(
    "kind", ["reset_before", "http_502_html_before", "empty_after", "truncated_after", "http_503"]
)
def test_a_page_is_asked_for_again_until_it_comes(kind, play):
    stage = play(faults=[Fault("orders/list", 2, kind)], dialect=SHORT)
    seed(stage.market, generate(7))
    assert len(walked(stage)) == 7
    assert len(stage.heard) == 1


def test_a_page_that_never_comes_breaks_the_walk(play):
    stage = play(faults=[Fault("orders/list", 0, "reset_before")])
    with pytest.raises(Broken, match="the list of orders broke off: the connection was cut"):
        walked(stage)
    assert stage.target.requests == 5


def test_what_was_seen_before_a_walk_broke_was_seen(play):
    stage = play(faults=[Fault("orders/list", n, "http_500_after") for n in range(2, 9)], dialect=SHORT)
    seed(stage.market, generate(7))
    pages = stage.target.walk(None)
    assert len(next(pages).orders) == 3
    with pytest.raises(Broken, match="500"):
        next(pages)


def test_a_page_without_permission_stops_the_run(speak):
    with pytest.raises(Denied):
        walked(speak(httpx.Response(200, json={"error": 403, "error_text": "No access"})))
