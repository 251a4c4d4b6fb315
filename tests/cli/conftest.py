"""A repository with one target, the embedded sandbox, and nothing declared yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.sandbox import Market
from tests.cli.shop import LONG_AGO, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    market = Market(tmp_path / "market.db", now=lambda: LONG_AGO)
    opened = Shop(tmp_path, market)
    opened.settle_in()
    yield opened
    market.close()
