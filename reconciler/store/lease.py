"""Lease: an account that is held, and the thread that gives signs of life while it is.

The thread only tells: what keeps a holder that was taken over from writing is the fence, which every write
checks in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Protocol

from reconciler.model.lease import Holder
from reconciler.store.errors import LeaseLost, StoreError
from reconciler.store.leases import HEARTBEAT


class Keeper(Protocol):
    """Where a lease is kept."""

    def beat(self, fence: int) -> bool:
        """Give a sign of life; tells whether somebody asked this holder to stop. Raises StoreError."""
        ...

    def release(self, fence: int) -> bool:
        """Give the account back; tells whether this fence held it. Raises StoreError."""
        ...


class Lease:
    """An account that this process holds."""

    def __init__(self, keeper: Keeper, holder: Holder) -> None:
        self.holder = holder
        self._keeper = keeper

    @property
    def fence(self) -> int:
        """What every write of this holder bears."""
        return self.holder.fence

    def beat(self) -> bool:
        """Give a sign of life; tells whether somebody asked this holder to stop. Raises StoreError."""
        return self._keeper.beat(self.fence)

    def release(self) -> None:
        """Give the account back. When that cannot be written it expires by itself."""
        with suppress(StoreError):
            self._keeper.release(self.fence)

    @contextmanager
    def kept(self, stop: Event, heard: Callable[[str], None], *, every: float = HEARTBEAT) -> Iterator[None]:
        """Keep it while the block lasts, with a sign of life every so many seconds; then give it back.

        `stop` is set when somebody asked this run to end, or took the lease away; `heard` is told why, from
        the thread of the heartbeat.
        """
        ended = Event()
        thread = Thread(
            target=self._beat_on, args=(ended, stop, heard, every), name="reconciler-lease", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.release()

    def _beat_on(self, ended: Event, stop: Event, heard: Callable[[str], None], every: float) -> None:
        told = False
        while not ended.wait(every):
            try:
                asked = self.beat()
            except LeaseLost as lost:
                heard(f"{lost.message}; nothing new is sent")
                stop.set()
                return
            except StoreError:
                continue  # the next one may get through
            if asked and not told:
                told = True
                heard("somebody asked this run to stop: nothing new is sent, what is in flight is finished")
                stop.set()
