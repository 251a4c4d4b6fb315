"""A state in a real database, a clock that only tests move, and a folder that even root may not write to.

A test that asks for `url` or `store` runs over each database, one that asks for `path` over a file alone.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from reconciler.store import WritableStore, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def pytest_generate_tests(metafunc: pytest.Metafunc):
    if "database" in metafunc.fixturenames:
        databases = ["sqlite"] if "path" in metafunc.fixturenames else ["sqlite", "postgresql"]
        metafunc.parametrize("database", databases, scope="function")


@pytest.fixture
def url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if database == "sqlite":
        return f"sqlite:///{tmp_path}/state.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that is one second further each time it is asked."""
    seconds = count()
    return lambda: datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=next(seconds))


@pytest.fixture
def store(url: str, now: Callable[[], datetime]) -> Iterator[WritableStore]:
    with open_store(url, "acme", now=now) as opened:
        yield opened


@contextmanager
def _as_nobody() -> Iterator[None]:
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.fixture
def locked_copy() -> Iterator[Callable[[Path], Path]]:
    """Copies a file, and what lies beside it, to a folder where it can be read and nothing be written."""
    folder = Path(tempfile.mkdtemp(prefix="locked-"))

    def lock(original: Path) -> Path:
        for each in original.parent.glob(f"{original.name}*"):
            shutil.copyfile(each, folder / each.name)
            (folder / each.name).chmod(0o444)
        folder.chmod(0o555)
        return folder / original.name

    yield lock
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody() -> Callable[[], AbstractContextManager[None]]:
    """Drops the rights of root for a while; who has none keeps what he has."""
    return _as_nobody
