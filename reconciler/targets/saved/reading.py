"""Reading: an observation that was saved is read as if it were the target."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import BinaryIO, Final

import msgspec

from reconciler.model.address import parse
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.ports import Onward, Page, left_anywhere
from reconciler.targets.saved.shape import (
    FORMAT,
    Head,
    Order,
    Sheet,
    Subject,
    Tail,
    Version,
    digesting,
    place_of,
)

_LONGEST: Final = 256 * 1024 * 1024
"""Bytes of one line; far above any page."""
_SHEETS: Final = msgspec.json.Decoder(Sheet)


class Unusable(Exception):
    """A file is no observation that may be drawn from here; the message says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "name another file, or remove it to observe anew") -> None:
        super().__init__(message)
        self.advice = advice


@contextmanager
def open_saved(path: Path, subject: Subject) -> Iterator[Saved]:
    """Open an observation for as long as the block lasts.

    Raises `Unusable` when it is none, is damaged, or is of another target; FileNotFoundError when there is
    none; OSError.
    """
    with path.open("rb") as file:
        head = _checked(file, subject)
        yield Saved(file, head, subject)


class Saved:
    """A target as it was seen. Nothing is asked of the target itself."""

    requests: int = 0

    def __init__(self, file: BinaryIO, head: Head, subject: Subject) -> None:
        """Take a file that was checked."""
        self._file = file
        self._head = head
        self._subject = subject

    @property
    def saved_at(self) -> datetime:
        """When its reading began, in UTC."""
        return self._head.saved_at

    def walk(self, detailed: frozenset[str] | None, _: Onward = left_anywhere) -> Iterator[Page]:
        """Give the pages as they were seen, to the end of the list."""
        self._file.seek(0)
        self._file.readline(_LONGEST)
        while (line := self._file.readline(_LONGEST)).startswith(b"["):
            sheet = _SHEETS.decode(line)
            found = [self._sighted(each, detailed) for each in sheet.orders]
            yield Page(
                orders=tuple(each.live for each in found),
                in_use=frozenset(map(parse, sheet.in_use)),
                unread={each.live.external_id: each.unread for each in found if each.unread},
            )

    def walk_touchpoints(
        self, _detailed: frozenset[str] | None, _onward: Onward = left_anywhere
    ) -> Iterator[Page]:
        """Give nothing: the whole list is at hand."""
        return iter(())

    def status(self, order: str) -> Present[LiveOrder] | Absent | Unknown:
        """Know nothing: only lists are kept."""
        return Unknown(f"the saved observation was not asked for order {order} alone")

    def _sighted(self, kept: Order, detailed: frozenset[str] | None) -> _Sighted:
        live = LiveOrder(
            external_id=kept.id,
            endpoint=intern(kept.endpoint) if kept.endpoint is not None else None,
            status=intern(kept.status) if kept.status is not None else None,
            updated=kept.updated,
            lines=_interned(kept.lines),
        )
        manifest = self._subject.orders.get(kept.id)
        if manifest is None or (detailed is not None and kept.id not in detailed):
            return _Sighted(live)
        if kept.detail is None:
            return _Sighted(live, "it was not declared in full when the observation was saved")
        catalogue = self._subject.catalogue
        lacking = self._subject.kind.lacking(manifest, self._head.fields, catalogue)
        if lacking is not None:
            return _Sighted(live, f"the saved observation does not hold {lacking} as it is declared now")
        detail = self._subject.kind.unveil(manifest, kept.detail, catalogue, self._subject.terms)
        return _Sighted(
            LiveOrder(live.external_id, live.endpoint, live.status, live.updated, live.lines, detail)
        )


@dataclass(frozen=True, slots=True)
class _Sighted:
    live: LiveOrder
    unread: str = ""


def _interned(lines: dict[str, str | None] | None) -> dict[str, str | None] | None:
    if lines is None:
        return None
    return {intern(line): intern(status) if status is not None else None for line, status in lines.items()}


def _checked(file: BinaryIO, subject: Subject) -> Head:
    """Read a file once, so that what is wrong with it is said before a plan is drawn from it."""
    head = _head(file.readline(_LONGEST))
    if head.target != place_of(subject.target):
        kept, here = head.target, place_of(subject.target)
        raise Unusable(
            f"it is of target {kept.name} ({kept.url}, account {kept.account}), "
            f"and this is {here.name} ({here.url}, account {here.account})",
            "keep one file for each target",
        )
    _check_rest(file)
    return head


def _head(line: bytes) -> Head:
    try:
        version = msgspec.json.decode(line, type=Version).reconciler_observation
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        version = None
    if version is None:
        raise Unusable("it is no observation")
    if version != FORMAT:
        raise Unusable(f"it was written in format {version}, and this program reads {FORMAT}")
    try:
        head = msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unusable("its first line is damaged") from None
    if head.saved_at.tzinfo is None:
        raise Unusable("its first line is damaged")
    return head


def _check_rest(file: BinaryIO) -> None:
    """Hold the pages against the digest that ends the file."""
    digest, pages = digesting(), 0
    file.seek(0)
    digest.update(file.readline(_LONGEST))
    while (line := file.readline(_LONGEST)).startswith(b"["):
        digest.update(line)
        pages += 1
    try:
        tail = msgspec.json.decode(line, type=Tail)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unusable("it is damaged: it does not end as it should") from None
    if tail != Tail(pages, digest.hexdigest()) or file.read(1):
        raise Unusable("it is damaged: its digest does not match")
