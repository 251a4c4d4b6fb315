import json
import re

import pytest

from reconciler.sandbox import FAULT_KINDS, Fault, Market

IMPORT = "orders/import"


def status_and_text(response):
    return response.status_code, response.text


@pytest.mark.parametrize(("kind", "stored"), [("reset_before", 0), ("reset_after", 1)])
def test_a_cut_connection_is_raised_in_process(peer, order, kind, stored):
    server = peer(faults=[Fault(IMPORT, 1, kind)])
    with pytest.raises(ConnectionResetError):
        server.give(order())
    assert len(server.market.orders()) == stored
    (logged,) = server.market.requests()
    assert (logged.fault, logged.processed) == (kind, bool(stored))


@pytest.mark.parametrize(
    ("kind", "status", "body", "stored"),
    [
        ("http_500_after", 500, '{"error":500', 1),
        ("http_502_html_before", 502, "<!DOCTYPE html>", 0),
        ("http_502_html_after", 502, "<!DOCTYPE html>", 1),
        ("empty_after", 200, "", 1),
        ("truncated_after", 200, '{"error":0', 1),
        ("http_429", 429, "Too Many Requests", 0),
        ("http_503_retry", 503, "Service Unavailable", 0),
        ("http_503", 503, "Service Unavailable", 0),
        ("slow_after:0.001", 200, '{"error":0', 1),
        ("error_500", 200, '{"error":500', 0),
        ("error_500_http", 500, '{"error":500', 0),
    ],
)
def test_a_fault_does_what_its_kind_says(peer, order, kind, status, body, stored):
    server = peer(faults=[Fault(IMPORT, 1, kind)])
    response = server.post(IMPORT, {"data": [order()]})
    assert response.status_code == status
    assert response.text.startswith(body)
    assert (body == "") == (response.text == "")
    assert len(server.market.orders()) == stored
    assert server.market.requests()[0].processed is bool(stored)
    assert server.give(order())["error"] == 0


def test_only_the_kinds_that_say_so_ask_to_try_again(peer):
    kinds = ("http_429", "http_503_retry", "http_503")
    server = peer(faults=[Fault("*", number, kind) for number, kind in enumerate(kinds, start=1)])
    asked = [server.post("orders/list", {}).headers.get("retry-after") for _ in kinds]
    assert asked == ["0", "0", None]


def test_a_truncated_answer_is_no_json(peer, order):
    server = peer(faults=[Fault("orders/list", 0, "truncated_after")])
    server.market.put(order())
    with pytest.raises(json.JSONDecodeError):
        server.call("orders/list")


def test_an_error_on_demand_obeys_the_http_status_switch(peer):
    server = peer(A1="same_code", faults=[Fault("*", 1, "error_403")])
    assert server.post("orders/list", {}).status_code == 403


def test_a_fault_strikes_the_nth_request_of_its_method_only(peer, order):
    server = peer(faults=[Fault(IMPORT, 2, "error_500")])
    errors = []
    for _ in range(3):
        server.call("orders/list")
        errors.append(server.give(order())["error"])
    assert errors == [0, 500, 0]


def test_nth_zero_is_every_request_and_a_star_is_any_method(peer, order):
    server = peer(faults=[Fault("*", 0, "error_500")])
    assert [server.give(order())["error"], server.call("orders/list")["error"]] == [500, 500]


def test_the_first_of_two_faults_strikes_and_both_count(peer):
    server = peer(faults=[Fault("orders/list", 1, "error_500"), Fault("*", 0, "error_503")])
    assert [server.call("orders/list")["error"] for _ in range(2)] == [500, 503]


def test_faults_kept_in_the_file_strike_other_servers_on_it_once(peer, order, tmp_path):
    path = tmp_path / "market.db"
    Market(path).set_faults([Fault(IMPORT, 2, "error_500"), Fault("orders/list", 1, "error_503")])
    first, second = peer(path), peer(path)
    assert [server.give(order())["error"] for server in (first, second, first)] == [0, 500, 0]
    assert [server.call("orders/list")["error"] for server in (second, first)] == [503, 0]
    assert Market(path).faults() == (Fault(IMPORT, 2, "error_500"), Fault("orders/list", 1, "error_503"))


def test_faults_set_again_begin_to_count_anew(peer, order):
    server = peer()
    for _ in range(2):
        server.market.set_faults([Fault(IMPORT, 1, "error_500")])
        assert [server.give(order())["error"] for _ in range(2)] == [500, 0]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("orders/fly", 1, "http_429"), "unknown method 'orders/fly'"),
        (("*", -1, "http_429"), "nth must be 0"),
        (("*", 1, "earthquake"), "unknown kind of fault 'earthquake'"),
        (("*", 1, "slow_after:"), "unknown kind of fault"),
        (("*", 1, "error_CODE"), "unknown kind of fault"),
        (("*", 1, "error_0"), "unknown kind of fault"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused(words, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        Fault(*words)


def test_every_kind_of_fault_can_be_made():
    for kind in FAULT_KINDS:
        assert Fault("*", 1, kind.replace("SECONDS", "0.5").replace("CODE", "440")).nth == 1
