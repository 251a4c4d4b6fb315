"""Staging: where a rehearsal takes place: a market in memory, a state in a temporary file, a clock.

The code that plans, applies and settles here is the one that does so for real. Only what it stands on
differs: the market is a copy, and its clock is moved by nothing but waiting, so that no wait takes time. With
accidents one request follows the other, so that the same ones befall the same requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Final

from reconciler.model.archive import Archive
from reconciler.model.diagnostic import Diagnostic, error, warning
from reconciler.model.lines import wanted_of
from reconciler.model.outcome import Outcome, Skipped
from reconciler.pipeline import Declared, Drawn, Question, draw
from reconciler.pipeline.sent import carry_out
from reconciler.ports import Broken, Clock, Denied
from reconciler.project import codes
from reconciler.project.settling import Settled, keep, look_into
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.settings import Chosen
from reconciler.shelves import KINDS
from reconciler.stages.apply import Ledger
from reconciler.stages.replicate import Replica
from reconciler.store import RunFacts, WritableStore, open_store
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Limits, Wire

if TYPE_CHECKING:
    from reconciler.sandbox import Fault, Request
    from reconciler.sandbox.watched import Watched

_BEGAN: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Any moment: a monotonic clock has no beginning."""


@dataclass(slots=True)
class Hours:
    """A clock that stands until somebody waits."""

    moment: datetime
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> datetime:
        """The present moment, as far as it has come."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Let so much time pass, at once."""
        with self._lock:
            self.moment += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Seconds since a moment long ago."""
        return (self.moment - _BEGAN).total_seconds()


@dataclass(frozen=True, slots=True)
class Carried:
    """One run on the stage: its number, what became of each step, and what was worth saying."""

    run: int
    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """The market, the state, the clock, and what is asked there."""

    chosen: Chosen
    market: Watched
    store: WritableStore
    hours: Hours
    question: Question
    declared: Declared
    """What is wanted of the orders that stand here; the sources have been heard already."""
    dice: Random
    """Chance, for the jitter of waits."""

    @contextmanager
    def reaching(self, faults: Sequence[Fault] = ()) -> Iterator[Altcraft]:
        """Reach the market for as long as the block lasts, with accidents. No token leaves for here."""
        from reconciler.sandbox import market_app

        hours, shape = self.hours, self.chosen.shape
        app = market_app(self.market, faults=faults)
        ambient = Ambient(
            now=hours.now, sleep=hours.sleep, monotonic=hours.monotonic, random=self.dice.random
        )
        dialect = Dialect(
            page_size=shape.page_size,
            skip_triggers=shape.skip_triggers or self.question.options.skip_triggers,
            wire_format=shape.wire_format,
            touchpoints=tuple(dict.fromkeys(shape.touchpoints)),
            side_by_side=self.question.rules.concurrency,
        )
        limits = Limits(concurrency=self.question.rules.concurrency)
        with Wire.in_process(app, limits=limits, ambient=ambient) as wire:
            yield Altcraft(wire, token=lambda: None, in_use=KINDS.order.fields_in_use, dialect=dialect)

    def draw(self) -> Drawn:
        """Plan what is still wanted here."""
        with self.reaching() as target, _blaming_the_stage():
            return draw(self.declared, self.question, target, self.store.load())

    def carry(self, drawn: Drawn, command: str, watch: Watch, faults: Sequence[Fault] = ()) -> Carried:
        """Carry out a plan here, by the code that does it for real."""
        journal = self.store.begin(target=self.question.target.name, command=command, facts=RunFacts())
        ledger = Ledger(journal, drawn.world, self.hours.now, heard=watch.ended, steps=drawn.plan.steps)
        watch.started(journal.run, drawn.plan)
        with self.reaching(faults) as target:
            found = carry_out(drawn, self.question, target, ledger)
        journal.end(exit_code=codes.DONE, summary={}, outcomes=ledger.never_sent)
        outcomes = [
            ledger.outcomes.get(step.address) or Skipped(step.address, "it was not reached")
            for step in drawn.plan.steps
            if step.address not in ledger.dropped
        ]
        return Carried(journal.run, tuple(outcomes), (*found, *_why_stopped(ledger)))

    def settle(self, run: int) -> Settled:
        """Look into what a run here lost, and put on record what can be read; who must be asked is not."""
        unsettled = self.store.doubts().unsettled
        mine = {where: lost for where, lost in unsettled.items() if lost.run == run}
        with self.reaching() as target, _blaming_the_stage():
            settled = look_into(self.declared.manifests, self.question, target, self.store, mine, ())
        keep(settled, self.store, self.question)
        return settled

    def log(self) -> list[Request]:
        """Every request that came here, the oldest first."""
        return self.market.requests()


def _why_stopped(ledger: Ledger) -> Iterator[Diagnostic]:
    if ledger.denied is not None:
        yield warning(f"the run would stop: {ledger.denied}", advice=ledger.denied.advice)
    elif ledger.halted:
        yield warning(f"the run would stop: {ledger.halted}")


@contextmanager
def _blaming_the_stage() -> Iterator[None]:
    """Say that it was the stand-in that could not be read, and not the target."""
    try:
        yield
    except (Broken, Denied) as fault:
        advice = "look at the values of --switch; nothing was sent to the target"
        raise Stop(codes.ERROR, (error(f"the stand-in could not be read: {fault}", advice=advice),)) from None


@dataclass(frozen=True, slots=True)
class Original:
    """What a stage is a copy of: a target, what was asked of it, what came of it, what is remembered."""

    chosen: Chosen
    question: Question
    drawn: Drawn
    archive: Archive


@contextmanager
def staged(
    original: Original,
    replica: Replica,
    *,
    switches: Mapping[str, str],
    seed: int | None,
) -> Iterator[Stage]:
    """Set a stage for as long as the block lasts; afterwards nothing of it is left.

    `seed` is what accidents will be drawn from, None where there are none to be.
    """
    from reconciler.sandbox.watched import Watched

    chosen, question = original.chosen, original.question
    hours = Hours(question.clock.now().replace(microsecond=0))
    market = Watched(":memory:", switches={**replica.shows, **switches}, now=hours.now)
    try:
        _furnish(market, replica)
        target = chosen.target
        with TemporaryDirectory(prefix="reconciler-") as folder:
            url = f"sqlite:///{Path(folder) / 'state.db'}"
            with open_store(url, target.account, chosen.project, now=hours.now) as store:
                store.restore(_doubts_alone(original.archive), merge=False)
                yield Stage(
                    chosen=chosen,
                    market=market,
                    store=store,
                    hours=hours,
                    question=_asked_here(question, hours, in_turn=seed is not None),
                    declared=Declared(wanted_of(original.drawn.manifests, replica.about), (), {}),
                    dice=Random(seed or 0),  # noqa: S311 -- the jitter of waits
                )
    finally:
        market.close()


def _furnish(market: Watched, replica: Replica) -> None:
    known = replica.definitions
    try:
        market.put_all(replica.orders, fields=known.fields, statuses=known.statuses)
    except ValueError as fault:
        said = error(
            f"the stand-in cannot hold what the target shows: {fault}", advice="leave it out: --exclude"
        )
        raise Stop(codes.ERROR, (said,)) from None


def _asked_here(question: Question, hours: Hours, *, in_turn: bool) -> Question:
    """Ask the same by the clock of the stage, without a second look: nobody else writes here."""
    at_once = 1 if in_turn else question.rules.concurrency
    return replace(
        question,
        rules=replace(question.rules, concurrency=at_once, recheck_after=0),
        clock=Clock(now=hours.now, sleep=hours.sleep),
        heard=lambda _: None,
    )


def _doubts_alone(archive: Archive) -> Archive:
    """Leave out of the history what says nothing any more: only what is in doubt still blocks something."""
    doubts = archive.in_doubt
    runs = [
        replace(story, writes=tuple(each for each in story.writes if (each.run, each.number) in doubts))
        for story in archive.runs
    ]
    return replace(archive, runs=tuple(runs))
