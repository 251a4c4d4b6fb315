"""Who may ask what, and what the key and the stores are told to be."""

import pytest

KEY = "ACMA:right:key"
REQUESTS = (
    ("POST", "/v1/businesses/777/orders"),
    ("GET", "/v2/campaigns/4242/orders/1"),
    ("GET", "/v2/campaigns"),
    ("POST", "/v2/auth/token"),
)


def answers(server, **headers):
    """Return the HTTP status and the first error's message of each method."""
    found = []
    for verb, path in REQUESTS:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"json": {"orderIds": [1]}} if verb == "POST" else {}
        answered = server.send(verb, path, headers=named, **body)
        message = None if answered.is_success else answered.json()["errors"][0]["message"]
        found.append((answered.status_code, message))
    return found


def test_any_key_or_none_is_accepted_when_none_is_set(yandex, sold):
    server = yandex(sold())
    assert answers(server) == answers(server, api_key="whatever") == [(200, None)] * 4


def test_only_the_key_that_is_set_is_accepted(yandex, sold):
    server = yandex(sold(), api_key=KEY)
    assert answers(server, Api_Key=KEY) == [(200, None)] * 4
    assert answers(server, api_key="ACMA:other") == [(401, "the Api-Key is wrong or revoked")] * 4
    assert answers(server, authorization=f"Bearer {KEY}") == [(401, "there is no Api-Key")] * 4
    assert answers(server) == [(401, "there is no Api-Key")] * 4


def test_the_token_of_the_other_side_is_another(yandex, order):
    server = yandex(api_key=KEY)
    assert server.give(order())["error"] == 0


@pytest.mark.parametrize("key", [None, KEY])
def test_the_word_bearer_has_a_message_of_its_own(yandex, sold, key):
    found = answers(yandex(sold(), api_key=key), api_key=f"Bearer {KEY}")
    assert found == [(401, "Api-Key: the token must stand alone, without the prefix Bearer")] * 4


@pytest.mark.parametrize(
    ("scope", "named", "statuses"),
    [
        ("read_only", "INVENTORY_AND_ORDER_PROCESSING_READ_ONLY", [200, 200, 200, 200]),
        ("all_methods", "ALL_METHODS", [200, 200, 200, 200]),
        ("communication", "COMMUNICATION", [403, 200, 200, 200]),
        ("none", "OFFERS_AND_CARDS_MANAGEMENT", [403, 403, 200, 200]),
    ],
)
def test_a_scope_covers_what_is_documented(yandex, sold, scope, named, statuses):
    server = yandex(sold(), Y27=scope)
    assert [status for status, _ in answers(server)] == statuses
    told = server.send("POST", "/v2/auth/token").json()
    assert told == {"status": "OK", "result": {"apiKey": {"name": "Sandbox key", "authScopes": [named]}}}


def test_the_stores_are_listed_with_their_cabinets(yandex):
    server = yandex()
    (store,) = server.send("GET", "/v2/campaigns").json()["campaigns"]
    assert (store["id"], store["business"]["id"], store["apiAvailability"]) == (4242, 777, "AVAILABLE")
    server.market.yandex.put_store(5, 778, availability="DISABLED_BY_INACTIVITY")
    (other,) = server.send("GET", "/v2/campaigns").json()["campaigns"]
    assert (other["id"], other["business"]["id"]) == (5, 778)
    assert other["apiAvailability"] == "DISABLED_BY_INACTIVITY"


def test_many_stores_come_page_by_page(yandex):
    server = yandex()
    server.market.yandex.put_all((), stores=[{"id": number} for number in range(1, 121)])
    token, ids, pages = "", [], 0
    while True:
        answer = server.send("GET", "/v2/campaigns", params={"pageToken": token} if token else {}).json()
        ids += [store["id"] for store in answer["campaigns"]]
        pages += 1
        token = answer["paging"].get("nextPageToken")
        if not token:
            break
    assert (ids, pages) == (list(range(1, 121)), 3)


def test_a_closed_store_is_refused_by_name_and_left_out_otherwise(yandex, sold):
    server = yandex(sold(1))
    server.market.yandex.put_store(5)
    server.market.yandex.put(sold(2, campaignId=5))
    server.market.yandex.put_store(5, availability="MANUALLY_DISABLED")
    assert server.found({"orderIds": [1, 2]}) == [1]
    for answer in (server.search({"campaignIds": [5]}), server.one(2, campaign=5)):
        assert answer.status_code == 403
        said = answer.json()["errors"][0]["message"]
        assert said == "API is disabled for campaign 5: MANUALLY_DISABLED"


def test_all_stores_can_be_closed(yandex, sold):
    server = yandex(sold(1), Y28="closed")
    assert [server.search().status_code, server.one(1).status_code] == [403, 403]
    (store,) = server.send("GET", "/v2/campaigns").json()["campaigns"]
    assert store["apiAvailability"] == "MANUALLY_DISABLED"


def test_what_belongs_to_others_is_refused(yandex, sold):
    server = yandex(sold(1))
    other = server.search(business=778)
    assert (other.status_code, other.json()["errors"][0]["message"]) == (403, "no access to business 778")
    named = server.search({"campaignIds": [9]})
    assert (named.status_code, named.json()["errors"][0]["message"]) == (403, "no access to campaign 9")


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/v1/businesses/777/orders", 405),
        ("POST", "/v2/campaigns/4242/orders/1", 405),
        ("DELETE", "/v2/campaigns", 405),
        ("GET", "/v2/campaigns/4242/orders", 404),
        ("POST", "/v1/businesses/777/offers", 404),
        ("GET", "/v2/", 404),
    ],
)
def test_an_unknown_path_and_a_wrong_verb_are_answered_as_the_market_does(yandex, verb, path, status):
    answered = yandex().send(verb, path)
    assert answered.status_code == status
    assert answered.json()["status"] == "ERROR"
    assert answered.json()["errors"][0]["code"] in ("NOT_FOUND", "METHOD_NOT_ALLOWED")


def test_other_paths_are_answered_as_before(yandex):
    assert yandex().send("POST", "/api/v1.1/market/nothing").json()["error"] == 404
