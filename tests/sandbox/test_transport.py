"""What happens before a method is reached: the address, the body, the token; rows A1 to A5."""

import pytest

LIST = "/api/v1.1/market/orders/list"


def envelope(response):
    body = response.json()
    return response.status_code, body["error"], body["error_text"]


def test_an_answer_has_a_date_and_is_json(peer):
    response = peer().post("orders/list", {})
    assert response.headers["date"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"content": b"{}"}, "Content-Type: must be application/json"),
        ({"content": b"<xml/>", "headers": {"Content-Type": "text/plain"}}, "Content-Type: must be"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, "the body is not JSON"),
        ({"content": b"\xff", "headers": {"Content-Type": "application/json"}}, "the body is not JSON"),
        (
            {"content": b'{"a":"\\ud800"}', "headers": {"Content-Type": "application/json"}},
            "the body is not JSON",
        ),
        ({"content": b"[" * 99999, "headers": {"Content-Type": "application/json"}}, "the body is not JSON"),
        ({"json": []}, "the body must be an object"),
        ({"json": {"format": "xml"}}, "format: must be json"),
    ],
)
def test_what_is_not_a_json_object_is_refused(peer, request_, text):
    status, error, said = envelope(peer().send("POST", LIST, **request_))
    assert (status, error) == (200, 400)
    assert said.startswith(text)


def test_an_unknown_address_and_a_get_are_answered_in_the_envelope(peer):
    server = peer()
    assert envelope(server.send("POST", "/api/v1.1/market/orders/fly", json={}))[:2] == (404, 404)
    assert envelope(server.send("GET", LIST))[:2] == (405, 405)


def test_without_a_token_set_any_or_none_is_accepted(peer):
    server = peer()
    assert server.call("orders/list")["error"] == 0
    assert server.call("orders/list", token="whatever")["error"] == 0


def test_a_token_is_accepted_in_the_body_and_in_the_header(peer):
    server = peer(token="right")
    assert server.call("orders/list", token="right")["error"] == 0
    bearer = server.send("POST", LIST, json={}, headers={"Authorization": "Bearer right"})
    assert bearer.json()["error"] == 0


def test_a_missing_token_is_401(peer):
    assert peer(token="right").call("orders/list")["error"] == 401


@pytest.mark.parametrize("code", [403, 440, 401])
def test_a2_a_wrong_token_is_refused_with_the_switched_code(peer, code):
    assert peer(token="right", wrong_token=str(code)).call("orders/list", token="wrong")["error"] == code


def test_a_token_in_the_url_is_refused(peer):
    server = peer(token="right")
    assert server.send("POST", LIST + "?token=right", json={"token": "right"}).json()["error"] == 400


def test_a5_an_old_server_reads_the_token_from_the_body_only(peer):
    server = peer(token="right", A5="body_only")
    assert server.call("orders/list", token="right")["error"] == 0
    bearer = server.send("POST", LIST, json={}, headers={"Authorization": "Bearer right"})
    assert bearer.json()["error"] == 401


def test_no_token_is_kept(peer):
    server = peer(token="right")
    server.call("orders/list", token="right")
    assert "right" not in str(server.market.requests())


@pytest.mark.parametrize(
    ("value", "status"), [("always_200", 200), ("same_code", 404), ("html_for_5xx", 404)]
)
def test_a1_an_error_has_the_switched_http_status(peer, value, status):
    response = peer(A1=value).post("orders/get_status", {"external_id": "none"})
    assert envelope(response)[:2] == (status, 404)


def test_a1_a_server_fault_may_be_a_html_page(peer):
    server = peer(A1="html_for_5xx")
    server.market.set_faults([fault("orders/list", 1, "error_500")])
    response = server.post("orders/list", {})
    assert response.status_code == 500
    assert response.headers["content-type"].startswith("text/html")


def test_a2_codes_may_be_strings(peer, order):
    server = peer(error_codes="strings")
    answer = server.give(order(), order("o-2", lines=[]))
    assert answer["error"] == "0"
    assert [item["error"] for item in answer["result"]] == ["0", "400"]
    assert server.call("orders/get_status", external_id="none")["error"] == "404"


def test_a3_the_tariff_may_be_used_up(peer, order):
    assert peer().give(order())["error"] == 0
    server = peer(A3="used_up")
    assert server.give(order())["error"] == 402
    assert server.say("o-1", "l-1", "delivered")["error"] == 402
    server = peer(A3="used_up_per_item")
    server.market.put(order())
    assert [item["error"] for item in server.give(order(), order("o-2"))["result"]] == [0, 402]


def test_a4_a_large_body_is_refused_without_an_envelope(peer):
    padding = "x" * 70_000
    assert peer().post("orders/list", {"padding": padding}).status_code == 200
    response = peer(body_limit="64kb").post("orders/list", {"padding": padding})
    assert (response.status_code, response.text) == (413, "Request Entity Too Large\n")
    assert peer().post("orders/list", {"padding": padding * 200}).status_code == 413
    assert peer(body_limit="none").post("orders/list", {"padding": padding * 200}).status_code == 200


def test_a4_a_large_batch_may_be_refused(peer, order):
    assert peer().give(order(), order("o-2"))["error"] == 0
    server = peer(batch_limit="1")
    assert server.give(order(), order("o-2"))["error"] == 400
    assert server.market.orders() == []
    server = peer(batch_limit="100")
    assert server.give(*[order()] * 101)["error"] == 400
    assert server.give(*[order()] * 100)["error"] == 0


def fault(*words):
    from reconciler.sandbox import Fault

    return Fault(*words)
