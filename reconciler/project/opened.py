"""Opened: one target of a repository, and the ways to what is remembered of it and to itself.

The wire and the store are imported when they are used: what only reads manifests has neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.history import RunFacts
from reconciler.model.plan import TargetName
from reconciler.model.record import Record
from reconciler.model.room import MEMORY, Room
from reconciler.model.shard import Shard
from reconciler.pipeline import Declared
from reconciler.project.facts import run_facts
from reconciler.project.leasing import Patience, holding
from reconciler.project.opening import manifests_of, target_in
from reconciler.project.watch import Watch
from reconciler.settings import Chosen
from reconciler.store.absence import is_absent
from reconciler.store.scope import Scope

if TYPE_CHECKING:
    from reconciler.store import ReadOnlyStore, WritableStore
    from reconciler.targets.altcraft import Altcraft


@dataclass(frozen=True, slots=True)
class Opened:
    """A target that was chosen, and the environment that holds its tokens.

    Nothing is open for longer than a block.
    """

    chosen: Chosen
    environment: Mapping[str, str]
    shard: Shard | None = None
    """Which share of the work is meant; None: all of it."""

    @classmethod
    def at(cls, folder: Path, target: str | None, environment: Mapping[str, str]) -> Opened:
        """Find the settings from this folder upwards and choose a target.

        Raises `Stop` with everything that is wrong with the settings, `Misused` when it is not clear which
        target is meant.
        """
        return cls(target_in(folder, target, environment), environment)

    def shared(self, shard: Shard | None) -> Opened:
        """Give the same target for one share of the work; None leaves it as it is."""
        return self if shard is None else replace(self, chosen=self.chosen.shared(shard), shard=shard)

    @property
    def target(self) -> TargetName:
        """The target as every report names it."""
        return self.chosen.target

    @property
    def facts(self) -> RunFacts:
        """Who runs us and where, for the journal."""
        return run_facts(self.environment)

    def declared(self, room: Room = MEMORY) -> Declared:
        """Read the manifests; raises `Stop` with everything that is wrong with them."""
        return manifests_of(self.chosen, room)

    def state(self) -> AbstractContextManager[ReadOnlyStore]:
        """Open the state for reading; one that is not there yet is an empty one."""
        from reconciler.store import open_record

        return open_record(self.chosen.state, self.target.account, self.chosen.project, shard=self.shard)

    def writable(self) -> AbstractContextManager[WritableStore]:
        """Open the state for writing without holding the account: for what concerns the lease itself."""
        from reconciler.store import open_store

        return open_store(self.chosen.state, self.target.account, self.chosen.project, shard=self.shard)

    def record(self) -> Record:
        """Read what is remembered; nothing where there is no state yet."""
        if is_absent(self.chosen.state):
            return Record()
        from reconciler.store.at_rest import record_at_rest

        scope = Scope(self.target.account, self.chosen.project, self.shard)
        found = record_at_rest(self.chosen.state, scope)
        if found is not None:
            return found
        with self.state() as store:
            return store.load()

    def held(
        self, purpose: str, watch: Watch, patience: Patience | None = None
    ) -> AbstractContextManager[WritableStore]:
        """Hold the account, or this share of it, while the block lasts; raises `Stop` when it cannot be."""
        return holding(self.chosen, purpose, self.facts, watch, patience, shard=self.shard)

    @contextmanager
    def reading(self, watch: Watch) -> Iterator[Altcraft]:
        """Reach the target with the token that only reads, where there is one. Raises `Denied`."""
        from reconciler.settings.connect import connect

        with (
            watch.at_work(),
            connect(self.chosen, self.environment, watch.waiting, watch.sleep, reading=True) as reached,
        ):
            yield reached

    @contextmanager
    def writing(self, watch: Watch, *, quiet: bool = False) -> Iterator[Altcraft]:
        """Reach the target with the token that writes; once `watch` is asked to end, no write leaves.

        `quiet` skips triggers on every import. Raises `Denied`.
        """
        from reconciler.settings.connect import connect

        chosen = self.chosen.quiet() if quiet else self.chosen
        with (
            watch.at_work(),
            connect(
                chosen, self.environment, watch.waiting, watch.sleep, stopped=watch.stop.is_set
            ) as reached,
        ):
            yield reached
