"""The sandbox in XML: answered in kind, as the vendor's samples pair it with JSON."""

import pytest

from reconciler.sandbox import Fault
from reconciler.sandbox.xml_reading import read_xml

STATUS = "orders/get_status"
UPDATE = "orders/update_order_line_status"
NOT_XML = "<xml><error>400</error><error_text>the body is not XML in UTF-8</error_text></xml>"


def say(server, method, inner, media_type="application/xml"):
    content = inner if isinstance(inner, bytes) else f"<xml>{inner}</xml>".encode()
    headers = {"Content-Type": media_type}
    return server.send("POST", f"/api/v1.1/market/{method}", content=content, headers=headers)


def text(response):
    assert response.headers["content-type"] == "application/xml"
    return response.text


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml; charset=utf-8", "Application/XML"])
def test_a_request_in_xml_is_answered_in_xml(peer, media_type):
    answer = (
        "<xml><error>0</error><error_text></error_text><next_from_id></next_from_id><result></result></xml>"
    )
    assert text(say(peer(), "orders/list", "", media_type)) == answer


def test_an_import_is_read_as_in_json(peer, order, field, status):
    definition = (
        "<custom_fields><external_id>slot</external_id><name>Slot</name><entity_type>order</entity_type>"
        "<required>false</required><value_type>enum</value_type><default_value>1</default_value>"
        "<enum_values><morning>1</morning><evening>2</evening></enum_values></custom_fields>"
        "<custom_line_statuses><external_id>packed</external_id><name>Packed</name><type>in_process</type>"
        "</custom_line_statuses><skip_triggers>true</skip_triggers>"
    )
    sent = (
        "<data><external_id>o-1</external_id><matching>email</matching><email>johndoe@example.com</email>"
        "<endpoint>website</endpoint><tags>one</tags><status>new</status><delivery_cost>100</delivery_cost>"
        "<total_price>1000</total_price><currency>RUB</currency>"
        "<create_time>2026-01-02T15:04:05.141Z</create_time><custom_fields><slot>2</slot></custom_fields>"
        "<lines><external_id>l-1</external_id><status>packed</status><product>lamp</product>"
        "<base_price_per_item>950</base_price_per_item><min_price_per_item>0</min_price_per_item>"
        "<final_price_per_item>900</final_price_per_item><count>1</count></lines></data>"
    )
    in_xml, in_json = peer(), peer()
    said = text(say(in_xml, "orders/import", definition + sent))
    assert said == (
        "<xml><error>0</error><error_text></error_text>"
        "<result><error>0</error><external_id>o-1</external_id></result></xml>"
    )
    twin = order(tags=["one"], custom_fields={"slot": 2})
    twin["lines"][0]["status"] = "packed"
    in_json.give(twin, custom_fields=[field()], custom_line_statuses=[status()], skip_triggers=True)
    for what in ("orders", "fields", "statuses", "triggers"):
        assert getattr(in_xml.market, what)() == getattr(in_json.market, what)()


@pytest.mark.parametrize("external_id", ["o-1", '"o-1"'])
def test_an_id_is_found_with_and_without_quotes(peer, order, external_id):
    server = peer(xml_quotes="none")
    server.market.put(order())
    assert text(say(server, STATUS, f"<external_id>{external_id}</external_id>")) == (
        "<xml><error>0</error><error_text></error_text>"
        "<result><endpoint>website</endpoint><status>new</status></result></xml>"
    )


def test_an_internal_id_is_a_number(peer, order):
    server = peer()
    server.market.put(order())
    assert "website" in text(say(server, STATUS, "<id>1</id>"))
    assert "<error>400</error>" in text(say(server, STATUS, "<id>one</id>"))


@pytest.mark.parametrize(
    ("quotes", "status", "line"),
    [
        ("as_documented", '"new"', "delivered"),
        ("none", "new", "delivered"),
        ("all", '"new"', '"delivered"'),
    ],
)
def test_texts_stand_in_the_switched_quotes(peer, order, quotes, status, line):
    server = peer(xml_quotes=quotes)
    server.market.put(order())
    assert f"<status>{status}</status>" in text(say(server, STATUS, "<external_id>o-1</external_id>"))
    update = (
        "<order_external_id>o-1</order_external_id><order_line_external_id>l-1</order_line_external_id>"
        "<status_external_id>delivered</status_external_id><format>json</format>"
    )
    said = text(say(server, UPDATE, update))
    assert f"<status_external_id>{line}</status_external_id>" in said
    assert "<error>0</error>" in said


@pytest.mark.parametrize(("switch", "result"), [("element", "<result></result>"), ("absent", "")])
def test_an_empty_list_is_an_empty_element_or_nothing(peer, switch, result):
    said = text(say(peer(xml_empty_lists=switch), "orders/list", "<limit>1</limit>"))
    assert said.endswith(f"<next_from_id></next_from_id>{result}</xml>")


def test_what_xml_cannot_write_is_left_out_or_replaced(peer, order):
    server = peer()
    server.market.put(order(region="a\x01<&\r", custom_fields={"1234": "x", "f": True}))
    said = say(server, "orders/list", "").content.decode()
    assert "<custom_fields><f>true</f></custom_fields><region>a\ufffd&lt;&amp;&#13;</region>" in said


def test_a_token_is_accepted_in_the_body_and_in_the_header(peer):
    server = peer(token="right")
    assert "<error>0</error>" in text(say(server, "orders/list", "<token>right</token>"))
    headers = {"Content-Type": "application/xml", "Authorization": "Bearer right"}
    url = "/api/v1.1/market/orders/list"
    assert "<error>0</error>" in server.send("POST", url, content=b"<xml/>", headers=headers).text
    assert "<error>401</error>" in text(say(server, "orders/list", ""))


def test_an_error_has_its_envelope_in_xml(peer):
    said = say(peer(error_http_status="same_code"), STATUS, "<external_id>none</external_id>")
    assert said.status_code == 404
    assert text(said) == "<xml><error>404</error><error_text>external_id: not found</error_text></xml>"


def test_an_unknown_address_and_a_fault_are_answered_in_kind(peer):
    assert text(say(peer(), "orders/fly", "")).startswith("<xml><error>404</error>")
    server = peer(faults=[Fault("orders/list", 1, "http_500_after"), Fault("orders/list", 2, "error_400")])
    assert text(say(server, "orders/list", "")).startswith("<xml><error>500</error>")
    assert text(say(server, "orders/list", "")).startswith("<xml><error>400</error>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"<html></html>",
        b"<xml>\xff</xml>",
        b'<!DOCTYPE xml [<!ENTITY e "x">]><xml><token>&e;</token></xml>',
        b'<!DOCTYPE xml SYSTEM "file:///etc/hostname"><xml/>',
        b"<xml>" + b"<a>" * 100_000,
        b"<xml>" + b"<a>" * 40 + b"</a>" * 40 + b"</xml>",
        "<xml/>".encode("utf-16"),
    ],
)
def test_what_is_not_plain_xml_is_refused(peer, body):
    assert text(say(peer(), "orders/list", body)) == NOT_XML


def test_a_format_that_is_neither_is_refused(peer):
    assert "format: must be xml" in text(say(peer(), "orders/list", "<format>csv</format>"))


@pytest.mark.parametrize(
    ("value_type", "written", "read"),
    [
        ("unicode", "5", "5"),
        ("int", "5", 5),
        ("int", "five", "five"),
        ("float", "1.5", 1.5),
        ("bool", "true", True),
        ("bool", "yes", "yes"),
        ("enum", "2", 2),
        ("enum", "morning", "morning"),
        ("date", "2026-01-01", "2026-01-01"),
    ],
)
def test_a_default_has_the_type_of_its_field(value_type, written, read):
    inner = f"<default_value>{written}</default_value><value_type>{value_type}</value_type>"
    words = read_xml(f"<xml><custom_fields>{inner}</custom_fields></xml>".encode())
    assert words == {"custom_fields": [{"default_value": read, "value_type": value_type}]}


def test_one_item_is_a_list_of_one_and_an_empty_element_is_an_empty_list():
    body = b"<xml><data><tags>a</tags><lines/></data><custom_fields/></xml>"
    assert read_xml(body) == {"data": [{"tags": ["a"], "lines": []}], "custom_fields": []}
    assert read_xml(b"<xml><data><tags/><tags/></data></xml>") == {"data": [{"tags": ["", ""]}]}
