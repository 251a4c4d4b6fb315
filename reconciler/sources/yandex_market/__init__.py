"""Yandex Market: a source of order-line states that is asked over the network, and only read.

    entry --questions--> calls --asking--> what was seen --interpreting--> wishes, and what to say about them

Two versions of one API give the same nouns: v1 lists a cabinet's orders fifty at a time, v2 shows one order a
call. The rules stand in `mapping`, the decision about the units of an item in `fold`; both are pure. Of an
answer only what tells the state of lines is decoded: buyers never get into this program.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.report import Report
from reconciler.model.source import SourceManifest
from reconciler.model.yandex_market import MarketEntry
from reconciler.ports import Broken, Denied, Sought
from reconciler.sources.yandex_market import cache
from reconciler.sources.yandex_market.asking import CONCURRENCY, Line, ask
from reconciler.sources.yandex_market.check import check
from reconciler.sources.yandex_market.ending import ending
from reconciler.sources.yandex_market.interpreting import interpret
from reconciler.sources.yandex_market.mapping import (
    mapping_markdown,
    substatuses_markdown,
    units_markdown,
)
from reconciler.sources.yandex_market.seen import Seen, told
from reconciler.wire import Wire

__all__ = [
    "CONCURRENCY",
    "YandexMarket",
    "check",
    "mapping_markdown",
    "substatuses_markdown",
    "units_markdown",
]


def _unheard(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class YandexMarket:
    """Asks cabinets of the Market."""

    open_wire: Callable[[SourceManifest], AbstractContextManager[Wire]]
    """Connects to a source's address, with no more than `CONCURRENCY` requests at a time."""
    token: Callable[[SourceManifest], str | None]
    """Gives a source's token, anew at each call; None in the sandbox."""
    heard: Callable[[str], None] = _unheard
    """Told now and then how far a long reading is."""
    kept: Path | None = None
    """The folder of kept answers; None: the Market is asked each time."""
    strict: bool = False
    """True: a version of the API that has ended is an error."""

    def report(self, sought: Sought) -> Report:
        """Ask a source. What is doubtful about its answer stands in the report.

        Raises `Broken` when it cannot be read, `Denied` when it refuses us.
        """
        source, entry = sought.source, _entry(sought.source)
        notices = (ending(source, sought.now, strict=self.strict),) if entry.version == "v2" else ()
        ids = None if sought.orders is None else frozenset(sought.orders)
        seen, faults = (None, ()) if self.kept is None else cache.load(self.kept, source, entry, ids)
        cached, quota = seen is not None, ""
        if seen is None:
            seen, quota = self._ask(sought, entry, ids)
            faults += self._keep(source, entry, seen)
        wishes, orders, said = interpret(source, entry, seen)
        return Report(
            source=source,
            wishes=wishes,
            diagnostics=(*notices, *faults, *said),
            read_at=seen.read_at,
            cached=cached,
            orders=orders,
            lines=wishes.count,
            requests=0 if cached else seen.requests,
            quota=quota,
        )

    def check(self, source: SourceManifest, now: datetime) -> tuple[Diagnostic, ...]:
        """Look whether a source's token, its rights and the ids of the entry fit together, and v2's end.

        Raises `Denied` when the token is refused as such, `Broken` when the Market cannot be asked.
        """
        entry = _entry(source)
        notices = (ending(source, now, strict=self.strict),) if entry.version == "v2" else ()
        with self.open_wire(source) as wire:
            return (*notices, *check(Line(wire, lambda: self.token(source), now), source, entry))

    def _ask(self, sought: Sought, entry: MarketEntry, ids: frozenset[str] | None) -> tuple[Seen, str]:
        if ids is None and entry.span is None:
            raise Broken("it is asked for declared orders only, and was not told which")
        if ids is not None and not ids:
            return Seen(orders=(), read_at=sought.now, asked=ids), ""
        source = sought.source
        with self.open_wire(source) as wire:
            line = Line(wire, lambda: self.token(source), sought.now)
            try:
                seen = ask(line, entry, ids, self.heard)
            except Denied as refused:
                said = f"{source.label}: {refused}"
                raise Denied(said, exit_code=refused.exit_code, advice=refused.advice) from None
            return seen, told(line.quotas)

    def _keep(self, source: SourceManifest, entry: MarketEntry, seen: Seen) -> tuple[Diagnostic, ...]:
        if self.kept is None:
            return ()
        try:
            cache.save(self.kept, entry, seen)
        except OSError as fault:
            said = f"{source.label}: its answer could not be kept in {self.kept}: {fault.strerror}"
            return (warning(said, source.origin),)
        return ()


def _entry(source: SourceManifest) -> MarketEntry:
    details = source.details
    if not isinstance(details, MarketEntry):
        raise TypeError(f"{source.label} is no cabinet of Yandex Market")
    return details
