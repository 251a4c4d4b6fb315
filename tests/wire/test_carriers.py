"""Carriers: each thread has one of its own, and none stays open for a thread that is no more."""

from __future__ import annotations

from threading import Thread

import pytest

from reconciler.wire.carriers import Arrived, Carriers, Outgoing


class Kept:
    """A connection that tells whether it is closed."""

    is_closed = False

    def carry(self, _: Outgoing) -> Arrived:
        raise AssertionError("nothing is sent here")

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("joined", [False, True])
def test_what_an_ended_thread_had_is_closed_when_another_begins_unless_all_are_one(joined: bool) -> None:
    opened: list[Kept] = []

    def begin() -> Kept:
        opened.append(Kept())
        return opened[-1]

    carriers = Carriers(begin, joined=joined)
    assert carriers.own is carriers.own is opened[0]
    for _ in range(3):
        thread = Thread(target=lambda: carriers.own)
        thread.start()
        thread.join()
    assert [each.is_closed for each in opened] == [False, not joined, not joined, False]
    carriers.close()
    assert all(each.is_closed for each in opened)
