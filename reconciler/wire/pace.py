"""Pace: a ceiling on requests per second, shared by every thread that uses one wire.

A wire only calls its pace before each attempt; what makes the pace may change without it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


def paced(
    per_second: float, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Callable[[], None]:
    """Give a function that returns when the next request may leave; at 0 it always returns at once.

    Requests are spaced evenly: a pause earns no burst afterwards. Clock and sleep count in seconds.
    """
    if per_second <= 0:
        return _at_once
    spacing = 1 / per_second
    lock = Lock()
    following = monotonic()

    def wait() -> None:
        nonlocal following
        with lock:
            now = monotonic()
            mine = max(now, following)
            following = mine + spacing
        if mine > now:
            sleep(mine - now)

    return wait


def _at_once() -> None:
    return None
