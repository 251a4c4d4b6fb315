"""Shelf: the line states that one source wishes, wherever they lie.

Reads as a mapping of mappings, order id to line id to manifest, like the wishes that stand in manifests. What
differs from row to row is for those who keep a shelf to put somewhere; what repeats (the words, the names of
files) is kept here, once. Who reads a shelf must not know where it lies.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from reconciler.model.diagnostic import Origin
from reconciler.model.ids import Keeping
from reconciler.model.manifest import LineManifest
from reconciler.model.source import SourceManifest


class Words(NamedTuple):
    """What a wish says, apart from whose it is and where it stands."""

    status: str
    said: str = ""
    """What the source said, in its own words, where that is more than our status."""
    allowed_from: frozenset[str] | None = None
    dispute: str = ""
    """Why the wish must not be carried out, whatever the target shows."""


class Shelf(Mapping[str, Mapping[str, LineManifest]], Keeping):
    """The wishes of one source, by order and line. Filled with `add` and `extend`, then only read.

    The rows are numbered from 0 as they were added.
    """

    def __init__(self, source: SourceManifest) -> None:
        """Begin without any wish."""
        self.source = source
        self._vocabulary: dict[Words, int] = {}
        self._spoken: list[Words] = []
        self._files: list[str] = []
        self._begins: list[int] = []
        """The first row of each file."""

    @abstractmethod
    def add(
        self, order: str, line: str, words: Words, place: Origin, reported: datetime | None = None
    ) -> LineManifest | None:
        """Add a wish, unless there is one of this line: then give that one back and change nothing.

        `reported` is when the source last saw the order change, kept at whole seconds. Columns of places are
        not kept.
        """

    @abstractmethod
    def extend(
        self,
        file: str,
        places: Sequence[int],
        orders: Sequence[str],
        lines: Sequence[str],
        words: Sequence[int],
    ) -> int:
        """Add the wishes of rows, column by column, up to the first of a line that is spoken of already.

        Gives how many were added; the quick way for many at a time.
        """

    def learn(self, words: Words) -> int:
        """Give the number by which `extend` knows some words."""
        number = self._vocabulary.setdefault(words, len(self._spoken))
        if number == len(self._spoken):
            self._spoken.append(words)
        return number

    @property
    def files(self) -> Collection[str]:
        """Where the wishes stand."""
        return self._files

    @property
    def spoken(self) -> Collection[Words]:
        """Everything that is said, each once."""
        return self._spoken

    @property
    @abstractmethod
    def count(self) -> int:
        """How many lines are spoken of."""

    @abstractmethod
    def said(self, order: str) -> Mapping[str, Words]:
        """Give what is said of the lines of an order and nothing else, which costs a fraction."""

    @abstractmethod
    def wordings(self, orders: Iterable[str]) -> Sequence[Hashable]:
        """Give of each what orders of which the same is wished have in common, None where nothing is."""

    def at(self, order: str, places: Sequence[int]) -> Mapping[str, LineManifest]:
        """Give those of the wishes of an order that stand at some places among them."""
        wishes = list(self[order].items())
        return dict([wishes[place] for place in places])

    def statuses(self, order: str) -> Mapping[str, str]:
        """Give what is wished of the lines of an order."""
        return {line: words.status for line, words in self.said(order).items()}

    def _opens(self, file: str, row: int) -> None:
        """Take down that the rows from here on stand in this file."""
        if not self._files or self._files[-1] != file:
            self._files.append(file)
            self._begins.append(row)

    def _manifest(
        self, order: str, line: str, row: int, words: int, place: int, reported: int | None
    ) -> LineManifest:
        """Make the manifest of a row; `reported` in seconds since 1970."""
        said = self._spoken[words]
        return LineManifest(
            order=order,
            line=line,
            status=said.status,
            origin=Origin(self._files[bisect(self._begins, row) - 1], place),
            allowed_from=said.allowed_from,
            once=self.source.once,
            expires=self.source.expires,
            source=self.source,
            said=said.said,
            reported=None if reported is None else datetime.fromtimestamp(reported, UTC),
            dispute=said.dispute,
        )
