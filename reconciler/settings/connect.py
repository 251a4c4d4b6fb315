"""Connect: the token, the connection and the embedded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from reconciler.kinds import KINDS
from reconciler.ports import Denied
from reconciler.settings.choose import Chosen
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Limits, Wire

ALLOWED_HOSTS: Final = "RECONCILER_ALLOWED_HOSTS"
"""Globs of host names, by space or comma; when set, a token goes to no other host."""


@contextmanager
def connect(
    chosen: Chosen,
    environment: Mapping[str, str],
    heard: Callable[[str], None],
    sleep: Callable[[float], None],
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Altcraft]:
    """Open a target for as long as the block lasts. `heard` is told of every wait.

    Once `stopped` says so, no write leaves any more.
    Raises `Denied` when the host is not allowed or the token cannot be had; no request is sent before.
    """
    _check_host(chosen, environment)
    token = _token(chosen, environment)
    token()
    shape = chosen.shape
    limits = Limits(
        concurrency=shape.concurrency,
        timeout=shape.timeout,
        requests_per_second=shape.requests_per_second,
    )
    dialect = Dialect(
        send_token_in=shape.send_token_in,
        page_size=shape.page_size,
        skip_triggers=shape.skip_triggers,
        wire_format=shape.wire_format,
    )
    with _wire(chosen, limits, Ambient(sleep=sleep, stopped=stopped), heard) as wire:
        yield Altcraft(wire, token=token, in_use=KINDS.order.fields_in_use, dialect=dialect, heard=heard)


def _check_host(chosen: Chosen, environment: Mapping[str, str]) -> None:
    """Refuse a host that the environment does not allow, before any token is read (contract, section 8)."""
    allowed = environment.get(ALLOWED_HOSTS, "").replace(",", " ").split()
    if not allowed or chosen.sandbox is not None:
        return
    host = urlsplit(chosen.shape.url).hostname or ""
    if not any(fnmatchcase(host, pattern) for pattern in allowed):
        raise Denied(
            f"{host} is not among the hosts that {ALLOWED_HOSTS} allows",
            exit_code=8,
            advice="correct the target's url, or the variable",
        )


def _wire(chosen: Chosen, limits: Limits, ambient: Ambient, heard: Callable[[str], None]) -> Wire:
    if chosen.sandbox is None:
        return Wire(chosen.shape.url, limits=limits, ambient=ambient, heard=heard)
    from reconciler.sandbox import create_app

    return Wire.in_process(create_app(chosen.sandbox), limits=limits, ambient=ambient, heard=heard)


def _token(chosen: Chosen, environment: Mapping[str, str]) -> Callable[[], str | None]:
    """Give a function that gets the token anew at each call, so that a renewed file is seen."""
    shape = chosen.shape

    def from_environment() -> str:
        found = environment.get(shape.token_env or "", "").strip()
        if not found:
            raise Denied(
                f"the token is missing: {shape.token_env} is not set",
                exit_code=8,
                advice=f"export {shape.token_env} with a token of {chosen.target.url}",
            )
        return found

    def from_file() -> str:
        path = chosen.root / (shape.token_file or "")
        try:
            found = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
            raise Denied(f"the token file {path} cannot be read: {reason}", exit_code=8) from None
        if not found:
            raise Denied(f"the token file {path} is empty", exit_code=8)
        return found

    if shape.token_env is not None:
        return from_environment
    if shape.token_file is not None:
        return from_file
    return lambda: None
