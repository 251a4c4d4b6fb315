"""The HTTP face of the server: a Starlette application that hands every request to `Exchange`.

It works in process (through an ASGI transport) and behind uvicorn alike. Only a cut connection differs: in
process there is nothing to cut, so the application raises ConnectionResetError; on a socket it promises more
bytes than it sends.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
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

PREFIX = "/api/v1.1/market/"
Cut = Literal["raise", "truncate"]


def create_app(
    path: str | Path,
    *,
    switches: Mapping[str, str] | None = None,
    token: str | None = None,
    now: Callable[[], datetime] | None = None,
    faults: Sequence[Fault] = (),
    cut: Cut = "raise",
) -> Starlette:
    """Return the server on the market at `path`; `state.market` of it is the direct door to the same market.

    `switches` are laid over those kept in the file. `token` is the only one accepted; without it any or none
    is. `faults` are counted by this application, those kept in the file come after them. `cut` says how a
    connection is broken. Raises ValueError for an unknown switch, and for a file that is no market.
    """
    market = Market(path, switches=switches, now=now)
    market.switches()
    return market_app(market, token=token, faults=faults, cut=cut)


def market_app(
    market: Market, *, token: str | None = None, faults: Sequence[Fault] = (), cut: Cut = "raise"
) -> Starlette:
    """Return the server on an open market; the other arguments are those of `create_app`."""
    exchange = Exchange(market, token, FaultCounter(faults))

    async def answer(request: Request) -> Response:
        received = Received(
            method=request.url.path.removeprefix(PREFIX),
            headers=request.headers,
            query=request.query_params,
            body=await request.body(),
        )
        reply = exchange.reply(received)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        return _response(reply, market.now(), cut)

    async def refuse(request: Request, error: Exception) -> Response:
        wrong = isinstance(error, HTTPException) and error.status_code == 405
        spoken = format_of(request.headers)
        reply = wrong_verb(spoken) if wrong else unknown_method(request.url.path, spoken)
        return _response(reply, market.now(), cut)

    routes = [Route(PREFIX + method, answer, methods=["POST"]) for method in METHODS]
    app = Starlette(routes=routes, exception_handlers={404: refuse, 405: refuse})
    app.state.market = market
    return app


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
