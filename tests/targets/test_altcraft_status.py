"""One order's status and one line's: rows A36 to A39, A49 and A50 of the open points."""

import asyncio

import httpx
import pytest

from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.ports import Accepted, Denied, Refused, Unanswered
from reconciler.sandbox import Fault

UPDATE = "orders/update_order_line_status"
SEEN = Present(LiveOrder("o-1", endpoint="site", status="new"))


def say(stage, line="l-1", status="delivered", *, repeatable=False):
    return asyncio.run(stage.target.update_line("o-1", line, status, repeatable=repeatable))


@pytest.mark.parametrize("switch", ["object", "array"])
def test_a39_a_status_comes_as_an_object_or_in_an_array(switch, play, order):
    stage = play(get_status_result=switch)
    stage.market.put(order())
    assert stage.target.status("o-1") == SEEN


@pytest.mark.parametrize("switch", ["404", "400", "empty_array"])
def test_a39_an_order_that_does_not_exist_is_absent(switch, play):
    assert play(get_status_unknown=switch).target.status("o-1") == Absent()


@pytest.mark.parametrize(
    "result", [None, {}, "new", 7, [1], [{}, {}], {"endpoint": "site"}, {"status": None}]
)
def test_a39_a_result_that_is_not_understood_is_unknown_and_never_absent(result, speak):
    assert isinstance(speak({"error": 0, "result": result}).target.status("o-1"), Unknown)


def test_a39_an_answer_about_another_order_is_unknown(speak):
    stage = speak({"error": 0, "result": {"external_id": "o-2", "status": "new"}})
    assert isinstance(stage.target.status("o-1"), Unknown)


def test_a39_the_id_may_be_missing_or_a_number(speak):
    stage = speak({"error": 0, "result": {"external_id": 7, "endpoint": "site", "status": "new"}})
    assert stage.target.status("7") == Present(LiveOrder("7", endpoint="site", status="new"))


def test_a39_a_404_without_an_envelope_may_mean_a_missing_method_and_is_unknown(speak):
    assert isinstance(speak(httpx.Response(404, text="<html>")).target.status("o-1"), Unknown)


def test_a39_a_400_for_another_reason_is_unknown(speak):
    known = speak({"error": 400, "error_text": "id: has to be an int"}).target.status("o-1")
    assert known == Unknown("the server answered 400: id: has to be an int")


def test_a_status_that_cannot_be_had_is_unknown(play):
    stage = play(faults=[Fault("orders/get_status", 0, "reset_before")])
    assert stage.target.status("o-1") == Unknown("the connection was cut before the answer was complete")
    assert stage.target.requests == 5


def test_a36_a_move_that_the_server_forbids_is_a_refusal(play, order):
    stage = play(transitions="terminal_locked")
    stage.market.put(order(status="canceled"))
    assert isinstance(say(stage), Refused)


@pytest.mark.parametrize(("switch", "said"), [("ok", Accepted), ("error", Refused)])
def test_a37_an_update_to_the_same_status_is_what_the_server_says(switch, said, play, order):
    stage = play(update_to_same=switch)
    stage.market.put(order(status="delivered"))
    assert isinstance(say(stage), said)


@pytest.mark.parametrize(("switch", "said"), [("404", Refused), ("400", Refused), ("echo", Accepted)])
def test_a38_an_unknown_line_is_refused_or_echoed(switch, said, play, order):
    stage = play(unknown_order_or_line=switch)
    stage.market.put(order())
    assert isinstance(say(stage, "l-9"), said)


def test_a38_what_an_answer_echoes_proves_nothing(speak):
    other = {"order_external_id": "x", "order_line_external_id": "y", "status_external_id": "z"}
    assert isinstance(say(speak({"error": 0, "data": other})), Accepted)
    assert isinstance(say(speak({"error": 0, "error_text": "Successful operation", "data": None})), Accepted)
    refused = {"order_external_id": "o-1", "order_line_external_id": "l-1", "status_external_id": "delivered"}
    assert isinstance(say(speak({"error": 404, "data": refused})), Refused)


def test_a_line_is_said_in_the_apis_words(speak):
    stage = speak({"error": 0})
    say(stage)
    (body,) = stage.bodies()
    assert {key: value for key, value in body.items() if key != "token"} == {
        "order_external_id": "o-1",
        "order_line_external_id": "l-1",
        "status_external_id": "delivered",
    }
    assert str(stage.asked[0].url).endswith("/api/v1.1/market/orders/update_order_line_status")


@pytest.mark.parametrize(
    "kind", ["reset_after", "http_500_after", "http_502_html_after", "empty_after", "truncated_after"]
)
def test_a20_a_line_whose_answer_is_lost_is_said_again_only_if_that_is_harmless(kind, play, order):
    once = play(faults=[Fault(UPDATE, 1, kind)])
    once.market.put(order())
    assert isinstance(say(once), Unanswered)
    assert len(once.market.triggers()) == 1
    again = play(faults=[Fault(UPDATE, 1, kind)])
    again.market.put(order())
    assert isinstance(say(again, repeatable=True), Accepted)
    assert len(again.market.triggers()) == 2


@pytest.mark.parametrize("kind", ["http_429", "http_503_retry"])
def test_a_line_that_surely_was_not_said_is_said_again(kind, play, order):
    stage = play(faults=[Fault(UPDATE, 1, kind), Fault(UPDATE, 2, kind)])
    stage.market.put(order())
    assert isinstance(say(stage), Accepted)
    assert len(stage.market.triggers()) == 1


def test_a_503_that_gives_no_time_leaves_the_line_open(play, order):
    stage = play(faults=[Fault(UPDATE, 1, "http_503")])
    stage.market.put(order())
    assert isinstance(say(stage), Unanswered)


def test_a_line_is_refused_after_a_lost_answer_only_as_far_as_that_goes(play, order):
    stage = play(faults=[Fault(UPDATE, 1, "reset_after")], update_to_same="error")
    stage.market.put(order())
    answer = say(stage, repeatable=True)
    assert isinstance(answer, Unanswered)
    assert "sent again after a lost answer" in answer.reason


def test_a49_a_single_order_without_permission_stops_the_run(play, order):
    stage = play(hidden_touchpoint="forbidden")
    stage.market.put(order(endpoint="marketplace"))
    with pytest.raises(Denied):
        stage.target.status("o-1")


def test_a50_a_status_is_what_is_shown_now(play, order):
    stage = play(read_lag="1")
    stage.target.import_orders({}, [order()])
    assert stage.target.status("o-1") == Absent()
    assert stage.target.status("o-1") == SEEN
