"""Whether the token and the ids of an entry fit together, in plain words."""

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.ports import Broken, Denied
from reconciler.sources.yandex_market import YandexMarket
from tests.sources.yandex_market.market import NOW, TOKEN, Asked, Market, Said, failing, source

LEAST = "INVENTORY_AND_ORDER_PROCESSING_READ_ONLY"


def campaign(number=4242, business=777, availability="AVAILABLE"):
    """A store as the Market shows it."""
    return {"id": number, "business": {"id": business, "name": "B"}, "apiAvailability": availability}


def cabinet(*campaigns, scopes=(LEAST,)):
    """A Market with these stores and a token with these rights."""

    def answer(asked: Asked) -> Said:
        if asked.path == "/v2/auth/token":
            assert asked.method == "POST"
            result = {"apiKey": {"name": "reconciler", "authScopes": list(scopes)}}
            return Said(body={"status": "OK", "result": result})
        assert (asked.method, asked.path) == ("GET", "/v2/campaigns")
        start = int(asked.query.get("pageToken", "0"))
        following = {"nextPageToken": str(start + 2)} if start + 2 < len(campaigns) else {}
        return Said(body={"campaigns": campaigns[start : start + 2], "paging": following})

    return answer


def found(answer, **keys):
    """What a check finds, as severity and sentence with its advice."""
    market = Market(answer)
    checked = YandexMarket(market.wire, lambda _: TOKEN).check(source(**keys), NOW)
    assert all(TOKEN not in f"{each.summary} {each.advice}" for each in checked)
    return [(each.severity, f"{each.summary}; {each.advice}") for each in checked]


def test_all_is_well():
    assert found(cabinet(campaign()), campaign_ids=[4242]) == []


def test_stores_stand_on_several_pages():
    many = [campaign(number) for number in range(1, 8)]
    assert found(cabinet(*many), campaign_ids=[7]) == []


def test_without_campaigns_all_stores_of_the_cabinet_are_named():
    ((severity, words),) = found(cabinet(campaign(1), campaign(2), campaign(3, business=9)))
    assert severity is Severity.NOTE
    assert "all 2 stores of the cabinet are asked for: 1, 2" in words


@pytest.mark.parametrize(
    ("scopes", "severity", "words"),
    [
        ((), Severity.ERROR, "it has none that the Market names"),
        (("PRICING",), Severity.ERROR, "may not read orders: it has pricing"),
        (("COMMUNICATION",), Severity.ERROR, "may not read orders"),
        (("ALL_METHODS",), Severity.WARNING, "may more than read orders: all-methods"),
        ((LEAST, "PRICING_READ_ONLY"), Severity.WARNING, "pricing:read-only"),
        (("inventory-and-order-processing",), Severity.WARNING, "may more than read orders"),
    ],
)
def test_a_token_may_do_too_little_or_too_much(scopes, severity, words):
    ((found_severity, said),) = found(cabinet(campaign(), scopes=scopes), campaign_ids=[4242])
    assert found_severity is severity
    assert words in said
    assert "inventory-and-order-processing:read-only" in said


def test_rights_may_be_written_as_the_documentation_does():
    scopes = ("inventory-and-order-processing:read-only",)
    assert found(cabinet(campaign(), scopes=scopes), campaign_ids=[4242]) == []


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"business_id": 5}, "sees no cabinet 5; its cabinets are 9, 777"),
        (
            {"business_id": 4242},
            "sees no cabinet 4242; that is the id of a store: it belongs into campaign_ids",
        ),
        (
            {"campaign_ids": [777]},
            "sees no store 777; that is the id of a cabinet: it belongs into business_id",
        ),
        (
            {"campaign_ids": [5]},
            "that the cabinet shows is not the one of the API; its stores are 66, 67, 68, 4242",
        ),
        ({"campaign_ids": [66]}, "store 66 belongs to cabinet 9, not 777"),
        ({"campaign_ids": [67]}, "store 67 is closed to the API: somebody switched it off"),
        ({"campaign_ids": [68]}, "store 68 is closed to the API: BY_THE_MOON"),
    ],
)
def test_ids_that_are_wrong_or_swapped_are_named(keys, words):
    stores = [
        campaign(),
        campaign(66, business=9),
        campaign(67, availability="MANUALLY_DISABLED"),
        campaign(68, availability="BY_THE_MOON"),
    ]
    checked = found(cabinet(*stores), **{"campaign_ids": [4242], **keys})
    assert any(severity is Severity.ERROR and words in said for severity, said in checked), checked


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failing(401, "do not send Bearer"), "without the word Bearer"),
        (failing(401, "unknown"), "check token_env or token_file"),
        (failing(403, "scope"), "inventory-and-order-processing:read-only"),
    ],
)
def test_a_refused_token_stops_the_check_and_says_what_to_do(answer, words):
    with pytest.raises(Denied) as refused:
        found(lambda _: answer)
    assert words in f"{refused.value}; {refused.value.advice}"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failing(400, "nonsense"), "the Market answered 400: nonsense"),
        (failing(404, "no method"), "does not know|no method"),
    ],
)
def test_an_answer_that_says_nothing_of_the_token_breaks_the_check_off(answer, words):
    with pytest.raises(Broken, match=words):
        found(lambda _: answer)


@pytest.mark.parametrize("body", [{}, {"result": None}, {"status": "OK", "result": {"apiKey": None}}])
def test_an_answer_without_what_is_asked_for_is_no_crash(body):
    assert found(lambda _: Said(body=body))


def test_the_end_of_v2_is_part_of_a_check():
    checked = found(cabinet(campaign()), api="v2", campaign_ids=[4242], orders="declared")
    assert ["ends on 2027-04-12" in said for _, said in checked] == [True]
