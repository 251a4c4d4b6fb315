"""Aside: what is read in a thread of its own, and what becomes of it when nobody waits."""

from threading import Event

import pytest

from reconciler.project.aside import Forsaken, aside


def test_what_was_read_aside_is_given_where_it_is_waited_for():
    with aside(lambda _: 41 + 1) as reading:
        assert reading.result() == 42


def test_what_was_raised_aside_is_raised_where_it_is_waited_for():
    def broken(_: object) -> None:
        raise ValueError("no")

    with aside(broken) as reading, pytest.raises(ValueError, match="no"):
        reading.result()


def test_what_nobody_waits_for_ends_at_its_next_step():
    left, ended = Event(), Event()

    def endless(go_on):
        try:
            left.wait(10)
            while True:
                go_on()
        except Forsaken:
            ended.set()
            raise

    with pytest.raises(KeyError), aside(endless):
        raise KeyError
    left.set()
    assert ended.wait(10)
