"""Committer: one thread that owns the connection and puts on disk, with one commit, all that waits for it.

A commit costs a wait for the disk, so side by side callers share it: while one group is being written the
next one gathers. A thread of its own, because an interrupt is raised in the main thread and must not be able
to cut a transaction that others wait for.

To wake a thread costs more than a row. So a promise wakes none: it lies ready until somebody hands in what is
waited for, which most often is who promised, at once. Where nobody does, as between the requests of a slow
run, it goes to disk after a moment. Only where nothing came for long the thread sleeps, and has to be woken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from reconciler.store.database import Database
from reconciler.store.deed import Awaited, Deed, Guard, Promised
from reconciler.store.errors import StoreError

__all__ = ["Committer", "Guard"]

ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")

LINGER: Final = 0.005
"""Seconds that a promise may wait for company: what a killed run may not have written of answers it got."""


PATIENCE: Final = 20
"""How many times the thread looks for promises in vain before it sleeps until it is woken."""


class Committer:
    """Runs deeds in transactions."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database
        self._waiting: SimpleQueue[Deed | None] = SimpleQueue()
        self._promised: deque[Deed] = deque()
        self._lock = Lock()
        self._open = True
        self._asleep = False
        self._broken: StoreError | None = None
        self._thread = Thread(target=self._work, name="reconciler-store", daemon=True)
        self._thread.start()

    def do(self, deed: Callable[[Connection], ResultT], guard: Guard | None = None) -> ResultT:
        """Run a deed in a transaction and give its result once it is on disk.

        The guard goes before it in the same transaction, once for all that share it.

        A deed may be run again when another one of its group failed. Raises StoreError when it could not be
        done; then it left nothing behind.
        """
        result = Awaited()
        self._put(Deed(deed, result, guard))
        done: ResultT = result.wait()
        return done

    def share(
        self,
        write: Callable[[Connection, Sequence[ItemT]], None],
        item: ItemT,
        guard: Guard | None = None,
    ) -> None:
        """Write an item together with those that others hand to the same `write` meanwhile.

        A statement costs more than a row, so a group of a hundred writes sends a handful of statements. Fails
        as `do` does; then each item of the group is written alone.
        """
        self.check()
        result = Awaited()
        self._put(Deed(lambda connection: write(connection, [item]), result, guard, write, item))
        result.wait()

    def promise(
        self,
        write: Callable[[Connection, Sequence[ItemT]], None],
        item: ItemT,
        guard: Guard | None = None,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        """Take an item to be written as `share` does, and do not wait.

        It is on disk before any item that is handed in later, and after `LINGER` where none is: who has to
        know waits for a deed, be it an empty one. A promise that could not be kept breaks those that follow:
        `broken` is called, and every later item gets its StoreError.
        """
        self.check()
        result = Promised(lambda fault: self._judge(fault, broken))
        with self._lock:
            self._make_sure_it_is_open()
            self._promised.append(
                Deed(lambda connection: write(connection, [item]), result, guard, write, item)
            )
            if self._asleep:
                self._waiting.put(Deed(lambda _: None, Promised(lambda _: None), None))

    def check(self) -> None:
        """Raise the StoreError of a promise that could not be kept."""
        if self._broken is not None:
            raise self._broken

    def _judge(self, fault: BaseException, broken: Callable[[], None]) -> None:
        broken()
        if self._broken is None and isinstance(fault, StoreError):
            self._broken = fault

    def _put(self, deed: Deed) -> None:
        with self._lock:
            self._make_sure_it_is_open()
            self._waiting.put(deed)

    def _make_sure_it_is_open(self) -> None:
        if not self._open:
            raise StoreError(f"the state {self._database.name} is closed")

    def close(self) -> None:
        """Finish what waits and let go of the database; more than once is harmless."""
        with self._lock:
            self._open = False
            self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            for group in self._groups():
                self._settle(group)
        finally:
            with self._lock:
                self._open = False
            self._abandon(self._left())
            self._database.close(self._connection)

    def _groups(self) -> Iterator[list[Deed]]:
        """Give what waits, all of it at a time, until there is nothing more to come."""
        going_on = True
        while going_on:
            waiting = self._first()
            while not self._waiting.empty():
                waiting.append(self._waiting.get_nowait())
            going_on = None not in waiting
            # Taken last, for whoever waits may have promised something before.
            promised = [self._promised.popleft() for _ in range(len(self._promised))]
            group = promised + [deed for deed in waiting if deed is not None]
            if group:
                yield group

    def _first(self) -> list[Deed | None]:
        """Wait for something, and no longer than a promise may wait: asleep, for as long as it takes."""
        for _ in range(PATIENCE):
            with suppress(Empty):
                return [self._waiting.get(timeout=LINGER)]
            if self._promised:
                return []
        self._asleep = True
        try:  # what was promised before that was said is seen here, what is promised after it wakes
            return [] if self._promised else [self._waiting.get()]
        finally:
            self._asleep = False

    def _settle(self, group: Sequence[Deed]) -> None:
        """Commit a group; when that fails each deed goes alone, and only the guilty one gets the fault.

        But what is written after a promise that could not be kept must not be on disk without it.
        """
        try:
            if any(deed.write is not None for deed in group):
                self.check()
            with self._transaction():
                for guard in {deed.guard for deed in group if deed.guard is not None}:
                    guard(self._connection)
                results = self._run(group)
            for deed, result in zip(group, results, strict=True):
                deed.result.end(result)
        except (StoreError, SQLAlchemyError) as fault:
            if len(group) == 1:
                told = fault if isinstance(fault, StoreError) else self._unforeseen(fault)
                group[0].result.end(fault=told)
            else:
                for deed in group:
                    self._settle([deed])
        finally:
            self._abandon(group)

    def _unforeseen(self, fault: SQLAlchemyError) -> StoreError:
        kind = type(fault).__name__
        return StoreError(f"the state {self._database.name} could not be used: {kind}", "Run it again.")

    def _run(self, group: Sequence[Deed]) -> list[Any]:
        """Run what stands for itself, then write the items that were handed in together."""
        if len(group) == 1:
            return [group[0].run(self._connection)]
        shared: dict[Callable[[Connection, Sequence[Any]], None], list[Any]] = {}
        results = []
        for deed in group:
            if deed.write is None:
                results.append(deed.run(self._connection))
            else:
                shared.setdefault(deed.write, []).append(deed.item)
                results.append(None)
        for write, items in shared.items():
            write(self._connection, items)
        return results

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._connection.begin():
                yield
        except DBAPIError as fault:
            raise self._database.explained(fault) from fault

    def _left(self) -> Iterator[Deed]:
        yield from self._promised
        while not self._waiting.empty():
            deed = self._waiting.get()
            if deed is not None:
                yield deed

    def _abandon(self, deeds: Iterable[Deed]) -> None:
        """Let nobody wait for ever, not even when a deed raised what no deed should."""
        for deed in deeds:
            if not deed.result.ended:
                deed.result.end(
                    fault=StoreError(f"the state {self._database.name} was closed before it was written")
                )
