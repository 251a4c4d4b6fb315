"""The page about Yandex Market: its entry is taken, its words are the program's."""

from __future__ import annotations

import re
from datetime import date

from reconciler.kinds.order_source.yandex_market import read_market
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue, StatusFacts, StatusType
from reconciler.model.yandex_market import UNITS, MarketEntry
from reconciler.sources.yandex_market.ending import DEGRADES, ENDS
from reconciler.stages.load import parse
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "yandex-market.md").read_text("utf-8")


def test_the_entry_that_it_shows_is_taken():
    (snippet,) = re.findall(r"^```yml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    parsed = parse(snippet.encode(), "market.yaml")
    (document,) = parsed.documents
    entry = MarketEntry.model_validate(document.data["order_sources"][0])
    findings = Findings(document, ("order_sources", 0))
    facts = StatusFacts(StatusType.IN_PROCESS)
    named = ("at_pickup_point", "packed", "not_redeemed", "partly_returned")
    read_market(entry, Catalogue(statuses=dict.fromkeys(named, facts)), findings)
    assert (*parsed.diagnostics, *findings.diagnostics, *findings.dependent) == ()


def test_it_names_every_state_of_units_and_the_days_on_which_v2_ends():
    assert all(f"`{unit}`" in PAGE for unit in UNITS)
    told = {date.fromisoformat(day) for day in re.findall(r"2027-\d\d-\d\d", PAGE)}
    assert told == {DEGRADES.date(), ENDS.date()}
