"""Accidents on the way: which request they hit, and what becomes of its answer.

A fault counts the requests to its method from the moment it was set. `before` means that the request is not
carried out, `after` that it is and the caller does not learn it. Faults live with the application or in the
market's file, where a server in another process obeys them too.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from threading import Lock

ANY_METHOD = "*"
METHODS = (
    "orders/import",
    "orders/list",
    "orders/update_order_line_status",
    "orders/get_status",
    "products/list",
    "sku/list",
)
YANDEX_METHODS = ("yandex/orders", "yandex/order", "yandex/campaigns", "yandex/token")
"""The methods of Yandex Market: v1's search, v2's single order, the stores, and what a key may do."""
_ALL_METHODS = (ANY_METHOD, *METHODS, *YANDEX_METHODS)
FAULT_KINDS: Mapping[str, str] = {
    "reset_before": "the connection is cut, the request is not carried out",
    "reset_after": "the request is carried out, then the connection is cut",
    "http_500_after": "carried out, answered HTTP 500",
    "http_502_html_before": "not carried out, answered HTTP 502 with an HTML page",
    "http_502_html_after": "carried out, answered HTTP 502 with an HTML page",
    "empty_after": "carried out, answered HTTP 200 with an empty body",
    "truncated_after": "carried out, answered HTTP 200 with the first half of the answer",
    "http_429": "not carried out, answered HTTP 429 with Retry-After: 0",
    "http_503_retry": "not carried out, answered HTTP 503 with Retry-After: 0",
    "http_503": "not carried out, answered HTTP 503 in plain text",
    "http_420_parallel": "not carried out, answered HTTP 420 as when too many requests are under way",
    "http_420_quota": "not carried out, answered HTTP 420 as when a quota is used up, for a second",
    "slow_after:SECONDS": "carried out, answered late",
    "error_CODE": "not carried out, answered with that code in the envelope",
    "error_CODE_http": "the same, and the HTTP status is the code too",
}
"""Every kind of fault and what it does; SECONDS and CODE stand for numbers."""

_FIXED = tuple(kind for kind in FAULT_KINDS if kind.islower())
_SLOW = re.compile(r"slow_after:([0-9]+(?:\.[0-9]+)?)")
_ERROR = re.compile(r"error_([1-9][0-9]{0,5})(_http)?")
_HTML = "<!DOCTYPE html><html><head><title>{0} {1}</title></head><body><h1>{0} {1}</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """An accident for the `nth` request (from 1; 0 is each) to `method`, such as "orders/import", or "*".

    Raises ValueError for a method or kind that does not exist.
    """

    method: str
    nth: int
    kind: str

    def __post_init__(self) -> None:
        if self.method not in _ALL_METHODS:
            raise ValueError(f"unknown method {self.method!r} (allowed: {', '.join(_ALL_METHODS)})")
        if self.nth < 0:
            raise ValueError("nth must be 0 for every request, or count from 1")
        known = self.kind in _FIXED or _SLOW.fullmatch(self.kind) or _ERROR.fullmatch(self.kind)
        if not known:
            raise ValueError(f"unknown kind of fault {self.kind!r} (allowed: {', '.join(FAULT_KINDS)})")

    @property
    def carried_out(self) -> bool:
        """Whether the request is carried out all the same."""
        return "_after" in self.kind

    @property
    def code(self) -> tuple[int, bool] | None:
        """The envelope's code and whether the HTTP status is forced to it; None for other kinds."""
        match = _ERROR.fullmatch(self.kind)
        return None if match is None else (int(match[1]), match[2] is not None)

    def hits(self, count: int) -> bool:
        """Say whether it strikes the request that is number `count` to its method."""
        return self.nth in (0, count)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire. `cut` breaks the connection instead; `delay` is in seconds."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    delay: float = 0.0


class FaultCounter:
    """The faults of one application, and how many requests each has seen."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)
        self._lock = Lock()

    def next(self, method: str) -> Fault | None:
        """Count a request to `method`; return the first fault that strikes it."""
        struck = None
        with self._lock:
            for number, fault in enumerate(self._faults):
                if fault.method in (ANY_METHOD, method):
                    self._seen[number] += 1
                    struck = struck or (fault if fault.hits(self._seen[number]) else None)
        return struck


def put_faults(connection: sqlite3.Connection, faults: Iterable[Fault]) -> None:
    """Keep faults in the file, in place of those that were there; counting begins anew."""
    rows = [(fault.method, fault.nth, fault.kind) for fault in faults]
    connection.execute("DELETE FROM faults")
    connection.executemany("INSERT INTO faults (method, nth, kind) VALUES (?, ?, ?)", rows)


def kept_faults(connection: sqlite3.Connection) -> tuple[Fault, ...]:
    """Return the faults kept in the file."""
    rows = connection.execute("SELECT method, nth, kind FROM faults ORDER BY seq")
    return tuple(Fault(*row) for row in rows)


def next_kept_fault(connection: sqlite3.Connection, method: str) -> Fault | None:
    """Count a request to `method` in the file; return the first kept fault that strikes it."""
    rows = connection.execute(
        "UPDATE faults SET seen = seen + 1 WHERE method IN (?, ?) RETURNING seq, method, nth, kind, seen",
        (ANY_METHOD, method),
    )
    faults = ((Fault(*words), seen) for _, *words, seen in sorted(rows.fetchall()))
    return next((fault for fault, seen in faults if fault.hits(seen)), None)


def html_page(status: int) -> Reply:
    """Return a proxy's error page."""
    page = _HTML.format(status, _phrase(status))
    return Reply(status, page.encode(), "text/html; charset=utf-8")


def struck_before(kind: str) -> Reply:
    """Return what a caller gets from a fault that keeps the request from being carried out."""
    if kind == "reset_before":
        return Reply(200, b"", cut=True)
    if kind == "http_502_html_before":
        return html_page(502)
    status = int(kind.split("_")[1])
    headers = {"Retry-After": "0"} if kind in ("http_429", "http_503_retry") else {}
    return Reply(status, f"{_phrase(status)}\n".encode(), "text/plain; charset=utf-8", headers)


def struck_after(kind: str, reply: Reply) -> Reply:
    """Return what becomes of the answer to a request that was carried out, if that is no matter of format."""
    if kind == "reset_after":
        return replace(reply, cut=True)
    if kind == "http_502_html_after":
        return html_page(502)
    if kind == "empty_after":
        return Reply(200, b"")
    if kind == "truncated_after":
        return Reply(200, reply.body[: len(reply.body) // 2])
    slow = _SLOW.fullmatch(kind)
    return replace(reply, delay=float(slow[1])) if slow else reply


def _phrase(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return known.get(status, "Limit Exceeded")
