"""merge: the reports of several runs become one.

Pure. Each address ends as the last run that speaks of it says. A run that resumed another takes the place of
its exit code; of those that are left the first in the contract's order is that of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.model.address import Address
from reconciler.model.merged import Merged, Part
from reconciler.model.outcome import Done, Lost, Outcome
from reconciler.model.shard import Shard

ORDER: Final = (9, 130, 143, 8, 3, 1)
"""Exit codes once something may have been sent, the first that is the case wins (contract, section 6.1)."""
LOST: Final = 9
IN_PART: Final = 3
ERROR: Final = 1


def merge(parts: Iterable[Part]) -> Merged:
    """Merge runs. Raises ValueError when some are shares of different divisions."""
    told = sorted({part.run: part for part in parts}.values(), key=lambda part: part.run)
    fates: dict[Address, Outcome] = {}
    for part in told:
        fates.update((outcome.address, outcome) for outcome in part.outcomes)
    missing = _missing(told)
    return Merged(
        runs=tuple(part.run for part in told),
        outcomes=tuple(sorted(fates.values(), key=lambda each: each.address.rank)),
        withheld=tuple({each.address: each for part in told for each in part.withheld}.values()),
        withheld_count=sum(part.withheld_count for part in _standing(told)),
        exit_code=_first({*_codes(told), *_implied(fates.values()), *((IN_PART,) if missing else ())}),
        missing=missing,
    )


def _standing(parts: Sequence[Part]) -> list[Part]:
    """Leave out runs that a later one went on with."""
    return [
        part
        for nth, part in enumerate(parts)
        if not any(_goes_on_with(later, part) for later in parts[nth + 1 :])
    ]


def _goes_on_with(later: Part, part: Part) -> bool:
    """Tell whether a run resumed another: one of the same share, or for everything what that one had left."""
    if not later.resumes:
        return False
    spoken_of = {outcome.address for outcome in later.outcomes}
    return later.shard == part.shard or any(each.address in spoken_of for each in part.outcomes)


def _codes(parts: Sequence[Part]) -> Iterable[int]:
    return (part.exit_code for part in _standing(parts))


def _implied(outcomes: Iterable[Outcome]) -> Iterable[int]:
    """Give the codes that outcomes alone call for."""
    for outcome in outcomes:
        if isinstance(outcome, Lost):
            yield LOST
        elif not isinstance(outcome, Done):
            yield IN_PART


def _first(codes: set[int]) -> int:
    failed = codes - {0}
    return next((code for code in ORDER if code in failed), ERROR if failed else 0)


def _missing(parts: Sequence[Part]) -> tuple[Shard, ...]:
    """Name the shares of which there is no run."""
    shards = {part.shard for part in parts if part.shard is not None}
    counts = sorted({shard.count for shard in shards})
    if len(counts) > 1:
        raise ValueError(f"the runs are shares of different divisions: of {counts[0]} and of {counts[1]}")
    return tuple(
        shard
        for count in counts
        for shard in (Shard(number, count) for number in range(1, count + 1))
        if shard not in shards
    )
