"""Baselines: the update times that writes of a run explain, of a million orders in little memory.

A baseline is an object only while somebody looks at it. At rest it is three numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.model.record import Baseline

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_NEVER: Final = -(2**62)


class Baselines(Mapping[str, Baseline]):
    """Baselines by order, each the last that was kept."""

    def __init__(self) -> None:
        """Begin without any."""
        self._rows: dict[str, int] = {}
        self._times = array("q")
        """Of each row when it was seen, before, and written."""

    def keep(self, baselines: Mapping[str, Baseline]) -> None:
        """Keep these, each in the place of an earlier one."""
        for order, each in baselines.items():
            row = self._rows.setdefault(order, len(self._times))
            self._times[row : row + 3] = array("q", map(_ticks, (each.seen, each.before, each.written)))

    def __getitem__(self, order: str) -> Baseline:
        row = self._rows[order]
        seen, before, written = self._times[row : row + 3]
        return Baseline(_moment(seen), _moment(before), _EPOCH + written * _TICK)

    def __contains__(self, order: object) -> bool:
        return order in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _ticks(moment: datetime | None) -> int:
    return _NEVER if moment is None else (moment - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime | None:
    return None if ticks == _NEVER else _EPOCH + ticks * _TICK
