"""Committer: one thread that owns the connection and puts on disk, with one commit, all that waits for it.

A commit costs a wait for the disk, so side by side callers share it: while one group is being written the
next one gathers. A thread of its own, because an interrupt is raised in the main thread and must not be able
to cut a transaction that others wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from reconciler.store.database import Database
from reconciler.store.errors import StoreError

ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")

LINGER: Final = 0.005
"""Seconds that a result which nobody waits for may wait for company."""

Guard = Callable[[Connection], None]
"""Raises StoreError when nothing may be written, and makes sure of it until the transaction ends."""


class _Result(Protocol):
    """Who is told of a deed's end."""

    ended: bool

    def end(self, value: Any = None, fault: BaseException | None = None) -> None:
        """Hear what came of it, once."""
        ...


class _Awaited:
    """A result that one thread waits for: a bare lock, for there are thousands, and a Future costs more."""

    __slots__ = ("_fault", "_turn", "_value", "ended")

    def __init__(self) -> None:
        self.ended = False
        self._value: Any = None
        self._fault: BaseException | None = None
        self._turn = Lock()
        self._turn.acquire()

    def end(self, value: Any = None, fault: BaseException | None = None) -> None:
        """Let the thread go that waits."""
        self._value, self._fault, self.ended = value, fault, True
        self._turn.release()

    def wait(self) -> Any:
        """Give the value, or raise the fault, once there is one."""
        self._turn.acquire()
        if self._fault is not None:
            raise self._fault
        return self._value


class _Promised:
    """A result that nobody waits for; only a fault is heard."""

    __slots__ = ("_judge", "ended")

    def __init__(self, judge: Callable[[BaseException], None]) -> None:
        self.ended = False
        self._judge = judge

    def end(self, value: Any = None, fault: BaseException | None = None) -> None:
        """Hear of a fault."""
        del value
        self.ended = True
        if fault is not None:
            self._judge(fault)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What a caller wants done, and who is told of its end."""

    run: Callable[[Connection], Any]
    result: _Result
    guard: Guard | None
    write: Callable[[Connection, Sequence[Any]], None] | None = None
    """What writes the items of all deeds of one kind at once; None: the deed stands for itself."""
    item: Any = None


class Committer:
    """Runs deeds in transactions."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database
        self._waiting: SimpleQueue[_Deed | None] = SimpleQueue()
        self._lock = Lock()
        self._open = True
        self._broken: StoreError | None = None
        self._thread = Thread(target=self._work, name="reconciler-store", daemon=True)
        self._thread.start()

    def do(self, deed: Callable[[Connection], ResultT], guard: Guard | None = None) -> ResultT:
        """Run a deed in a transaction and give its result once it is on disk.

        The guard goes before it in the same transaction, once for all that share it.

        A deed may be run again when another one of its group failed. Raises StoreError when it could not be
        done; then it left nothing behind.
        """
        result = _Awaited()
        self._put(_Deed(deed, result, guard))
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
        result = _Awaited()
        self._put(_Deed(lambda connection: write(connection, [item]), result, guard, write, item))
        result.wait()

    def promise(
        self,
        write: Callable[[Connection, Sequence[ItemT]], None],
        item: ItemT,
        guard: Guard | None = None,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        """Take an item to be written as `share` does, and do not wait.

        It is on disk before any item that is handed in later. A promise that could not be kept breaks those
        that follow: `broken` is called, and every later item gets its StoreError.
        """
        self.check()
        result = _Promised(lambda fault: self._judge(fault, broken))
        self._put(_Deed(lambda connection: write(connection, [item]), result, guard, write, item))

    def check(self) -> None:
        """Raise the StoreError of a promise that could not be kept."""
        if self._broken is not None:
            raise self._broken

    def _judge(self, fault: BaseException, broken: Callable[[], None]) -> None:
        broken()
        if self._broken is None and isinstance(fault, StoreError):
            self._broken = fault

    def _put(self, deed: _Deed) -> None:
        with self._lock:
            if not self._open:
                raise StoreError(f"the state {self._database.name} is closed")
            self._waiting.put(deed)

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

    def _groups(self) -> Iterator[list[_Deed]]:
        """Give what waits, all of it at a time, until there is nothing more to come."""
        while (first := self._waiting.get()) is not None:
            group = [first]
            going_on = self._gather(group)
            yield group
            if not going_on:
                return

    def _gather(self, group: list[_Deed]) -> bool:
        """Add to a group what waits already; tells whether more may come.

        A promise alone lingers for the deed that its thread is about to hand in: one commit instead of two.
        """
        awaited = isinstance(group[0].result, _Awaited)
        while True:
            try:
                following = self._waiting.get_nowait() if awaited else self._waiting.get(timeout=LINGER)
            except Empty:
                return True
            if following is None:
                return False
            group.append(following)
            awaited = awaited or isinstance(following.result, _Awaited)

    def _settle(self, group: Sequence[_Deed]) -> None:
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

    def _run(self, group: Sequence[_Deed]) -> list[Any]:
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

    def _left(self) -> Iterator[_Deed]:
        while not self._waiting.empty():
            deed = self._waiting.get()
            if deed is not None:
                yield deed

    def _abandon(self, deeds: Iterable[_Deed]) -> None:
        """Let nobody wait for ever, not even when a deed raised what no deed should."""
        for deed in deeds:
            if not deed.result.ended:
                deed.result.end(
                    fault=StoreError(f"the state {self._database.name} was closed before it was written")
                )
