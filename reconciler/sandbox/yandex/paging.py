"""Pages of a list: opaque tokens that belong to one search, and the walk through what it finds.

A token is a position and a digest of the search, so that it cannot lead through another one (documented: the
same body and limit go with each page).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.shelf import YandexShelf

MOST = 50
"""Orders on a page; a larger `limit` is taken as this."""
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Walk:
    """One search and how far it has come."""

    subject: str
    """What the tokens belong to: a digest of all that has to stay the same."""
    limit: int
    position: int
    begun: bool
    """Whether a token was sent."""

    def token(self, position: int) -> str:
        """Write a token that leads on from a position."""
        return urlsafe_b64encode(f"{self.subject}:{position}".encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    """The numbers of some orders, the position after them, and whether there are more."""

    numbers: tuple[int, ...]
    position: int
    last: bool


def walk_of(query: Mapping[str, str], subject: object, how: Behaviour) -> Walk:
    """Read `limit` and `pageToken` (or `page_token`). Raises Refusal."""
    limit = _limit(query.get("limit", str(MOST)))
    text = json.dumps([subject, limit], sort_keys=True, ensure_ascii=False)
    digest = sha256(text.encode()).hexdigest()[:16]
    token = query.get("pageToken") or query.get("page_token") or ""
    if token and how["yandex_page_tokens"] == "expired":
        raise Refusal("pageToken: has expired")
    return Walk(digest, limit, _position(token, digest) if token else 0, begun=bool(token))


def page_of(shelf: YandexShelf, walk: Walk, where: str, words: Sequence[object], manner: str) -> Page:
    """Return the orders of one page, as the switch Y18 says."""
    start, size = walk.position, walk.limit
    if manner == "shifting":
        order = f"ORDER BY updated DESC, id LIMIT {size + 1} OFFSET {start}"
        found = shelf.found(where, order, words)
        return Page(tuple(found[:size]), start + min(len(found), size), last=len(found) <= size)
    again: list[int] = []
    if manner == "repeats" and walk.begun and size > 1:
        again = shelf.found(f"{where} AND id <= {start}", "ORDER BY id DESC LIMIT 1", words)
    size -= len(again)
    found = shelf.found(f"{where} AND id > {start}", f"ORDER BY id LIMIT {size + 1}", words)
    shown = found[:size]
    return Page((*again, *shown), shown[-1] if shown else start, last=len(found) <= size)


def following(walk: Walk, page: Page, manner: str) -> dict[str, object]:
    """Return the `paging` of an answer (Y19)."""
    if not page.last:
        return {"nextPageToken": walk.token(page.position)}
    if manner == "null_token":
        return {"nextPageToken": None}
    if manner == "empty_token":
        return {"nextPageToken": ""}
    if manner == "empty_page" and page.numbers:
        return {"nextPageToken": walk.token(page.position)}
    if manner == "repeated_token":
        return {"nextPageToken": walk.token(walk.position)}
    return {}


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS or int(text) < 1:
        raise Refusal("limit: must be a positive number")
    return min(int(text), MOST)


def _position(token: str, subject: str) -> int:
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        belongs, _, position = text.partition(":")
        number = int(position)
    except ValueError:
        raise Refusal("pageToken: is none that was handed out") from None
    if belongs != subject:
        raise Refusal("pageToken: belongs to another search; body and limit must stay the same")
    return number
