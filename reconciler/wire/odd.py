"""Odd: addresses that are not of plain signs, taken apart by httpx, so nobody imports this early."""

from __future__ import annotations

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx


def odd_origin(url: str) -> str:
    """See `place.origin_of`."""
    parsed = _parsed(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


def odd_target(url: str) -> str:
    """See `place.target_of`."""
    return _parsed(url).raw_path.decode("ascii")


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise ValueError(f"{url!r} is not an address such as https://ru.altkraft.com: {wrong}") from None
