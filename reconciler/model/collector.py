"""The garbage collector, paused while much is built that holds no cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from walking a growing heap again and again; one inside another is fine.

    In a plan of 100,000 lines it takes a tenth of the time and finds nothing: the model holds no cycle.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
