"""The server on a socket, by uvicorn. It prints nothing: `started` is told the address."""

import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvicorn

from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault


def serve(  # noqa: PLR0913 -- everything that may be chosen about a server
    path: str | Path,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    switches: Mapping[str, str] | None = None,
    token: str | None = None,
    api_key: str | None = None,
    faults: Sequence[Fault] = (),
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve the market at `path` until interrupted; port 0 takes any free one.

    `started` gets the base URL, such as `http://127.0.0.1:8137`, once connections are accepted. The other
    arguments are those of `create_app`. Raises OSError when the address cannot be taken, ValueError for an
    unknown switch.
    """
    app = create_app(path, switches=switches, token=token, api_key=api_key, faults=faults, cut="truncate")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        # Passed on to each connection. asyncio would see to it only for sockets that it opened itself, and
        # without it the second part of an answer waits up to 40 ms for the client to confirm the first.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken = listening.getsockname()[1]
        config = uvicorn.Config(
            app, lifespan="off", log_level="critical", access_log=False, date_header=False
        )
        if started is not None:
            shown = f"[{host}]" if ":" in host else host
            started(f"http://{shown}:{taken}")
        uvicorn.Server(config).run(sockets=[listening])
