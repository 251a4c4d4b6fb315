"""Target: the Market's order methods as the ports want them.

Four methods exist that matter: the list, one order's status, the import, and one line's status. Each answer
is reduced to what it proves; whether to send again is the wire's table, never decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, Literal

from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.ports import (
    STOPPED,
    UNREACHED,
    Answer,
    Broken,
    Denied,
    ImportAnswer,
    Onward,
    Page,
    Refused,
    Unanswered,
    left_anywhere,
)
from reconciler.targets.altcraft.abreast import Abreast, check_filtered, joined
from reconciler.targets.altcraft.answers import MALFORMED, answered, import_answer
from reconciler.targets.altcraft.codec import Format, Unsendable, codec_of
from reconciler.targets.altcraft.credentials import LOOK, Credentials
from reconciler.targets.altcraft.discretion import discreet, personal
from reconciler.targets.altcraft.envelope import Hearing, Word, decoded, id_of
from reconciler.targets.altcraft.listing import Listing, Place
from reconciler.targets.altcraft.pages import InUse, Reader
from reconciler.wire import NoAnswer, NotSent, Repeat, Stopped, Wire, WireFault, at_once

SMALLER_PAGES: Final = (100, 25, 5)
"""Limits that are tried when the server refuses the configured one (A7)."""

_STOPS: Final[Mapping[int, tuple[int, str]]] = {
    401: (8, f"the server saw no token: {LOOK}"),
    402: (1, "the tariff's limit is used up: nothing more is accepted until it is raised or renewed"),
    403: (8, "the token may not do this: its role and its access group are set in the panel, under tokens"),
    440: (8, f"the token is not valid: {LOOK}"),
}
"""Codes that stop the run: the contract's exit code and what to do about it (A2, A3)."""
UNSENDABLE: Final = "unsendable"
"""The code of what was refused here, because the format has no way to write it; nothing was sent."""
_FORBIDDEN: Final = 403
_CREDENTIALS: Final = frozenset({401, 403, 440})
_NOT_FOUND: Final = ("not found", "unknown", "not exist", "no such", "не найден", "не существует")
"""Words in a 400 that mean what others say with 404 (A39)."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a particular server is to be spoken to; the settings' words."""

    send_token_in: Literal["body", "header"] = "body"  # noqa: S105 - a place, no password
    page_size: int = 200
    skip_triggers: bool = True
    wire_format: Format = "json"
    base: str = "/api/v1.1/market/"
    touchpoints: tuple[str, ...] = ()
    """Additional ids of those whose orders may be listed side by side."""
    side_by_side: int = 8
    """How many of them at most."""


_DOCUMENTED: Final = Dialect()


def _unheard(_: str) -> None:
    return None


class Altcraft:
    """A Market, read and written through one wire. May be used from many threads."""

    def __init__(
        self,
        wire: Wire,
        *,
        token: Callable[[], str | None],
        in_use: InUse,
        dialect: Dialect = _DOCUMENTED,
        heard: Callable[[str], None] = _unheard,
    ) -> None:
        """Take a wire, and where to get the token: asked at the first request, and again when it is refused.

        `in_use` names the fields in an order's detail, `heard` is told of what people would wonder about.
        """
        self._wire = wire
        self._credentials = Credentials(token)
        self._in_use = in_use
        self._dialect = dialect
        self._codec = codec_of(dialect.wire_format)
        self._heard = heard

    def __repr__(self) -> str:
        return f"Altcraft({self._wire!r})"

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._wire.requests

    @property
    def latency(self) -> float | None:
        """How many seconds an answer took on average so far; None before the first."""
        return self._wire.latency

    def walk(self, detailed: frozenset[str] | None, onward: Onward = left_anywhere) -> Iterator[Page]:
        """Read orders/list page by page, until any of the signs that it is at its end (A6).

        While a page is read the next is on its way, if `onward` says that it will be wanted. Duplicates are
        passed on (A8). Raises Broken when a page cannot be had, Denied when the run has to stop.
        """
        reader = Reader(detailed, self._in_use)
        listing = Listing(self._page, Place(self._dialect.page_size))
        try:
            if onward(self._dialect.page_size):
                listing.begin()
            while listing.goes_on():
                rows = listing.rows()
                if onward(len(rows)):
                    listing.begin()
                if rows:
                    yield reader.page(rows)
                listing.check()
        finally:
            listing.close()
        self._own_up(reader)

    def walk_touchpoints(
        self, detailed: frozenset[str] | None, onward: Onward = left_anywhere
    ) -> Generator[Page, None, None]:
        """Read the lists of the named touchpoints, a page of each at a time; nothing where none are named.

        Ends early, with a word to whoever hears, when one of them cannot be listed by itself. Raises Denied.
        """
        reader = Reader(detailed, self._in_use)
        shown: set[str | None] = set()
        places = (Place(self._dialect.page_size, None, each) for each in self._dialect.touchpoints)
        with closing(
            Abreast([Listing(self._page, each) for each in places], self._dialect.side_by_side)
        ) as all_:
            try:
                for parts in all_.rounds(onward):
                    pages = [reader.page(rows) for rows in parts.values()]
                    for touchpoint, page in zip(parts, pages, strict=True):
                        if not page.orders and touchpoint not in shown:
                            self._heard(f"touchpoint {touchpoint} lists no order: is that its id?")
                    shown.update(parts)
                    yield joined(pages)
                    for touchpoint, page in zip(parts, pages, strict=True):
                        check_filtered(touchpoint, page)
            except Broken as fault:
                self._heard(f"the whole list is read and not those of touchpoints: {fault}")
        self._own_up(reader)

    def _own_up(self, reader: Reader) -> None:
        if reader.skipped:
            self._heard(f"passed over in the list of orders, without an external_id: {reader.skipped}")

    def status(self, order: str) -> Present[LiveOrder] | Absent | Unknown:
        """Ask orders/get_status for one order; only the envelope's own words make it absent (A39)."""
        try:
            word = at_once(self._ask("orders/get_status", {"external_id": order}, Repeat.READ))
        except (WireFault, Unsendable) as fault:
            return Unknown(fault.reason)
        if not word.ok:
            return self._missing(word)
        result = decoded(word.body.result)
        if result == []:
            return Absent()
        shown = result[0] if isinstance(result, list) and len(result) == 1 else result
        if not isinstance(shown, dict) or id_of(shown.get("external_id")) not in {"", order}:
            return Unknown("the answer to get_status was not understood")
        status = id_of(shown.get("status"))
        if not status:
            return Unknown("the answer to get_status held no status")
        return Present(LiveOrder(order, endpoint=id_of(shown.get("endpoint")) or None, status=status))

    def import_orders(
        self, definitions: Mapping[str, Sequence[Mapping[str, Any]]], orders: Sequence[Mapping[str, Any]]
    ) -> ImportAnswer:
        """Send one orders/import; `skip_triggers` is always said (A51); false, it is sent but once."""
        asked = [str(order["external_id"]) for order in orders]
        skip = self._dialect.skip_triggers
        payload = {
            **{key: list(section) for key, section in definitions.items() if section},
            "skip_triggers": skip,
            "data": list(orders),
        }
        private = personal(orders)
        repeat = Repeat.HARMLESS if skip else Repeat.ONCE
        word = at_once(self._write("orders/import", payload, repeat, private))
        if not isinstance(word, Word):
            return ImportAnswer(word, dict.fromkeys(asked, word))
        answer = import_answer(word, asked, lambda text: self._discreet(text, private))
        if isinstance(answer.whole, Refused):
            self._stop(word, private)
        return answer

    async def update_line(self, order: str, line: str, status: str, *, repeatable: bool) -> Answer:
        """Send one orders/update_order_line_status, beside others; what it echoes proves nothing (A38)."""
        payload = {
            "order_external_id": order,
            "order_line_external_id": line,
            "status_external_id": status,
        }
        repeat = Repeat.HARMLESS if repeatable else Repeat.ONCE
        word = await self._write("orders/update_order_line_status", payload, repeat, beside=True)
        if not isinstance(word, Word):
            return word
        answer = answered(word, self._discreet)
        if isinstance(answer, Refused):
            self._stop(word)
        return answer

    def _page(self, place: Place) -> tuple[int, Word]:
        """Ask for a page; a limit that the server refuses is lowered for the rest of the walk (A7).

        Who may not see one touchpoint may still see the others (A49): the whole list has the last word.
        """
        limit = place.limit
        while True:
            payload: dict[str, Any] = {"limit": limit}
            if place.cursor is not None:
                payload["from_id"] = place.cursor
            if place.touchpoint is not None:
                payload["endpoint"] = place.touchpoint
            try:
                word = at_once(self._ask("orders/list", payload, Repeat.READ))
            except (WireFault, Unsendable) as fault:
                raise place.broken(fault.reason) from None
            if word.ok:
                return limit, word
            if place.touchpoint is None or word.number != _FORBIDDEN:
                self._stop(word)
            smaller = next((size for size in SMALLER_PAGES if size < limit), 0)
            if word.number not in MALFORMED or not smaller:
                text = self._discreet(word.text)
                raise place.broken(f"the server answered {word.code}: {text}")
            of = "orders" if place.touchpoint is None else f"orders of touchpoint {place.touchpoint}"
            self._heard(f"asking for {smaller} {of} a page: the server refused {limit}")
            limit = smaller

    def _missing(self, word: Word) -> Absent | Unknown:
        """Tell what a refused get_status means: a proxy's 404 may mean that the method is missing."""
        self._stop(word)
        text = self._discreet(word.text)
        gone = word.number == 404 or (word.number == 400 and any(each in text.lower() for each in _NOT_FOUND))
        return Absent() if gone and word.enveloped else Unknown(f"the server answered {word.code}: {text}")

    async def _write(
        self,
        method: str,
        payload: dict[str, Any],
        repeat: Repeat,
        private: frozenset[str] = frozenset(),
        *,
        beside: bool = False,
    ) -> Word | Refused | Unanswered:
        """Send a write; a fault on the way becomes what it proves."""
        try:
            return await self._ask(method, payload, repeat, beside=beside)
        except Stopped as fault:
            return Refused(STOPPED, fault.reason)
        except NotSent as fault:
            if fault.reply is None:
                return Refused(UNREACHED, fault.reason)
            word = Hearing(self._codec).word(fault.reply)
            text = self._discreet(word.text, private) or fault.reason
            return Refused(word.code, text, turned_away=True)
        except NoAnswer as fault:
            return Unanswered(fault.reason)
        except Unsendable as fault:
            return Refused(UNSENDABLE, fault.reason, malformed=True)

    async def _ask(
        self, method: str, payload: dict[str, Any], repeat: Repeat, *, beside: bool = False
    ) -> Word:
        """Send a request, and once more if its token is refused and another is to be had by now.

        Not so a write that an earlier attempt may have done: what the second would say proves nothing.
        """
        token = self._credentials.token()
        word = await self._say(method, payload, repeat, token, beside=beside)
        settled = word.doubtful and repeat is not Repeat.READ
        if word.number not in _CREDENTIALS or settled:
            return word
        renewed = self._credentials.token(again=True)
        if renewed == token:
            return word
        return await self._say(method, payload, repeat, renewed, beside=beside)

    async def _say(
        self, method: str, payload: dict[str, Any], repeat: Repeat, token: str | None, *, beside: bool
    ) -> Word:
        in_header = self._dialect.send_token_in == "header"  # noqa: S105 - a place, no password
        if token is not None and not in_header:
            payload = {"token": token, **payload}
        hearing = Hearing(self._codec)
        reply = await self._wire.posted(
            self._dialect.base + method,
            self._codec.encode(payload),
            repeat=repeat,
            beside=beside,
            bearer=token if in_header else None,
            judge=hearing.judge,
            media_type=self._codec.media_type,
        )
        return hearing.word(reply)

    def _stop(self, word: Word, private: frozenset[str] = frozenset()) -> None:
        """Raise Denied for a code that stops the run, with the server's words and what to do."""
        if word.number in _STOPS:
            exit_code, advice = _STOPS[word.number]
            said = f"the server answered {word.code}: {self._discreet(word.text, private)}".rstrip(": ")
            raise Denied(said, exit_code=exit_code, advice=advice)

    def _discreet(self, text: str, private: frozenset[str] = frozenset()) -> str:
        return discreet(text, [*self._credentials.secrets, *private])
