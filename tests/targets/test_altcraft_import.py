"""What an import's answer proves of each order: rows A12 to A22, A30 to A32, A51 and A52."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.ports import Accepted, Refused, Unanswered
from reconciler.sandbox import Fault
from reconciler.targets.altcraft import Dialect

FIELD = {
    "external_id": "slot",
    "name": "Slot",
    "entity_type": "order",
    "required": False,
    "value_type": "unicode",
    "default_value": "any",
}
SAID_ONCE = Dialect(skip_triggers=False)


def words(answer):
    return {order: type(each).__name__ for order, each in answer.orders.items()}


def test_an_import_is_sent_whole_and_accepted_by_the_servers_clock(speak, order):
    stage = speak({"error": 0, "result": [{"error": 0, "external_id": "o-1"}]})
    answer = stage.target.import_orders({"custom_fields": [FIELD], "custom_line_statuses": []}, [order()])
    (body,) = stage.bodies()
    token = body.pop("token")
    assert token
    assert body == {"custom_fields": [FIELD], "skip_triggers": True, "data": [order()]}
    assert isinstance(answer.whole, Accepted)
    assert answer.whole.at is not None
    assert answer.whole.at.isoformat() == "2026-11-20T08:00:00+00:00"
    assert answer.orders == {"o-1": answer.whole}


def test_mappings_of_any_type_can_be_sent(speak, order):
    from types import MappingProxyType

    stage = speak({"error": 0, "result": ["o-1"]})
    stage.target.import_orders({"custom_fields": (MappingProxyType(FIELD),)}, (MappingProxyType(order()),))
    assert stage.bodies()[0]["data"] == [order()]


@pytest.mark.parametrize(
    ("switch", "said"), [("reject", "Refused"), ("ignore", "Accepted"), ("upsert", "Accepted")]
)
def test_a12_an_order_that_exists_is_refused_or_accepted_by_its_own_word(switch, said, play, order):
    stage = play(reimport=switch)
    stage.market.put(order())
    assert words(stage.target.import_orders({}, [order()])) == {"o-1": said}


def test_a16_a_move_that_the_server_rejects_is_a_refusal(play, order):
    stage = play(move_order="reject")
    stage.market.put(order())
    assert words(stage.target.import_orders({}, [order(endpoint="shop")])) == {"o-1": "Refused"}


def test_a17_a_missing_profile_may_be_a_refusal_of_the_order(play, order):
    assert words(play(no_profile="reject").target.import_orders({}, [order()])) == {"o-1": "Refused"}


def test_a18_result_in_another_order_is_matched_by_id(play, order):
    stage = play(import_result="shuffled")
    answer = stage.target.import_orders({}, [order("a"), order("b", currency="XXX"), order("c")])
    assert words(answer) == {"a": "Accepted", "b": "Refused", "c": "Accepted"}


def test_a18_an_order_that_is_not_named_is_unanswered(play, order):
    stage = play(import_result="only_ok")
    answer = stage.target.import_orders({}, [order("a"), order("b", currency="XXX")])
    assert words(answer) == {"a": "Accepted", "b": "Unanswered"}
    assert isinstance(answer.whole, Accepted)


def test_a18_without_a_result_no_order_is_answered(play, order):
    answer = play(import_result="none").target.import_orders(
        {"custom_fields": [FIELD]}, [order("a"), order("b")]
    )
    assert words(answer) == {"a": "Unanswered", "b": "Unanswered"}
    assert isinstance(answer.whole, Accepted)


@pytest.mark.parametrize("result", [None, {}, "ok", 7, [None], [[]], [{}], [{"external_id": ""}]])
def test_a18_a_result_that_names_nobody_answers_nobody(result, speak, order):
    answer = speak({"error": 0, "result": result}).target.import_orders({}, [order("a")])
    assert words(answer) == {"a": "Unanswered"}


def test_a18_a_failed_whole_that_names_orders_is_believed_order_by_order(play, order):
    stage = play(import_result="top_error_partial")
    answer = stage.target.import_orders({}, [order("a"), order("b", currency="XXX")])
    assert words(answer) == {"a": "Accepted", "b": "Refused"}
    assert isinstance(answer.whole, Unanswered)


def test_a18_a_failed_whole_leaves_those_it_does_not_name_open(speak, order):
    stage = speak({"error": 400, "error_text": "some failed", "result": [{"external_id": "a", "error": 7}]})
    answer = stage.target.import_orders({}, [order("a"), order("b")])
    assert words(answer) == {"a": "Refused", "b": "Unanswered"}
    assert isinstance(answer.whole, Unanswered)


def test_a18_a_failed_whole_that_fails_every_order_is_a_refusal_that_need_not_be_divided(speak, order):
    result = [{"external_id": "a", "error": 400}, {"external_id": "b", "error": "404", "error_text": "no b"}]
    answer = speak({"error": 400, "result": result}).target.import_orders({}, [order("a"), order("b")])
    assert answer.whole == Refused("400", "the server gave no reason")
    assert answer.orders["b"] == Refused("404", "no b")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"external_id": "7", "error": 0}, "Accepted"),
        ({"external_id": 7, "error": "0"}, "Accepted"),
        ({"external_id": "7"}, "Accepted"),
        ("7", "Accepted"),
        (7, "Accepted"),
        ({"external_id": "7", "error_text": "odd"}, "Unanswered"),
        ({"external_id": "7", "error": 400}, "Refused"),
        ({"external_id": "7", "error": "no"}, "Refused"),
        ({"external_id": "7", "error": 503}, "Unanswered"),
        ({"external_id": "8", "error": 0}, "Unanswered"),
    ],
)
def test_a18_every_form_of_an_item_is_understood(row, said, speak, order):
    answer = speak({"error": 0, "result": [row]}).target.import_orders({}, [order("7")])
    assert words(answer) == {"7": said}


def test_a18_an_item_under_a_failed_whole_needs_a_word_of_its_own(speak, order):
    stage = speak({"error": 400, "result": [{"external_id": "7"}]})
    assert words(stage.target.import_orders({}, [order("7")])) == {"7": "Unanswered"}


def test_a18_an_order_named_twice_in_two_ways_is_unanswered(speak, order):
    rows = [{"external_id": "7", "error": 0}, {"external_id": "7", "error": 400}]
    assert words(speak({"error": 0, "result": rows}).target.import_orders({}, [order("7")])) == {
        "7": "Unanswered"
    }


@pytest.mark.parametrize("text", ["yes", "no"])
def test_a18_a_failed_item_may_say_why(text, play, order):
    answer = play(item_error_text=text).target.import_orders({}, [order(currency="XXX")]).orders["o-1"]
    assert isinstance(answer, Refused)
    assert ("currency" in answer.text) == (text == "yes")
    assert answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    said=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([0, "0", 400, "404", 500, None])),
    top=st.sampled_from([0, 400, "404"]),
    order_of=st.randoms(use_true_random=False),
)
def test_a18_no_order_is_taken_for_done_that_the_server_did_not_call_done(said, top, order_of, speak, order):
    rows = [{"external_id": key, "error": code} for key, code in said.items()]
    order_of.shuffle(rows)
    answer = speak({"error": top, "result": rows}).target.import_orders(
        {}, [order(key) for key in "abcdefgh"]
    )
    assert set(answer.orders) == set("abcdefgh")
    for key, each in answer.orders.items():
        if isinstance(each, Accepted):
            assert said[key] in {0, "0", None}
            assert key in said
        if isinstance(each, Refused) and said:
            assert said.get(key) in {400, "404"}


def test_a19_a_batch_that_fails_as_a_whole_can_be_divided(play, order):
    stage = play(atomicity="all_or_nothing", malformed_order="request_error")
    answer = stage.target.import_orders({}, [order("a"), {"external_id": "b"}])
    assert isinstance(answer.whole, Refused)
    assert answer.whole.malformed
    assert words(answer) == {"a": "Refused", "b": "Refused"}
    assert stage.market.orders() == []


@pytest.mark.parametrize("kind", ["http_500_after", "http_502_html_after", "empty_after", "truncated_after"])
def test_a20_an_import_that_fires_nothing_is_sent_again_when_its_answer_is_lost(kind, play, order):
    stage = play(faults=[Fault("orders/import", 1, kind)])
    assert words(stage.target.import_orders({}, [order()])) == {"o-1": "Accepted"}
    assert len(stage.market.requests()) == 2
    assert stage.market.triggers() == []


@pytest.mark.parametrize(
    "kind", ["reset_before", "reset_after", "http_500_after", "empty_after", "truncated_after"]
)
def test_a20_an_import_that_fires_triggers_is_never_sent_blindly_again(kind, play, order):
    stage = play(faults=[Fault("orders/import", 1, kind)], dialect=SAID_ONCE)
    answer = stage.target.import_orders({}, [order()])
    assert isinstance(answer.whole, Unanswered)
    assert words(answer) == {"o-1": "Unanswered"}
    assert len(stage.market.requests()) == 1
    assert len(stage.market.triggers()) == (0 if kind == "reset_before" else 1)


def test_a20_a_refusal_after_a_lost_answer_proves_nothing(play, order):
    """The first attempt made the order; the second is refused because it exists (A12)."""
    stage = play(faults=[Fault("orders/import", 1, "reset_after")], reimport="reject")
    answer = stage.target.import_orders({}, [order()])
    assert words(answer) == {"o-1": "Unanswered"}
    assert len(stage.market.orders()) == 1


def test_a20_a_stop_after_a_lost_answer_proves_nothing_either(speak, order):
    stage = speak(httpx.ReadError("cut"), {"error": 403})
    answer = stage.target.import_orders({}, [order()])
    assert isinstance(answer.whole, Unanswered)


def test_a20_a_renewed_token_does_not_repeat_what_may_have_happened(speak, order):
    stage = speak(httpx.ReadError("cut"), {"error": 401}, {"error": 400}, tokens=["old", "new"])
    assert words(stage.target.import_orders({}, [order()])) == {"o-1": "Unanswered"}
    assert len(stage.asked) == 2


def test_what_never_left_is_refused(speak, order):
    answer = speak(httpx.ConnectError("refused")).target.import_orders({}, [order()])
    assert answer.whole == Refused("unreached", "no connection to market.example")
    assert answer.orders == {"o-1": answer.whole}


@pytest.mark.parametrize(("switch", "said"), [("accepted", Accepted), ("rejected", Refused)])
def test_a21_definitions_alone_go_with_an_empty_data(switch, said, play):
    answer = play(empty_data=switch).target.import_orders({"custom_fields": [FIELD]}, [])
    assert isinstance(answer.whole, said)
    assert not isinstance(answer.whole, Refused) or answer.whole.malformed
    assert answer.orders == {}


def test_a22_a_definition_that_is_refused_refuses_the_import(play, order):
    bad = {**FIELD, "value_type": "nonsense"}
    answer = play().target.import_orders({"custom_fields": [bad]}, [order()])
    assert isinstance(answer.whole, Refused)


@pytest.mark.parametrize(
    ("switch", "value", "changed"),
    [
        ("unknown_field_value", "request_error", {"custom_fields": {"nope": 1}}),
        ("unknown_status", "top_error", {"status": "nope"}),
        ("unknown_reference", "request_error", {"region": "nope"}),
        ("unknown_currency", "request_error", {"currency": "XXX"}),
    ],
)
def test_a30_to_a32_an_order_that_fails_its_whole_batch_can_be_singled_out(
    switch, value, changed, play, order
):
    answer = play(**{switch: value}).target.import_orders({}, [order("a"), order("b", **changed)])
    assert isinstance(answer.whole, Refused)
    assert answer.whole.malformed


@pytest.mark.parametrize(("skip", "fired"), [(True, 0), (False, 1)])
def test_a51_skip_triggers_is_always_said(skip, fired, play, order):
    stage = play(dialect=Dialect(skip_triggers=skip))
    stage.target.import_orders({}, [order()])
    assert len(stage.market.triggers()) == fired


def test_a51_skip_triggers_is_said_even_when_it_is_the_default(speak, order):
    stage = speak({"error": 0, "result": ["o-1"]}, dialect=SAID_ONCE)
    stage.target.import_orders({}, [order()])
    assert stage.bodies()[0]["skip_triggers"] is False


def test_a52_a_limit_of_the_server_is_a_refusal_of_that_order(play, order):
    stage = play(lines_limit="2")
    answer = stage.target.import_orders({}, [order("a"), order("b", lines=("1", "2", "3"))])
    assert words(answer) == {"a": "Accepted", "b": "Refused"}
