"""A journal that keeps nothing: what an apply costs without its record, which no user can have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import Any

from reconciler.model.address import Address
from reconciler.model.record import Memory
from reconciler.ports import Intent


class Unkept:
    """Numbers what is intended, and forgets it."""

    run = 1
    unkept: frozenset[int] = frozenset()

    def __init__(self) -> None:
        self._given = 0
        self._lock = Lock()

    def intend(self, intents: Sequence[Intent], *, apart: bool = False) -> Sequence[int]:
        """Give numbers."""
        del apart
        with self._lock:
            first = self._given + 1
            self._given += len(intents)
        return range(first, first + len(intents))

    def settle(self, *_: Any, **__: Any) -> None:
        """Forget."""

    def flush(self) -> None:
        """Have nothing to wait for."""

    remember = baseline = settle

    def remembered(self, addresses: Collection[Address]) -> Mapping[Address, Memory]:
        """Know nothing."""
        del addresses
        return {}

    def end(self, *, exit_code: int, summary: Mapping[str, int], outcomes: object) -> None:
        """Forget that too."""
