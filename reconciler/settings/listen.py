"""Listen: what asks the sources that answer anew each time, with their tokens and connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.model.report import Report
from reconciler.model.source import SourceManifest
from reconciler.model.yandex_market import SANDBOX, MarketEntry
from reconciler.ports import OrderSource, Sought
from reconciler.settings.connect import check_host, from_environment, from_file, sandboxed
from reconciler.stages.hear import Ear
from reconciler.wire import Ambient, Limits, Wire

if TYPE_CHECKING:
    from reconciler.sources.yandex_market import YandexMarket

TIMEOUT: Final = 60
"""Seconds for one request: a page of fifty orders takes longer than one of ours."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What listening takes from the process it happens in."""

    root: Path
    """The folder of reconciler.yaml; token files and sandboxes are relative to it."""
    environment: Mapping[str, str]
    heard: Callable[[str], None]
    """Told of every wait, and now and then how far a long reading is."""
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Later:
    """Asks a source with what is made, and loaded, when there is something to ask."""

    make: Callable[[], OrderSource]

    def report(self, sought: Sought) -> Report:
        """Ask a source; see `OrderSource`."""
        return self.make().report(sought)


def listen(around: Surroundings, *, kept: Path | None = None, strict: bool = False) -> Ear:
    """Make what asks live sources. Nothing is asked, and no token read, before a plan needs it.

    `kept` is a folder of earlier answers, for plans that are never applied; `strict` makes a version of an
    API that has ended an error.
    """
    later = Later(lambda: market(around, kept=kept, strict=strict))
    return Ear({"yandex_market": later}, around.root, _now)


def market(around: Surroundings, *, kept: Path | None = None, strict: bool = False) -> YandexMarket:
    """Make what asks cabinets of Yandex Market."""

    def open_wire(source: SourceManifest) -> AbstractContextManager[Wire]:
        return _wire(_entry(source), around)

    def token(source: SourceManifest) -> str | None:
        return _token(_entry(source), around)

    from reconciler.sources.yandex_market import YandexMarket

    return YandexMarket(open_wire, token, heard=around.heard, kept=kept, strict=strict)


def _wire(entry: MarketEntry, around: Surroundings) -> Wire:
    from reconciler.sources.yandex_market import CONCURRENCY

    limits = Limits(concurrency=CONCURRENCY, timeout=TIMEOUT)
    ambient = Ambient(sleep=around.sleep)
    if entry.is_sandbox:
        place = around.root / entry.address.removeprefix(SANDBOX)
        return sandboxed(place, limits, ambient, around.heard)
    check_host(entry.address, around.environment, f"the url of source:{entry.name}")
    return Wire(entry.address, limits=limits, ambient=ambient, heard=around.heard)


def _token(entry: MarketEntry, around: Surroundings) -> str | None:
    if entry.token_env is not None:
        return from_environment(entry.token_env, entry.address, around.environment)
    if entry.token_file is not None:
        return from_file(around.root / entry.token_file)
    return None


def _entry(source: SourceManifest) -> MarketEntry:
    details = source.details
    if not isinstance(details, MarketEntry):
        raise TypeError(f"{source.label} is no cabinet of Yandex Market")
    return details


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
