"""A market that notes which of its switches were asked, so that a result can name what it rests on.

A switch that was asked need not have made a difference; one that was not asked made none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from reconciler.sandbox.market import Market
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.switches import Behaviour


class Watched(Market):
    """See `Market`; `asked` holds the names of the switches that were asked so far."""

    def __init__(
        self,
        path: str | Path,
        *,
        switches: Mapping[str, str] | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(path, switches=switches, now=now)
        self.asked: set[str] = set()

    def behaviour(self, shelf: Shelf) -> Behaviour:
        """Return the value of every switch, and note which of them are looked at."""
        return _Noting(super().behaviour(shelf), self.asked)


class _Noting(dict[str, str]):
    """Values by name, and the names that were asked for."""

    def __init__(self, values: Behaviour, asked: set[str]) -> None:
        super().__init__(values)
        self._asked = asked

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return super().__getitem__(name)
