"""Thread: blocking work for a coroutine, that ends in good order when the coroutine is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from reconciler.project.stopping import stopping
from reconciler.project.watch import Watch

FoundT = TypeVar("FoundT")


async def in_thread(work: Callable[[], FoundT], watch: Watch) -> FoundT:
    """Do it in a thread of its own; raises what it raises, as a `Stop` where it could not go on.

    When this is cancelled the work is asked to end, and waited for, however often it is cancelled: what is in
    flight has to be put on record. What it raises then is dropped, for nobody waits for it any more.
    """

    def guarded() -> FoundT:
        with stopping():
            return work()

    watch.stop = Event()
    with ThreadPoolExecutor(1, thread_name_prefix="reconciler") as threads:
        going = asyncio.wrap_future(threads.submit(guarded))
        try:
            return await asyncio.shield(going)
        except asyncio.CancelledError:
            watch.stop.set()
            await _end_of(going)
            raise


async def _end_of(going: asyncio.Future[FoundT]) -> None:
    while not going.done():
        try:
            await asyncio.wait([going])
        except asyncio.CancelledError:
            continue
    if not going.cancelled():
        going.exception()
