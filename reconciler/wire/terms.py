"""Terms: on what terms a wire works, and what it takes from the world around it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of a server at once."""

    concurrency: int = 8
    """Requests in flight."""
    timeout: float = 30.0
    """Seconds for one request, the reading of its answer included."""
    requests_per_second: float = 0.0
    """A ceiling; 0 is none."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _goes_on() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ambient:
    """Time and chance, passed in."""

    now: Callable[[], datetime] = _utc_now
    """Aware, in UTC; read only for a `Retry-After` date of a server that sends no `Date`."""
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = SystemRandom().random
    """From 0 to 1, for the jitter of waits."""
    stopped: Callable[[], bool] = _goes_on
    """Tells that the run is to stop, so that no write leaves any more."""


USUAL: Final = Limits()
REAL: Final = Ambient()
"""The machine's own clock and chance."""
