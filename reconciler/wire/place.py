"""Place: where a server is and how a path on it is asked for, as they stand in a request's first lines.

An address of plain signs is taken apart here; it says the same as httpx would, which a law of the tests
holds. Any other (a host in another alphabet, a path with spaces or dots) is left to httpx, which knows all of
that and takes longer to load than a thousand requests to prepare.
"""

from __future__ import annotations

import re
from typing import Final

_USUAL_PORTS: Final = {"http": "80", "https": "443"}


def origin_of(url: str) -> str:
    """Give scheme, host and port, the port where it is not the usual one. Raises ValueError."""
    plain = _plain(url)
    if plain is None:
        from reconciler.wire.odd import odd_origin  # noqa: PLC0415 - seldom needed, and costly

        return odd_origin(url)
    scheme, host, port = plain["scheme"].lower(), plain["host"].lower(), plain["port"]
    return f"{scheme}://{host}" + ("" if port in {None, _USUAL_PORTS[scheme]} else f":{port}")


def target_of(url: str) -> str:
    """Give path and query as they stand in a request's first line. Raises ValueError."""
    plain = _plain(url)
    if plain is None:
        from reconciler.wire.odd import odd_target  # noqa: PLC0415 - seldom needed, and costly

        return odd_target(url)
    return plain["target"] or "/"


def _plain(url: str) -> re.Match[str] | None:
    return None if "/." in url else _PLAIN.fullmatch(url)


_PLAIN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9][a-z0-9.-]*|\[::1\])(?::(?P<port>[1-9][0-9]*))?"
    r"(?P<target>/(?:[a-z0-9/._~=&,:+?-]|%[0-9a-f]{2})*)?",
    re.ASCII | re.IGNORECASE,
)
