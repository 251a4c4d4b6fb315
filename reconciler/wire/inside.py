"""Inside: an ASGI application in this process, in the place of the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reconciler.wire.lean  # noqa: F401  before httpx, which it makes lighter

# isort: split
import httpx

from reconciler.wire.loop import Loop


class Inside(httpx.BaseTransport):
    """Hands requests to an ASGI application on a loop of its own, and its answers back to any thread."""

    def __init__(self, app: Callable[..., Any]) -> None:
        """Take an application; it is let go by `close`."""
        self._asgi = httpx.ASGITransport(app)
        self._loop = Loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Let the application answer; a ConnectionError that it raises is a cut connection."""
        seconds = request.extensions["timeout"]["read"]
        try:
            status, headers, body = self._loop.run(self._exchange(request), seconds)
        except TimeoutError:
            raise httpx.ReadTimeout("the application took too long", request=request) from None
        except ConnectionError:
            raise httpx.ReadError("the application cut the connection", request=request) from None
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    async def _exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        response = await self._asgi.handle_async_request(request)
        body = b"".join([piece async for piece in response.aiter_raw()])
        return response.status_code, response.headers, body

    def close(self) -> None:
        """Let the application go."""
        self._loop.close()
