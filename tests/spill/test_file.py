"""The temporary file: nobody else's, without a name, and a clear word where it cannot grow."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reconciler.model.shelf import Words
from reconciler.model.size import LEAST_LIMIT
from reconciler.ports import Unspilled
from reconciler.spill import Disk, disk
from tests.model.test_wishes import SOURCE


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let no file of this process grow above so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_it_has_no_name(tmp_path):
    with disk(LEAST_LIMIT, tmp_path) as room:
        shelf = room.wishes(SOURCE)
        shelf.extend("t.csv", [2], ["1"], ["a"], [shelf.learn(Words("new"))])
        assert not list(tmp_path.iterdir())
        assert "1" in shelf
    assert not list(tmp_path.iterdir())


def test_where_none_can_be_made_the_folder_is_named(tmp_path):
    with pytest.raises(Unspilled, match=r"no temporary file can be made in .*gone") as refused:
        disk(LEAST_LIMIT, tmp_path / "gone").__enter__()
    assert "TMPDIR" in refused.value.advice


def fill(room: Disk) -> None:
    """Wish more than fits into the memory that the file may take."""
    shelf = room.wishes(SOURCE)
    word = shelf.learn(Words("new"))
    for begin in range(0, 2_000_000, 4096):
        ids = [f"{each}" * 4 for each in range(begin, begin + 4096)]
        shelf.extend("t.csv", range(4096), ids, ids, [word] * 4096)


def test_where_it_cannot_grow_the_plan_is_given_up_and_nothing_stays(tmp_path):
    with (
        disk(LEAST_LIMIT, tmp_path) as room,
        no_file_above(1 << 20),
        pytest.raises(Unspilled, match="cannot grow"),
    ):
        fill(room)
    assert not list(tmp_path.iterdir())
