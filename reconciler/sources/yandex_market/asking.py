"""Asking: the Market's answers to all questions of one report, read by a few threads.

No more than four requests are under way at a time (reference, section 1.3). A list is read page by page;
lists and batches go side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from typing import Final, TypeVar

import msgspec

from reconciler.model.yandex_market import MarketEntry
from reconciler.ports import Broken, Denied
from reconciler.sources.yandex_market import questions
from reconciler.sources.yandex_market.hearing import LOOK, is_enveloped, judge, quota_of, refuse
from reconciler.sources.yandex_market.seen import Order, Quota, Seen, newest
from reconciler.sources.yandex_market.shapes import (
    BusinessOrders,
    Envelope,
    Garbled,
    Misshapen,
    SingleOrder,
    decoded,
    order_of,
    orders_of,
)
from reconciler.wire import Reply, Wire, WireFault

CONCURRENCY: Final = 4
"""Requests at a time; a wire for the Market is to be made with no more."""

TOLD_EVERY: Final = 2000
"""Orders; some seconds' worth."""

ShapeT = TypeVar("ShapeT", bound=Envelope)
AskedT = TypeVar("AskedT")


@dataclass(slots=True)
class Line:
    """A wire to the Market and the token that goes with every request. May be used from many threads."""

    wire: Wire
    token: Callable[[], str | None] = field(repr=False)
    now: datetime
    """When the report was asked for; stands in for a server that sends no Date."""
    quotas: dict[str, Quota] = field(default_factory=dict)
    """The last word about each cabinet or store."""
    first: datetime | None = None
    """The server's clock at the earliest answer."""
    _used: list[str | None] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def ask(self, entity: str, path: str, shape: type[ShapeT], body: object = None) -> ShapeT | None:
        """Ask and read the answer; None when the Market says that there is no such thing.

        Raises Denied for a token that is refused, even when read anew, and Broken for all else.
        """
        sent = None if body is None else msgspec.json.encode(body)
        token = self._token()
        reply = self._send(path, sent, token)
        if reply.status in {401, 403}:
            renewed = self._token(again=True)
            reply = reply if renewed == token else self._send(path, sent, renewed)
        self._note(entity, reply)
        if reply.status == 404 and body is None and is_enveloped(reply):
            return None
        return self._read(reply, shape)

    def _read(self, reply: Reply, shape: type[ShapeT]) -> ShapeT:
        secrets = tuple(each for each in self._used if each)
        try:
            answer = decoded(reply.body, shape)
        except (Garbled, Misshapen) as fault:
            if reply.status >= 300:
                refuse(reply, "", secrets)
            raise Broken(f"an answer of the Market is {fault}") from None
        if reply.status >= 300 or answer.is_error:
            refuse(reply, answer.words, secrets)
        return answer

    def _send(self, path: str, body: bytes | None, token: str | None) -> Reply:
        try:
            headers = {"Api-Key": token} if token else {}
            return self.wire.read(path, headers=headers, body=body, judge=partial(judge, now=self.now))
        except WireFault as fault:
            raise Broken(fault.reason) from None
        except ValueError:
            said = "the token holds a character that cannot be sent"
            raise Denied(said, exit_code=8, advice=LOOK) from None

    def _token(self, *, again: bool = False) -> str | None:
        with self._lock:
            if again or not self._used:
                token = self.token()
                if not self._used or self._used[-1] != token:
                    self._used.append(token)
            return self._used[-1]

    def _note(self, entity: str, reply: Reply) -> None:
        quota = quota_of(entity, reply)
        with self._lock:
            if quota is not None:
                self.quotas[entity] = quota
            if reply.at is not None and (self.first is None or reply.at < self.first):
                self.first = reply.at


def ask(line: Line, entry: MarketEntry, ids: Collection[str] | None, heard: Callable[[str], None]) -> Seen:
    """Ask for the orders of these ids, or without any for what changed within the entry's span.

    `heard` is told now and then how many orders were read.
    """
    before = line.wire.requests
    wanted = None if ids is None else questions.askable(entry, ids)
    lists = _Lists(line, entry)
    try:
        orders = newest(_counted(_found(lists, entry, wanted), heard))
    finally:
        lists.over = True
    return Seen(
        orders=orders,
        read_at=line.first or line.now,
        asked=None if ids is None else frozenset(ids),
        requests=line.wire.requests - before,
        repeated_tokens=lists.repeated,
    )


def _found(lists: _Lists, entry: MarketEntry, wanted: Collection[str] | None) -> Iterator[Order]:
    if entry.version == "v2":
        return _side_by_side(lists.single, sorted(wanted or ()))
    now = lists.line.now
    bodies = questions.sweeps(entry, now) if wanted is None else questions.lookups(entry, wanted)
    return _side_by_side(lists.every, bodies)


@dataclass(slots=True)
class _Lists:
    line: Line
    entry: MarketEntry
    repeated: int = 0
    over: bool = False
    """True when nobody waits for the rest any more: another thread failed, or the run was stopped."""

    def every(self, body: questions.Body) -> list[Order]:
        """Read a list to its end, page by page, each asked for with the same body."""
        business = self.entry.business_id or 0
        orders: list[Order] = []
        seen: set[str] = set()
        token: str | None = None
        while not self.over:
            path = questions.list_path(business, token)
            answer = self.line.ask(f"cabinet {business}", path, BusinessOrders, body)
            page = answer.page if answer is not None else None
            if page is None:
                raise Broken("an answer of the Market holds no orders")
            orders += orders_of(page)
            token = page.paging.next_page_token if page.paging is not None else None
            if not token:
                return orders
            if token in seen:
                self.repeated += 1
                return orders
            seen.add(token)
        return orders

    def single(self, order: str) -> list[Order]:
        """Look for one order in every store, until it is found."""
        for campaign in dict.fromkeys(self.entry.campaign_ids or ()):
            path = questions.order_path(campaign, order)
            answer = self.line.ask(f"store {campaign}", path, SingleOrder)
            found = answer.found if answer is not None else None
            if found is not None:
                return [order_of(found)]
        return []


def _counted(orders: Iterable[Order], heard: Callable[[str], None]) -> Iterator[Order]:
    for number, order in enumerate(orders, 1):
        if number % TOLD_EVERY == 0:
            heard(f"{number:,} orders read from the Market")
        yield order


def _side_by_side(ask_one: Callable[[AskedT], list[Order]], asked: Iterable[AskedT]) -> Iterator[Order]:
    """Ask all questions with a few threads, and give the answers in the order of the questions.

    When one fails, nobody waits for the others: they may be in the middle of a minute's pause. So the threads
    are daemons, which the end of the program does not wait for.
    """
    answers = [(question, Future[list[Order]]()) for question in asked]
    left = iter(answers)
    lock = Lock()

    def work() -> None:
        while True:
            with lock:
                question, answer = next(left, (None, None))
            if question is None or answer is None or not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(ask_one(question))
            except BaseException as fault:  # noqa: BLE001  handed to the thread that waits
                answer.set_exception(fault)

    for number in range(min(CONCURRENCY, len(answers))):
        Thread(target=work, name=f"market-{number}", daemon=True).start()
    try:
        for _, answer in answers:
            yield from answer.result()
    finally:
        for _, answer in answers:
            answer.cancel()
