"""What one answer says as a whole: rows A1 to A5 of the open points."""

import asyncio

import httpx
import pytest

from reconciler.ports import Accepted, Broken, Denied, Refused, Unanswered
from reconciler.sandbox import Fault
from reconciler.targets.altcraft import Dialect
from reconciler.targets.altcraft.envelope import code_of

UPDATE = "orders/update_order_line_status"


def say(stage, *, repeatable=False):
    return asyncio.run(stage.target.update_line("o-1", "l-1", "delivered", repeatable=repeatable))


@pytest.mark.parametrize("http", ["always_200", "same_code", "html_for_5xx"])
def test_a1_a_refusal_is_the_same_at_any_http_status(http, play):
    answer = say(play(error_http_status=http))
    assert isinstance(answer, Refused)
    assert answer.code == "404"
    assert answer.text


@pytest.mark.parametrize("status", [200, 400, 404, 500, 502])
def test_a1_the_body_is_believed_at_any_http_status(status, speak):
    assert isinstance(say(speak(httpx.Response(status, json={"error": 0}))), Accepted)
    refused = say(speak(httpx.Response(status, json={"error": 404, "error_text": "no such line"})))
    assert refused == Refused("404", "no such line")


@pytest.mark.parametrize("code", [500, 502, "503", 599, 1000])
@pytest.mark.parametrize("status", [200, 500])
def test_a1_an_error_from_500_on_is_no_word_at_all(code, status, speak):
    stage = speak(httpx.Response(status, json={"error": code, "error_text": "oops"}))
    assert isinstance(say(stage), Unanswered)
    assert len(stage.asked) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html><body>hello</body></html>", "HTML"),
        (b'{"error": 0, "error_text": "Succ', "cut off"),
        (b"Bad gateway", "no JSON"),
        (b"[]", "no `error`"),
        (b"{}", "no `error`"),
        (b'{"error": null}', "no `error`"),
        (b'{"message": "hello"}', "no `error`"),
        (b"null", "no `error`"),
    ],
)
def test_a1_an_answer_that_is_none_leaves_a_write_open(content, reason, speak):
    stage = speak(httpx.Response(200, content=content))
    answer = say(stage)
    assert isinstance(answer, Unanswered)
    assert reason in answer.reason
    assert len(stage.asked) == 1


@pytest.mark.parametrize("status", [400, 404, 405, 413, 415, 422])
def test_a1_a_bare_4xx_is_a_refusal(status, speak):
    answer = say(speak(httpx.Response(status, text="<html>no</html>")))
    assert isinstance(answer, Refused)
    assert answer.code == str(status)
    assert answer.malformed == (status in {400, 413, 422})


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a1_a_bare_5xx_leaves_a_write_open(status, speak):
    stage = speak(httpx.Response(status, text="<html>no</html>"))
    assert isinstance(say(stage), Unanswered)
    assert len(stage.asked) == 1


def test_a1_a_redirect_is_no_answer(speak):
    stage = speak(httpx.Response(307, headers={"Location": "https://market.example/"}, json={"error": 0}))
    assert isinstance(say(stage), Unanswered)
    assert len(stage.asked) == 1


def test_a1_a_byte_order_mark_is_passed_over(speak):
    assert isinstance(say(speak(b'\xef\xbb\xbf{"error": 0}')), Accepted)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "0"),
        ("0", "0"),
        (0.0, "0"),
        (" 400 ", "400"),
        ("0400", "400"),
        ("denied", "denied"),
        (True, "1"),
        (None, None),
        ("", None),
        ([], None),
        ({}, None),
        (1.5, None),
    ],
)
def test_a2_codes_have_one_spelling(value, code):
    assert code_of(value) == code


def test_a2_codes_may_be_strings(play, order):
    stage = play(error_codes="strings")
    answer = stage.target.import_orders({}, [order()])
    assert isinstance(answer.orders["o-1"], Accepted)
    assert isinstance(say(stage), Accepted)


@pytest.mark.parametrize("code", ["weird", -1, 1, 77, "E42"])
def test_a2_any_code_that_is_not_0_is_a_refusal(code, speak):
    answer = say(speak({"error": code, "error_text": "no"}))
    assert answer == Refused(str(code), "no")


@pytest.mark.parametrize("code", [401, 403, 440, "440"])
def test_a2_credentials_stop_the_run(code, speak):
    with pytest.raises(Denied, match=f"the server answered {code}: no") as caught:
        say(speak({"error": code, "error_text": "no"}))
    assert caught.value.exit_code == 8
    assert "token" in caught.value.advice


@pytest.mark.parametrize("status", [401, 403])
def test_a2_credentials_stop_the_run_without_an_envelope_too(status, speak):
    with pytest.raises(Denied):
        say(speak(httpx.Response(status, text="<html>no</html>")))


@pytest.mark.parametrize("code", ["403", "440", "401"])
def test_a2_a_wrong_token_stops_reads_and_writes(code, play, order):
    stage = play(token="the right one", wrong_token=code)
    for ask in (
        lambda: next(stage.target.walk(None)),
        lambda: stage.target.status("o-1"),
        lambda: stage.target.import_orders({}, [order()]),
        lambda: say(stage),
    ):
        with pytest.raises(Denied) as caught:
            ask()
        assert caught.value.exit_code == 8


def test_a2_a_429_is_waited_for_even_by_what_is_said_once(play, order):
    stage = play(faults=[Fault(UPDATE, 1, "http_429")])
    stage.market.put(order())
    assert isinstance(say(stage), Accepted)
    assert stage.heard == ["trying again at once: the server answered 429"]
    assert len(stage.market.triggers()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(429, headers={"Retry-After": "2"}, json={"error": 429, "error_text": "slow down"}),
        httpx.Response(200, headers={"Retry-After": "2"}, json={"error": "429", "error_text": "slow down"}),
        httpx.Response(429, headers={"Retry-After": "2"}),
    ],
)
def test_a2_a_429_that_stays_is_a_refusal_in_its_words(answer, speak):
    stage = speak(answer)
    refused = say(stage)
    assert isinstance(refused, Refused)
    assert refused.turned_away
    assert refused.code == "429"
    assert stage.waits == [2.0] * 8


def test_a3_a_used_up_tariff_stops_the_run(play, order):
    stage = play(tariff="used_up")
    with pytest.raises(Denied) as caught:
        stage.target.import_orders({}, [order()])
    assert caught.value.exit_code == 1
    assert "tariff" in caught.value.advice
    assert stage.waits == []


def test_a3_a_tariff_used_up_for_one_order_refuses_that_order(play, order):
    answer = play(tariff="used_up_per_item").target.import_orders({}, [order()])
    assert isinstance(answer.whole, Accepted)
    refused = answer.orders["o-1"]
    assert isinstance(refused, Refused)
    assert refused.code == "402"


def test_a4_a_body_that_is_too_large_can_be_divided(play, order):
    stage = play(body_limit="64kb")
    answer = stage.target.import_orders({}, [order(str(n)) for n in range(400)])
    assert isinstance(answer.whole, Refused)
    assert answer.whole.malformed
    assert set(answer.orders.values()) == {answer.whole}


def test_a4_a_batch_that_is_too_long_can_be_divided(play, order):
    answer = play(batch_limit="1").target.import_orders({}, [order("a"), order("b")])
    assert isinstance(answer.whole, Refused)
    assert answer.whole.malformed


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a4_a_reset_leaves_what_is_said_once_open(kind, play, order):
    stage = play(faults=[Fault(UPDATE, 0, kind)])
    stage.market.put(order())
    assert isinstance(say(stage), Unanswered)
    assert len(stage.market.requests()) == 1


@pytest.mark.parametrize("place", ["body", "header"])
def test_a5_the_token_is_sent_in_one_place_and_never_in_the_url(place, speak):
    stage = speak({"error": 0}, dialect=Dialect(send_token_in=place), tokens=["canary"])
    say(stage)
    (request,) = stage.asked
    assert ("canary" in request.read().decode()) == (place == "body")
    assert request.headers.get("Authorization") == ("Bearer canary" if place == "header" else None)
    assert "canary" not in str(request.url)


def test_a5_old_servers_read_the_body_only(play, order):
    stage = play(token="canary-token-9f86d081", token_place="body_only")
    stage.market.put(order())
    assert isinstance(say(stage), Accepted)


def test_without_a_token_none_is_sent(speak):
    stage = speak({"error": 0}, tokens=[None])
    say(stage)
    assert "token" not in stage.bodies()[0]


def test_a_refused_token_is_asked_for_once_more(play, order):
    stage = play(token="renewed", tokens=["old", "renewed"])
    stage.market.put(order())
    assert isinstance(say(stage), Accepted)
    assert isinstance(say(stage), Accepted)
    assert stage.target.requests == 3


def test_a_refused_token_that_is_still_the_same_is_not_sent_again(speak):
    stage = speak({"error": 403}, tokens=["same"])
    with pytest.raises(Denied):
        say(stage)
    assert len(stage.asked) == 1


@pytest.mark.parametrize("token", ["canary\n", "canäry", "canary\udcff"])
def test_a_token_that_cannot_be_sent_stops_the_run_unspoken(token, speak):
    stage = speak({"error": 0}, tokens=[token])
    with pytest.raises(Denied) as caught:
        say(stage)
    assert "can" + "ary" not in str(caught.value)
    assert stage.asked == []


def test_a_read_is_repeated_and_then_broken(speak):
    stage = speak(b"<html>")
    with pytest.raises(Broken, match="page of HTML"):
        next(stage.target.walk(None))
    assert len(stage.asked) == 4
