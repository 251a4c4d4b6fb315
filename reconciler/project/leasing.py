"""Leasing: the account is held for as long as something may be written for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, Literal

from reconciler.model.diagnostic import error, note
from reconciler.model.history import RunFacts
from reconciler.model.lease import Held
from reconciler.model.shard import Shard
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.reports.text.lease import holder_line
from reconciler.settings import Chosen

if TYPE_CHECKING:
    from reconciler.store import WritableStore

ASKED_EVERY: Final = 1.0
"""Seconds between two looks at a lease that is waited for."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What to do about an account that somebody else holds."""

    manner: Literal["fail", "wait", "skip"] = "fail"
    seconds: float | None = None
    """How long to wait at most; None: for ever."""

    def __post_init__(self) -> None:
        """Raise ValueError for a manner that there is not, or a time that has passed before it began."""
        if self.manner not in {"fail", "wait", "skip"}:
            raise ValueError(f"patience {self.manner!r}: there are fail, wait and skip")
        if self.seconds is not None and self.seconds < 0:
            raise ValueError(f"patience of {self.seconds} seconds")


@contextmanager
def holding(
    chosen: Chosen,
    purpose: str,
    facts: RunFacts,
    watch: Watch,
    patience: Patience | None = None,
    *,
    shard: Shard | None = None,
) -> Iterator[WritableStore]:
    """Open the state and hold the account, or a share of it, while the block lasts.

    `watch.stop` is set when the run has to end early. Raises `Stop` when somebody else holds the account:
    exit 7, or 0 where that is to be skipped.
    """
    from reconciler.store import open_store

    patience = patience or Patience()
    with open_store(chosen.state, chosen.target.account, chosen.project, shard=shard) as store:
        lease = store.take(purpose, facts)
        if isinstance(lease, Held) and patience.manner == "wait":
            until = _until(patience.seconds)
            while isinstance(lease, Held) and until():
                watch.kept_out(lease.holder)
                watch.sleep(ASKED_EVERY)
                if watch.stop.is_set():
                    raise Stop(
                        watch.exit_code or codes.INTERRUPTED, (error("interrupted; nothing was sent"),)
                    )
                lease = store.take(purpose, facts)
        if isinstance(lease, Held):
            raise refusal(lease, chosen, patience)
        with lease.kept(watch.stop, watch.warning):
            yield store


def _until(seconds: float | None, clock: Callable[[], float] = monotonic) -> Callable[[], bool]:
    """Give what tells whether there is still time to wait."""
    began = clock()
    return lambda: seconds is None or clock() - began < seconds


def refusal(lease: Held, chosen: Chosen, patience: Patience) -> Stop:
    """Make the stop for an account that somebody else holds."""
    said = f"{chosen.target.account} is held by {holder_line(lease.holder)}"
    if patience.manner == "skip":
        return Stop(codes.DONE, (note(f"skipped, nothing was sent: {said}"),))
    return Stop(codes.HELD, (error(said, advice=_advice(lease, chosen.target.name)),))


def _advice(lease: Held, target: str) -> str:
    ways = ["wait with --if-locked wait"]
    if lease.holder.run is not None:
        ways.append(f"`reconciler runs stop {lease.holder.run} -t {target}` asks it to end")
    if not lease.alive:
        ways.append(f"`reconciler state unlock -t {target}` when you know that it is dead")
    return "; ".join(ways)
