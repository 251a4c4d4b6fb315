"""A shop for the laws: a sandbox, a real state, a clock that only waits move, and manifests read from text.

Nothing is replaced: plans are drawn and carried out by the code that the command line calls, over the wire
that the embedded sandbox is reached by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan, Selection, TargetName
from reconciler.model.record import Record
from reconciler.model.rules import Limits, Observe, Rules
from reconciler.model.source import SourceManifest
from reconciler.pipeline import Declared, Drawn, Question, draw
from reconciler.pipeline.sent import carry_out
from reconciler.ports import Clock, Terms
from reconciler.reports.json import applied_document, plan_document, written
from reconciler.reports.shown.applied import Applied
from reconciler.reports.text import outcomes_text, plain, plan_text
from reconciler.sandbox import Fault, Market, market_app
from reconciler.shelves import KINDS
from reconciler.sources.yandex_market import CONCURRENCY, YandexMarket
from reconciler.stages.apply import Ledger
from reconciler.stages.hear import Ear
from reconciler.stages.load import parse
from reconciler.stages.validate import validate
from reconciler.store import RunFacts, open_record, open_store
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire
from reconciler.wire import Limits as WireLimits
from tests.stages.doubles import Before

TOKEN = "canary-token-9f86d081"
API_KEY = "ACMA:canary-key-5d41402a"
ACCOUNT = "acme"
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
NO_LIMITS = Limits(max_permanent_creates=10_000, max_line_changes=10_000, max_order_share=None)
LAVISH = Rules(limits=NO_LIMITS)
"""Rules under which nothing is refused for its number."""


@dataclass
class Time:
    """A clock that stands until somebody waits."""

    moment: datetime = START
    slept: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds
            self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Ran:
    """One apply: what was planned and what became of it."""

    drawn: Drawn
    run: int
    outcomes: Mapping[Address, Outcome]
    ledger: Ledger
    found: Sequence[Diagnostic]

    @property
    def plan(self) -> Plan:
        return self.drawn.plan

    def words(self) -> dict[str, str]:
        """The fate of each step by its address."""
        return {str(where): type(fate).__name__.lower() for where, fate in self.outcomes.items()}

    def texts(self) -> str:
        """All that is shown of it, in every form."""
        return _texts(self.plan, self.outcomes, self.found)

    def fate(self, where: str) -> Outcome:
        return next(fate for address, fate in self.outcomes.items() if str(address) == where)


@dataclass
class Shop:
    """A market with orders, and a repository that wants something of them."""

    market: Market
    folder: Path
    time: Time
    rules: Rules = LAVISH
    how: Observe = Observe.AUTO
    terms: Terms = field(default_factory=lambda: Terms(salt=ACCOUNT))
    dialect: Dialect = field(default_factory=Dialect)
    wanted: str = "{}"
    selection: Selection = field(default_factory=Selection)
    timeout: float = 30.0
    """Seconds for one request, of the real clock."""

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'state.db'}"

    def want(self, **sections: Any) -> None:
        """Say what the manifests hold from now on."""
        self.wanted = json.dumps(sections, ensure_ascii=False)

    def declared(self) -> Declared:
        parsed = parse(self.wanted.encode(), "manifests/all.yaml")
        manifests, diagnostics = validate(parsed.documents, KINDS, self.terms)
        faults = [each for each in diagnostics if each.severity is Severity.ERROR]
        assert not faults, faults
        return Declared(manifests, (), {})

    def question(self) -> Question:
        return Question(
            target=TargetName("sandbox", "sandbox:test", ACCOUNT, "state.db"),
            selection=self.selection,
            rules=self.rules,
            terms=self.terms,
            kinds=KINDS,
            how=self.how,
            clock=Clock(now=self.time.now, sleep=self.time.sleep),
            ear=Ear({"yandex_market": YandexMarket(self.yandex, lambda _: API_KEY)}, Path(), self.time.now),
        )

    @contextmanager
    def yandex(self, _source: SourceManifest) -> Iterator[Wire]:
        """A wire to Yandex Market, of the same server and the same clock."""
        app = market_app(self.market, api_key=API_KEY)
        with Wire.in_process(
            app, limits=WireLimits(concurrency=CONCURRENCY), ambient=self._ambient()
        ) as wire:
            yield wire

    def _ambient(self) -> Ambient:
        time = self.time
        return Ambient(now=time.now, sleep=time.sleep, monotonic=time.monotonic, random=lambda: 0.5)

    @contextmanager
    def target(self, faults: Sequence[Fault] = ()) -> Iterator[Altcraft]:
        app = market_app(self.market, token=TOKEN, faults=faults)
        limits = WireLimits(concurrency=self.rules.concurrency, timeout=self.timeout)
        dialect = replace(self.dialect, skip_triggers=self.rules.skip_triggers)
        with Wire.in_process(app, limits=limits, ambient=self._ambient()) as wire:
            yield Altcraft(wire, token=lambda: TOKEN, in_use=KINDS.order.fields_in_use, dialect=dialect)

    def record(self) -> Record:
        return open_record(self.url, ACCOUNT, shard=self.selection.shard, now=self.time.now).load()

    def draw(self, *, faults: Sequence[Fault] = ()) -> Drawn:
        with self.target(faults) as target:
            return draw(self.declared(), self.question(), target, self.record())

    def plan(self, *, faults: Sequence[Fault] = ()) -> Plan:
        return self.draw(faults=faults).plan

    def apply(
        self,
        drawn: Drawn | None = None,
        *,
        faults: Sequence[Fault] = (),
        stop: Event | None = None,
        through: Before | None = None,
    ) -> Ran:
        drawn = drawn or self.draw()
        shard = self.selection.shard
        with (
            self.target(faults) as target,
            open_store(self.url, ACCOUNT, shard=shard, now=self.time.now) as store,
        ):
            journal = store.begin(target="sandbox", command="apply", facts=RunFacts())
            ledger = Ledger(journal, drawn.world, self.time.now, stop=stop or Event())
            if through is not None:
                through.target = target
            found = carry_out(drawn, self.question(), through or target, ledger)
            journal.end(exit_code=0, summary={}, outcomes=ledger.never_sent)
        return Ran(drawn, journal.run, dict(ledger.outcomes), ledger, found)

    def truth(self) -> dict[str, dict[str, Any]]:
        """Every order as it really is, by id, without the time of its last change."""
        return {
            order["external_id"]: {key: order[key] for key in order if key != "update_time"}
            for order in self.market.orders()
        }

    def statuses(self) -> dict[tuple[str, str], str]:
        """The real status of every line."""
        return {
            (order["external_id"], line["external_id"]): line["status"]
            for order in self.market.orders()
            for line in order["lines"]
        }

    def writes(self) -> list[Any]:
        """Every write that reached the market."""
        return [each for each in self.market.requests() if each.method in WRITES]


WRITES = frozenset({"orders/import", "orders/update_order_line_status"})


@contextmanager
def shop(switches: Mapping[str, str] | None = None, **settings: Any) -> Iterator[Shop]:
    """Open a shop whose server has these switches."""
    time = Time()
    with TemporaryDirectory(prefix="laws-") as folder:
        market = Market(":memory:", switches=dict(switches or {}), now=time.now)
        try:
            yield Shop(market, Path(folder), time, **settings)
        finally:
            market.close()


def plan_texts(plan: Plan) -> str:
    """A plan in every form in which it is shown."""
    data = plan_document(plan, exit_code=0, tool_version="0")
    return written(data) + plan_text(plan, plain, verbose=True)


def _texts(plan: Plan, outcomes: Mapping[Address, Outcome], found: Sequence[Diagnostic]) -> str:
    applied = Applied(outcomes=tuple(outcomes.values()), withheld=plan.withheld, diagnostics=tuple(found))
    said = outcomes_text(tuple(outcomes.values()), plain, verbose=True)
    return plan_texts(plan) + written(applied_document(applied, exit_code=0)) + said
