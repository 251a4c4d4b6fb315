"""Writing: a target is read, and what is seen goes into a file beside.

The pages pass through unchanged, so the plan for which the target is read is a plan like any other. When it
has seen enough the rest of the list is read for the file alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.ports import Broken, Onward, Page, Readable, left_anywhere, to_the_end
from reconciler.targets.saved.shape import (
    ENCODE,
    FORMAT,
    Head,
    Order,
    Sheet,
    Subject,
    Tail,
    digesting,
    place_of,
)
from reconciler.version import __version__


@contextmanager
def saving(path: Path, source: Readable, subject: Subject, now: datetime) -> Iterator[Saving]:
    """Read a target in such a way that `Saving.finish` puts what was seen into a file.

    The file appears whole or not at all, readable for its owner only. Raises OSError when it cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with suppress(FileNotFoundError):
        aside.unlink()
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield Saving(source, subject, Sheaf(file, aside, path), now)
    finally:
        with suppress(OSError):
            aside.unlink()


class Sheaf:
    """A file that grows line by line beside the place where it will stand.

    A fault, such as a full disk, stops its growing and nothing else: the plan is worth more than the file.
    """

    def __init__(self, file: BinaryIO, aside: Path, path: Path) -> None:
        """Take an open, empty file, its name, and the name under which it is to appear."""
        self._file = file
        self._aside = aside
        self._path = path
        self._digest = digesting()
        self._fault = ""

    def write(self, part: Struct) -> None:
        """Add a line."""
        line = ENCODE.encode(part) + b"\n"
        self._digest.update(line)
        self._do(lambda: self._file.write(line))

    def close(self, pages: int) -> str:
        """Add the tail and let the file appear; gives what stood in the way, empty when nothing did."""
        self.write(Tail(pages, self._digest.hexdigest()))
        self._do(self._file.flush)
        self._do(lambda: os.fsync(self._file.fileno()))
        self._do(lambda: self._aside.replace(self._path))
        return self._fault

    def _do(self, step: Callable[[], object]) -> None:
        if not self._fault:
            try:
                step()
            except OSError as fault:
                self._fault = fault.strerror or str(fault)


class Saving:
    """A target that is read and written down. Only its first walk is."""

    def __init__(self, source: Readable, subject: Subject, sheaf: Sheaf, now: datetime) -> None:
        """Write the head into the file; `now` is the moment at which reading begins."""
        self._source = source
        self._subject = subject
        self._sheaf = sheaf
        self._pages: Iterator[Page] | None = None
        self._count = 0
        self._seen: set[str] = set()
        self._broken = ""
        head = Head(
            reconciler_observation=FORMAT,
            saved_at=now,
            tool_version=__version__,
            target=place_of(subject.target),
            fields=dict(subject.kind.kept_fields(subject.catalogue)),
        )
        sheaf.write(head)

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._source.requests

    def walk(self, detailed: frozenset[str] | None, onward: Onward = left_anywhere) -> Iterator[Page]:
        """Walk the target's list; every page is written before it is passed on."""
        if self._pages is not None:
            yield from self._source.walk(detailed, onward)
            return
        yield from self._walk(detailed)

    def walk_touchpoints(
        self, _detailed: frozenset[str] | None, _onward: Onward = left_anywhere
    ) -> Iterator[Page]:
        """Give nothing: the whole list is written."""
        return iter(())

    def status(self, order: str) -> Present[LiveOrder] | Absent | Unknown:
        """Ask the target; this is not written."""
        return self._source.status(order)

    def finish(self, heard: Callable[[int], None]) -> str:
        """Read what is left of the list and end the file; gives why that failed, empty when it did not.

        `heard` is told how many orders were read so far. Raises `Denied`.
        """
        try:
            if not self._broken:
                for _ in self._walk(frozenset()):
                    heard(len(self._seen))
        except Broken as fault:
            return str(fault)
        return self._broken or self._sheaf.close(self._count)

    def _walk(self, detailed: frozenset[str] | None) -> Iterator[Page]:
        if self._pages is None:
            full = frozenset(self._subject.orders)
            self._pages = self._source.walk(None if detailed is None else detailed | full, to_the_end)
        try:
            for page in self._pages:
                self._keep(page)
                yield page
        except Broken as fault:
            self._broken = str(fault)
            raise

    def _keep(self, page: Page) -> None:
        orders = [self._order(each) for each in page.orders]
        self._sheaf.write(Sheet(orders, sorted(map(str, page.in_use))))
        self._seen.update(each.external_id for each in page.orders)
        self._count += 1

    def _order(self, live: LiveOrder) -> Order:
        subject, detail = self._subject, None
        if live.detail is not None and live.external_id in subject.orders:
            detail = dict(subject.kind.veil(live, subject.catalogue, subject.terms))
        lines = dict(live.lines) if live.lines is not None else None
        return Order(live.external_id, live.endpoint, live.status, live.updated, lines, detail)
