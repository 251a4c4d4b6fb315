"""Leasing: the state is opened and the account held for as long as a command may write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any, Final

import click

from reconciler.cli import codes
from reconciler.cli.console import Console
from reconciler.cli.facts import run_facts
from reconciler.cli.options import option, together
from reconciler.cli.progress import HEARTBEAT
from reconciler.cli.stop import Stop
from reconciler.model.diagnostic import error, note
from reconciler.model.lease import Held
from reconciler.reports.text.lease import holder_line
from reconciler.settings import Chosen, Misused
from reconciler.store import WritableStore, open_store

ASKED_EVERY: Final = 1.0
"""Seconds between two looks at a lease that is waited for."""

lease_options = together(
    option(
        "--if-locked",
        type=click.Choice(["fail", "wait", "skip"]),
        help="When somebody else holds the account: fail (exit 7), wait, or skip (exit 0).  [default: fail]",
    ),
    option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="How long to wait for the account; for ever when left out.",
    ),
)


@dataclass(frozen=True, slots=True)
class Patience:
    """What to do about an account that somebody else holds."""

    manner: str = "fail"
    seconds: float | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Patience:
        """Read the options; a time-out alone means to wait. Raises `Misused`."""
        manner, seconds = options["if_locked"], options["lock_timeout"]
        if seconds is not None and manner in {"fail", "skip"}:
            raise Misused(
                f"--lock-timeout and --if-locked {manner} contradict each other",
                "a time-out goes with --if-locked wait",
            )
        return cls(manner or ("fail" if seconds is None else "wait"), seconds)


@contextmanager
def held(
    chosen: Chosen, purpose: str, console: Console, stop: Event, patience: Patience | None = None
) -> Iterator[WritableStore]:
    """Open the state and hold the account while the block lasts.

    `stop` is set when the run has to end early. Raises `Stop` when somebody else holds the account: exit 7,
    or 0 where that is to be skipped.
    """
    with open_store(chosen.state, chosen.target.account, chosen.project) as store:
        facts = run_facts()
        lease = store.take(purpose, facts)
        patience = patience or Patience()
        if isinstance(lease, Held) and patience.manner == "wait":
            waiting = _Waiting(console, patience.seconds)
            while isinstance(lease, Held) and waiting.goes_on(lease):
                stop.wait(ASKED_EVERY)
                lease = store.take(purpose, facts)
        if isinstance(lease, Held):
            raise refusal(lease, chosen, patience)
        with lease.kept(stop, console.warn):
            yield store


class _Waiting:
    """How long has been waited, told now and then."""

    def __init__(
        self, console: Console, seconds: float | None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._console = console
        self._clock = clock
        self._started = clock()
        self._seconds = seconds
        self._told: float | None = None

    def goes_on(self, lease: Held) -> bool:
        now = self._clock()
        if self._seconds is not None and now - self._started >= self._seconds:
            return False
        if self._told is None or now - self._told >= HEARTBEAT:
            self._told = now
            self._console.say(f"waiting for {holder_line(lease.holder)}")
        return True


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
