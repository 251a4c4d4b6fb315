"""Archive: the whole record of an account as one value, to be moved from one database to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.history import RunStory
from reconciler.model.record import Baseline, Memory


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory, and the project whose it is."""

    project: str
    memory: Memory


@dataclass(frozen=True, slots=True)
class Mark:
    """A `hold: once` wish that is done: for which status, in which run, and whose wish it was."""

    project: str
    status: str
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Everything that is remembered of an account, for all of its projects."""

    account: str
    memories: Mapping[Address, Kept] = field(default_factory=dict)
    marks: Mapping[Address, Mark] = field(default_factory=dict)
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    runs: tuple[RunStory, ...] = ()

    @property
    def in_doubt(self) -> frozenset[tuple[int, int]]:
        """Run and number of every write of which nobody knows what became of it.

        The same rule as for a state: no outcome or a lost one, not settled by hand, and nothing that was
        answered later.
        """
        open_writes: dict[Address, set[tuple[int, int]]] = {}
        for story in sorted(self.runs, key=lambda each: each.row.id):
            for write in sorted(story.writes, key=lambda each: each.number):
                if write.outcome in {None, "lost"} and write.settled_by is None:
                    open_writes.setdefault(write.address, set()).add((write.run, write.number))
                elif write.outcome in {"done", "failed"}:
                    open_writes.pop(write.address, None)
        return frozenset(key for keys in open_writes.values() for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import brought into a state."""

    memories: int = 0
    marks: int = 0
    runs: int = 0
    in_doubt: int = 0
    older: int = 0
    """Memories that were left out, because the state knew something newer."""
    foreign: int = 0
    """Memories that were left out, because another project holds the address."""
    renumbered_by: int = 0
    """What was added to the numbers of the runs; 0: they kept them."""
