"""Requests: what is asked of one server, as it leaves: where to, and with which headers.

Tokens are in them, so what cannot be sent is refused without being quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.version import __version__
from reconciler.wire.carriers import Head, Outgoing
from reconciler.wire.place import target_of

JSON_TYPE: Final = "application/json"

_ALWAYS: Final = {"Accept-Encoding": "gzip, deflate", "User-Agent": f"reconciler/{__version__}"}


class Requests:
    """Writes the requests to one server."""

    def __init__(self, url: str) -> None:
        """Name the server's address. Raises ValueError for one that cannot stand in a request."""
        self._url = url
        self._at_root = target_of(url)
        self._posts: dict[tuple[str, str, str | None], Head] = {}
        """The heads of posts, which are few and recur."""

    def posting(self, path: str, body: bytes, bearer: str | None, media_type: str) -> Outgoing:
        """Write a POST; raises ValueError for a bearer that no header can carry."""
        head = self._posts.get((path, media_type, bearer))
        if head is None:
            headers = {**_ALWAYS, "Accept": media_type, "Content-Type": media_type}
            if bearer is not None:
                if not bearer.isascii() or not bearer.isprintable():
                    raise ValueError("the token holds a character that no header can carry")
                headers["Authorization"] = f"Bearer {bearer}"
            target = target_of(self._url + path) if path else self._at_root
            head = self._posts[path, media_type, bearer] = Head("POST", target, headers)
        return Outgoing(head, body)

    def reading(self, path: str, headers: Mapping[str, str], body: bytes | None) -> Outgoing:
        """Write a GET, or with a body of JSON a POST.

        Raises ValueError for a header that cannot be sent.
        """
        every = {**_ALWAYS, "Accept": JSON_TYPE, **headers}
        if not all(value.isascii() and value.isprintable() for value in every.values()):
            raise ValueError("a header holds a character that cannot be sent")
        if body is not None:
            every["Content-Type"] = JSON_TYPE
        head = Head("GET" if body is None else "POST", target_of(self._url + path), every)
        return Outgoing(head, body)
