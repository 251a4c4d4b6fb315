"""Entries that name a cabinet of Yandex Market: what is taken, and what is wrong with the others."""

from textwrap import dedent

import pytest
from pydantic import ValidationError

from reconciler.kinds.order_source.yandex_market import read_market
from reconciler.model.diagnostic import Severity
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue, StatusFacts, StatusType
from reconciler.model.source import Missing
from reconciler.model.yandex_market import MarketEntry
from reconciler.stages.load import parse

CATALOGUE = Catalogue(statuses={"at_pickup_point": StatusFacts(StatusType.IN_PROCESS)})
SOUND = """\
name: market
type: yandex_market
business_id: 777
token_env: MARKET_KEY
updated_within: 14d
endpoint: yandex
"""


def read(text):
    """Give the entry's manifest and what is found about it, as (severity, place and words)."""
    (document,) = parse(dedent(text).encode(), "m.yaml").documents
    findings = Findings(document, ())
    manifest = read_market(MarketEntry.model_validate(document.data), CATALOGUE, findings)
    found = [*findings.diagnostics, *findings.dependent]
    return manifest, [(each.severity, f"{each.origin} {each.summary}; {each.advice}") for each in found]


def test_a_short_entry_has_sensible_defaults():
    manifest, found = read(SOUND)
    assert found == []
    assert (manifest.live, manifest.asks_for, manifest.missing) == (True, False, Missing.NOTE)
    assert (manifest.endpoint, manifest.priority, manifest.once) == ("yandex", 0, False)
    assert isinstance(manifest.details, MarketEntry)
    assert manifest.details.address == "https://api.partner.market.yandex.ru"
    assert manifest.details.version == "v1"


def test_a_full_entry_is_taken():
    manifest, found = read("""\
        name: market
        type: yandex_market
        url: http://127.0.0.1:8080
        business_id: "777"
        campaign_ids: [4242, "7"]
        api: v2
        token_file: secrets/market
        orders: declared
        endpoint: yandex
        order_id: orderId
        line_id: id
        missing: withhold
        statuses: {PICKUP: at_pickup_point, PROCESSING/SHIPPED: skip, unit/RETURNED: refunded}
        mixed: skip
        fakes: true
        hold: once
        expires: 2026-12-31
        max_line_changes: 5
        priority: -1
        """)
    assert found == []
    assert (manifest.asks_for, manifest.missing, manifest.once) == (True, Missing.WITHHOLD, True)
    assert (manifest.max_line_changes, manifest.priority) == (5, -1)
    assert isinstance(manifest.details, MarketEntry)
    assert manifest.details.campaign_ids == [4242, 7]


def test_a_sandbox_needs_no_token():
    _, found = read(SOUND.replace("token_env: MARKET_KEY", "url: sandbox:.reconciler/market.db"))
    assert found == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("updated_within: 14d", ""), "does not say which orders it is asked for"),
        (("updated_within: 14d", "updated_within: 14d\norders: declared"), "both updated_within and orders"),
        (
            ("updated_within", "api: v2\ncampaign_ids: [1]\nupdated_within"),
            "v2 cannot be asked for what changed",
        ),
        (("updated_within: 14d", "api: v2\norders: declared"), "lacks campaign_ids"),
        (("business_id: 777", ""), "lacks business_id"),
        (("token_env: MARKET_KEY", ""), "does not say where its token is"),
        (("token_env: MARKET_KEY", "token_env: A\ntoken_file: b"), "both token_env and token_file"),
        (("updated_within: 14d\nendpoint: yandex", "orders: declared"), "lacks endpoint"),
        (("endpoint", "statuses: {PICKUP: at_pickup_pont}\nendpoint"), 'did you mean "at_pickup_point"?'),
        (("endpoint", "mixed: partly\nendpoint"), 'mixed of source market leads to "partly"'),
        (("endpoint", "statuses: {PICKUP/: new}\nendpoint"), "names no state"),
        (("endpoint", "statuses: {unit: new}\nendpoint"), "names no state"),
        (("endpoint", "statuses: {A/B/C: new}\nendpoint"), "names no state"),
    ],
)
def test_what_cannot_be_meant_so_is_an_error(change, words):
    _, found = read(SOUND.replace(*change))
    assert [severity for severity, said in found if words in said] == [Severity.ERROR], found


def test_v2_knows_no_ids_of_the_seller():
    text = SOUND.replace("updated_within: 14d", "api: v2\ncampaign_ids: [1]\norders: declared")
    _, found = read(text + "order_id: externalOrderId\n")
    assert len(found) == 1
    assert "finds orders by orderId only" in found[0][1]


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("pickup", 'did you mean "PICKUP"?'),
        ("PICKUP/PICKUP_SERVICE_RECEIVD", 'did you mean "PICKUP/PICKUP_SERVICE_RECEIVED"?'),
        ("unit/RETURND", 'did you mean "unit/RETURNED"?'),
        ("ZZZ", "in the Market's own words"),
    ],
)
def test_a_state_that_the_market_is_not_known_to_have_is_a_warning_at_its_place(key, advice):
    _, found = read(SOUND + f"statuses:\n  {key}: new\n")
    ((severity, said),) = found
    assert severity is Severity.WARNING
    assert said.startswith("m.yaml:8:")
    assert advice in said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token_env", "ACMA:secret:canary"),
        ("token_env", "y0_AgAAAAcanary"),
        ("token_env", "x" * 65),
        ("token_file", "ACMA:secret:canary"),
        ("url", "http://api.partner.market.yandex.ru"),
        ("url", "https://user:canary@example.com"),
        ("url", "sandbox:"),
        ("business_id", 0),
        ("business_id", "777a"),
        ("business_id", True),
        ("business_id", 2**63),
        ("campaign_ids", []),
        ("campaign_ids", list(range(1, 60))),
        ("updated_within", "14"),
        ("updated_within", "0d"),
        ("updated_within", "400d"),
        ("updated_within", 14),
        ("api", "v3"),
        ("orders", "all"),
        ("priority", "high"),
        ("token", "ACMA:secret:canary"),
    ],
)
def test_a_value_that_is_none_is_refused_and_a_token_never_repeated(key, value):
    usual = {"name": "market", "type": "yandex_market", key: value}
    with pytest.raises(ValidationError) as caught:
        MarketEntry.model_validate(usual)
    (details,) = caught.value.errors(include_url=False, include_input=False)
    if "canary" in str(value) and details["type"] == "value_error":
        assert "canary" not in str(details["ctx"]["error"])
