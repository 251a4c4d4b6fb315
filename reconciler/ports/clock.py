"""Clock: time, passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, passed in: what the stages know of it."""

    now: Callable[[], datetime]
    """The present moment, aware, in UTC."""
    sleep: Callable[[float], None]
    """Wait some seconds."""
    verify_for: timedelta = timedelta(seconds=30)
    """How long a verifying read is repeated while an order's update_time has not moved (contract, section 5).
    """
    settle_for: timedelta = timedelta(seconds=10)
    """How long a complete walk is repeated before an order that it does not show counts as not made
    (contract, section 6.4).
    """
