"""Pace: how many requests are in flight and how closely they follow, one limiter for all that a wire sends.

It starts at the ceilings that the settings give and never goes above them. Where the server pushes back the
number in flight is halved, and with a ceiling per second the rate too; after a run of answers that were fine
it is raised by a small step. Halving comes once for all that were under way together: eight refusals of one
burst are one piece of news, not eight.

What counts as pushing back stands in the table of `patience`; here it only has its consequences.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final

from reconciler.wire.patience import LONGEST_WAIT, Slower

RUN: Final = 4
"""How many fine answers for each request in flight raise the pace by a step."""
STEPS: Final = 10
"""In how many steps the rate climbs from nothing to its ceiling."""
SLOWEST: Final = 1 / LONGEST_WAIT
"""Requests per second below which the rate is not lowered: waits have a ceiling."""


class Pace:
    """Lets requests go. Its methods may be called from several threads."""

    def __init__(
        self,
        at_once: int,
        per_second: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Take the ceilings; 0 a second is none. Clock and sleep count in seconds."""
        self._most, self._at_once = at_once, at_once
        self._fastest, self._per_second = per_second, per_second
        self._monotonic, self._sleep = monotonic, sleep
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._in_flight = 0
        self._fine = 0
        self._lowered = 0
        self._following = monotonic()
        self._held_until: float | None = None

    @property
    def at_once(self) -> int:
        """How many requests may be in flight now."""
        return self._at_once

    @property
    def per_second(self) -> float:
        """How many requests may leave in a second now; 0: as many as will."""
        return self._per_second

    @property
    def is_lowered(self) -> bool:
        """Tell whether it is below its ceilings."""
        return self._at_once < self._most or self._per_second < self._fastest

    def enter(self, *, again: bool = False) -> int:
        """Wait until the next request may leave; gives what `leave` has to be told with its end.

        Requests are spaced evenly: a pause earns no burst afterwards. One that is sent `again` has done its
        own waiting already; all others wait too while the server wants to be left alone.
        """
        self._take_place()
        try:
            with self._lock:
                entered, pause = self._lowered, self._pause(again=again)
            if pause > 0:
                self._sleep(pause)
        except BaseException:
            self._give_back()
            raise
        return entered

    def enter_at_once(self) -> int | None:
        """Let the next request leave where it has nothing to wait for, else give None; then `enter` waits."""
        with self._lock:
            waits = self._waiting or self._per_second or self._held_until is not None
            if waits or self._in_flight >= self._at_once:
                return None
            self._in_flight += 1
            return self._lowered

    def leave(self, entered: int, slower: Slower | None = None, asked: float | None = None) -> bool:
        """Give back the place of a request; tells whether the pace was lowered.

        `slower` is what its fault says of the pace, None for an answer that was fine. `asked`: for so many
        seconds the server wants to be left alone.
        """
        with self._lock:
            load, lowered = self._in_flight, False
            if slower is None:
                self._succeed()
            else:
                self._fine = 0
                if slower is Slower.ALWAYS or (slower is Slower.UNDER_LOAD and load > 1):
                    lowered = self._lower(entered, load)
                if slower is Slower.ALWAYS and asked:
                    until = self._monotonic() + min(asked, LONGEST_WAIT)
                    self._held_until = max(self._held_until or until, until)
        self._give_back()
        return lowered

    def _take_place(self) -> None:
        """Wait for a place, first come, first served: else one that was refused might never get its turn."""
        with self._lock:
            if self._in_flight < self._at_once and not self._waiting:
                self._in_flight += 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:
            with self._lock:
                given = turn not in self._waiting
                if not given:
                    self._waiting.remove(turn)
            if given:
                self._give_back()
            raise

    def _give_back(self) -> None:
        """Hand places to those who wait, so that nobody who comes later takes them."""
        with self._lock:
            self._in_flight -= 1
            while self._waiting and self._in_flight < self._at_once:
                self._in_flight += 1
                self._waiting.popleft().release()

    def _pause(self, *, again: bool) -> float:
        """Give the seconds until the next request may leave, and take that moment."""
        if not self._per_second and self._held_until is None:
            return 0.0
        leaves = now = self._monotonic()
        if self._held_until is not None:
            if now >= self._held_until:
                self._held_until = None
            elif not again:
                leaves = self._held_until
        if self._per_second:
            leaves = max(leaves, self._following)
            self._following = leaves + 1 / self._per_second
        return leaves - now

    def _lower(self, entered: int, load: int) -> bool:
        if entered != self._lowered:
            return False
        at_once = max(1, min(self._at_once, load) // 2) if load > 1 else self._at_once
        per_second = max(min(SLOWEST, self._fastest), self._per_second / 2) if self._per_second else 0.0
        changed = (at_once, per_second) != (self._at_once, self._per_second)
        self._at_once, self._per_second = at_once, per_second
        self._lowered += 1
        return changed

    def _succeed(self) -> None:
        if not self.is_lowered:
            return
        self._fine += 1
        if self._fine >= RUN * self._at_once:
            self._fine = 0
            self._at_once = min(self._most, self._at_once + 1)
            self._per_second = min(self._fastest, self._per_second + self._fastest / STEPS)
