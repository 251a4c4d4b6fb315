"""The HTTP face of the server: a Starlette application that hands each request to an exchange, one an API.

It works in process (through an ASGI transport) and behind uvicorn alike. Only a cut connection differs: in
process there is nothing to cut, so the application raises ConnectionResetError; on a socket it promises more
bytes than it sends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.exchange import Exchange, Received, unknown_method, wrong_verb
from reconciler.sandbox.faults import METHODS, Fault, FaultCounter, Reply
from reconciler.sandbox.formats import format_of
from reconciler.sandbox.market import Market
from reconciler.sandbox.yandex import exchange as yandex
from reconciler.sandbox.yandex.exchange import YandexExchange
from reconciler.sandbox.yandex.flights import Flights

PREFIX = "/api/v1.1/market/"
Cut = Literal["raise", "truncate"]
Sending = Callable[[Reply], Awaitable[Response]]
"""Makes a response of a reply, when its time has come."""


def create_app(  # noqa: PLR0913 -- everything that may be chosen about a server
    path: str | Path,
    *,
    switches: Mapping[str, str] | None = None,
    token: str | None = None,
    api_key: str | None = None,
    now: Callable[[], datetime] | None = None,
    faults: Sequence[Fault] = (),
    cut: Cut = "raise",
) -> Starlette:
    """Return the server on the market at `path`; `state.market` of it is the direct door to the same market.

    `switches` are laid over those kept in the file. `token` is the only one accepted; without it any or none
    is; `api_key` is the same for Yandex Market. `faults` are counted by this application, those kept in the
    file come after them. `cut` says how a connection is broken. Raises ValueError for an unknown switch, and
    for a file that is no market.
    """
    market = Market(path, switches=switches, now=now)
    market.switches()
    return market_app(market, token=token, api_key=api_key, faults=faults, cut=cut)


def market_app(
    market: Market,
    *,
    token: str | None = None,
    api_key: str | None = None,
    faults: Sequence[Fault] = (),
    cut: Cut = "raise",
) -> Starlette:
    """Return the server on an open market; the other arguments are those of `create_app`."""
    counter = FaultCounter(faults)

    async def refuse(request: Request, error: Exception) -> Response:
        wrong = isinstance(error, HTTPException) and error.status_code == 405
        return _response(_refusal(request, wrong=wrong), market.now(), cut)

    async def send(reply: Reply) -> Response:
        if reply.delay:
            await asyncio.sleep(reply.delay)
        return _response(reply, market.now(), cut)

    altcraft = _altcraft_routes(Exchange(market, token, counter), send)
    others = _yandex_routes(YandexExchange(market, api_key, counter), send)
    app = Starlette(routes=[*altcraft, *others], exception_handlers={404: refuse, 405: refuse})
    app.state.market = market
    return app


def _altcraft_routes(exchange: Exchange, send: Sending) -> list[Route]:
    async def answer(request: Request) -> Response:
        received = Received(
            method=request.url.path.removeprefix(PREFIX),
            headers=request.headers,
            query=request.query_params,
            body=await request.body(),
        )
        return await send(exchange.reply(received))

    return [Route(PREFIX + method, answer, methods=["POST"]) for method in METHODS]


def _yandex_routes(exchange: YandexExchange, send: Sending) -> list[Route]:
    flights = Flights()

    def answering(method: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            with flights.aboard(yandex.entity_of(request.path_params)) as under_way:
                received = yandex.Received(
                    method=method,
                    path=request.path_params,
                    headers=request.headers,
                    query=request.query_params,
                    body=await request.body(),
                    under_way=under_way,
                )
                return await send(exchange.reply(received))

        return answer

    return [Route(path, answering(method), methods=[verb]) for verb, path, method in yandex.ROUTES]


def _refusal(request: Request, *, wrong: bool) -> Reply:
    """Answer a `wrong` verb or an unknown path, as the API whose path it looks like."""
    if request.url.path.startswith(yandex.PREFIXES):
        return yandex.refused(405 if wrong else 404)
    spoken = format_of(request.headers)
    return wrong_verb(spoken) if wrong else unknown_method(request.url.path, spoken)


class _CutResponse(Response):
    """A connection that breaks before the answer is whole."""

    def __init__(self, cut: Cut) -> None:
        super().__init__(b"")
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise, or promise a body and send none, so that the server below closes the connection."""
        del scope, receive
        if self._cut == "raise":
            raise ConnectionResetError("connection cut by a fault")
        headers = [(b"content-type", b"application/json"), (b"content-length", b"64")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _response(reply: Reply, now: datetime, cut: Cut) -> Response:
    if reply.cut:
        return _CutResponse(cut)
    headers = {**reply.headers, "Date": format_datetime(now, usegmt=True)}
    return Response(reply.body, reply.status, headers, reply.media_type)
