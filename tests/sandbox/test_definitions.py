"""Custom fields and line statuses: what is required, and rows A22 to A28, A33, A34."""

import pytest


def test_definitions_are_processed_before_the_orders_that_use_them(peer, order, line, field, status):
    server = peer()
    sent = order(custom_fields={"slot": 2}, lines=[line(status="packed")])
    answer = server.give(sent, custom_fields=[field()], custom_line_statuses=[status()])
    assert answer["result"] == [{"error": 0, "external_id": "o-1"}]
    assert server.market.fields() == [field()]
    assert server.market.statuses() == [status()]
    assert server.market.order("o-1")["lines"][0]["status"] == "packed"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"external_id": ...}, "external_id: is required"),
        ({"name": ...}, "name: is required"),
        ({"name": 5}, "name: must be a string"),
        ({"entity_type": ...}, "entity_type: is required"),
        ({"entity_type": "cart"}, "entity_type: must be one of product, sku, order, line_order"),
        ({"required": ...}, "required: is required"),
        ({"required": "no"}, "required: must be true or false"),
        ({"value_type": "text"}, "value_type: must be one of unicode, int, float, bool, enum, date"),
        ({"default_value": ...}, "default_value: is required"),
        ({"default_value": 7}, "default_value: must be the number of the enum's members"),
        ({"default_value": "morning"}, "default_value: must be the number of the enum's members"),
        ({"enum_values": ...}, "enum_values: is required"),
        ({"enum_values": {}}, "enum_values: must hold at least one member"),
        ({"enum_values": {"morning": "1"}}, "enum_values.morning: must be a whole number"),
        ({"value_type": "int", "default_value": "5"}, "default_value: must be of type int"),
        ({"value_type": "int", "default_value": True}, "default_value: must be of type int"),
        ({"value_type": "unicode", "default_value": 5}, "default_value: must be of type unicode"),
        ({"value_type": "bool", "default_value": "true"}, "default_value: must be of type bool"),
        ({"value_type": "date", "default_value": "soon"}, "default_value: must be an RFC 3339 time"),
    ],
)
def test_a_malformed_field_refuses_the_whole_request(peer, order, field, changes, text):
    server = peer()
    answer = server.give(order(), custom_fields=[field(external_id="good"), field(**changes)])
    assert answer == {"error": 400, "error_text": f"custom_fields[1].{text}"}
    assert (server.market.fields(), server.market.orders()) == ([], [])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"external_id": None}, "external_id: is required"),
        ({"name": ""}, "name: must not be empty"),
        ({"type": "lost"}, "type: must be one of delivered, canceled, refunded, in_process"),
    ],
)
def test_a_malformed_line_status_refuses_the_whole_request(peer, status, changes, text):
    answer = peer().give(custom_line_statuses=[status(**changes)])
    assert answer == {"error": 400, "error_text": f"custom_line_statuses[0].{text}"}


@pytest.mark.parametrize(
    ("value_type", "sent", "stored"),
    [
        ("unicode", "x", "x"),
        ("int", 5, 5),
        ("int", "5", 5),
        ("float", "2.5", 2.5),
        ("bool", "true", True),
        ("bool", False, False),
        ("date", "2026-01-02", "2026-01-02"),
        ("enum", 2, 2),
        ("enum", "2", 2),
        ("enum", "evening", 2),
    ],
)
def test_a_value_is_stored_in_its_fields_type(peer, order, field, value_type, sent, stored):
    default = {"unicode": "", "int": 0, "float": 0, "bool": False, "date": "2026-01-01", "enum": 1}[
        value_type
    ]
    server = peer()
    server.give(
        order(custom_fields={"slot": sent}),
        custom_fields=[field(value_type=value_type, default_value=default)],
    )
    kept = server.market.order("o-1")["custom_fields"]["slot"]
    assert (kept, type(kept)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("value_type", "default", "sent"),
    [
        ("unicode", "", 5),
        ("int", 0, "x"),
        ("int", 0, 1.5),
        ("bool", True, 1),
        ("date", "2026-01-01", "soon"),
        ("enum", 1, 9),
    ],
)
def test_a_value_of_another_type_is_an_item_error(peer, order, field, value_type, default, sent):
    definition = field(value_type=value_type, default_value=default)
    (item,) = peer().give(order(custom_fields={"slot": sent}), custom_fields=[definition])["result"]
    assert item["error"] == 400
    assert item["error_text"].startswith("custom_fields.slot: must be")


@pytest.mark.parametrize(
    ("value", "error", "name"),
    [("same_ok_update", 0, "New"), ("duplicate_error", 400, "Slot"), ("ignored", 0, "Slot")],
)
def test_a22_a_field_that_is_sent_again(peer, field, value, error, name):
    server = peer(A22=value)
    server.give(custom_fields=[field()])
    assert server.give(custom_fields=[field(name="New")])["error"] == error
    assert [kept["name"] for kept in server.market.fields()] == [name]


@pytest.mark.parametrize(("value", "error", "kept"), [("reject", 400, "enum"), ("accept", 0, "int")])
def test_a23_a_field_that_is_sent_again_with_another_type(peer, field, value, error, kept):
    server = peer(A23=value)
    server.give(custom_fields=[field()])
    assert server.give(custom_fields=[field(value_type="int", default_value=5)])["error"] == error
    assert server.market.fields()[0]["value_type"] == kept


def test_a24_one_id_may_name_a_field_of_orders_and_another_of_lines(peer, field):
    both = [field(), field(entity_type="line_order")]
    assert peer().give(custom_fields=both)["error"] == 0
    assert peer(A24="global").give(custom_fields=both)["error"] == 400


def test_a25_a_default_may_be_optional(peer, order, field):
    server = peer(default_value="optional")
    assert server.give(order(), custom_fields=[field(default_value=...)])["error"] == 0
    assert "custom_fields" not in server.market.order("o-1")


def test_a25_the_default_of_an_enum_may_have_to_be_a_name_or_the_map(peer, order, field):
    server = peer(enum_default="name")
    assert server.give(custom_fields=[field()])["error"] == 400
    assert server.give(order(), custom_fields=[field(default_value="evening")])["error"] == 0
    assert server.market.order("o-1")["custom_fields"] == {"slot": 2}
    server = peer(enum_default="map")
    members = {"one": 1, "two": 2}
    assert server.give(custom_fields=[field()])["error"] == 400
    assert server.give(order(), custom_fields=[field(default_value=members, enum_values=...)])["error"] == 0
    assert server.market.fields()[0]["enum_values"] == members


@pytest.mark.parametrize(
    ("value", "error", "members"),
    [
        ("replaced", 0, {"evening": 2, "night": 3}),
        ("merged", 0, {"morning": 1, "evening": 2, "night": 3}),
        ("rejected", 400, {"morning": 1, "evening": 2}),
        ("ignored", 0, {"morning": 1, "evening": 2}),
    ],
)
def test_a26_other_members_for_an_enum(peer, field, value, error, members):
    server = peer(A26=value)
    server.give(custom_fields=[field()])
    changed = field(enum_values={"evening": 2, "night": 3}, default_value=2)
    assert server.give(custom_fields=[changed])["error"] == error
    assert server.market.fields()[0]["enum_values"] == members


@pytest.mark.parametrize(
    ("value", "error", "values"), [("filled", 0, {"slot": 1}), ("rejected", 400, None), ("ignored", 0, {})]
)
def test_a27_a_required_field_without_a_value(peer, order, field, value, error, values):
    server = peer(A27=value)
    (item,) = server.give(order(), custom_fields=[field(required=True)])["result"]
    assert item["error"] == error
    assert [kept.get("custom_fields", {}) for kept in server.market.orders()] == (
        [] if values is None else [values]
    )


@pytest.mark.parametrize(("value", "values"), [("filled", {"slot": 1}), ("absent", {})])
def test_a28_defaults_are_filled_in_when_an_order_is_written(peer, order, field, value, values):
    server = peer(A28=value)
    server.give(order())
    server.give(order("o-2"), custom_fields=[field(), field(entity_type="line_order")])
    first, second = server.listed()
    assert first["custom_fields"] == {}
    assert second["custom_fields"] == values
    assert second["lines"][0]["custom_fields"] == values


@pytest.mark.parametrize(
    ("value", "error", "name"),
    [("same_ok_update", 0, "New"), ("duplicate_error", 400, "Packed"), ("ignored", 0, "Packed")],
)
def test_a33_a_line_status_that_is_sent_again(peer, status, value, error, name):
    server = peer(status_resent=value)
    server.give(custom_line_statuses=[status()])
    assert server.give(custom_line_statuses=[status(name="New")])["error"] == error
    assert [kept["name"] for kept in server.market.statuses()] == [name]


@pytest.mark.parametrize(
    ("value", "error", "kept"), [("reject", 400, "in_process"), ("accept", 0, "canceled")]
)
def test_a33_a_line_status_that_is_sent_again_with_another_type(peer, status, value, error, kept):
    server = peer(status_type_change=value)
    server.give(custom_line_statuses=[status()])
    assert server.give(custom_line_statuses=[status(type="canceled")])["error"] == error
    assert server.market.statuses()[0]["type"] == kept


@pytest.mark.parametrize(
    ("value", "error", "kept"), [("rejected", 400, 0), ("overridden", 0, 1), ("ignored", 0, 0)]
)
def test_a34_a_line_status_with_the_id_of_a_built_in(peer, status, value, error, kept):
    server = peer(A34=value)
    assert server.give(custom_line_statuses=[status(external_id="delivering")])["error"] == error
    assert len(server.market.statuses()) == kept
