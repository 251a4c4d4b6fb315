"""Deed: what a caller of the committer wants done, and who is told of its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import Connection

Guard = Callable[[Connection], None]
"""Raises StoreError when nothing may be written, and makes sure of it until the transaction ends."""


class Result(Protocol):
    """Who is told of a deed's end."""

    ended: bool

    def end(self, value: Any = None, fault: BaseException | None = None) -> None:
        """Hear what came of it, once."""
        ...


class Awaited:
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


class Promised:
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
class Deed:
    """What a caller wants done, and who is told of its end."""

    run: Callable[[Connection], Any]
    result: Result
    guard: Guard | None
    write: Callable[[Connection, Sequence[Any]], None] | None = None
    """What writes the items of all deeds of one kind at once; None: the deed stands for itself."""
    item: Any = None
