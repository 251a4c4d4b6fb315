"""Connect: the token, the connection and the embedded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from reconciler.ports import Broken, Denied
from reconciler.settings.choose import Chosen
from reconciler.shelves import KINDS
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
    *,
    reading: bool = False,
) -> Iterator[Altcraft]:
    """Open a target for as long as the block lasts. `heard` is told of every wait.

    Once `stopped` says so, no write leaves any more. `reading` takes the token that only reads, where the
    settings name one and the environment has it.
    Raises `Denied` when the host is not allowed or the token cannot be had; no request is sent before.
    """
    _check_host(chosen, environment)
    token = _token(chosen, environment, reading=reading)
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
    """Refuse a host that the environment does not allow, before any token is read (contract, section 8).

    A variable that is set and names nothing allows nothing.
    """
    if ALLOWED_HOSTS not in environment or chosen.sandbox is not None:
        return
    allowed = environment[ALLOWED_HOSTS].lower().replace(",", " ").split()
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

    try:
        app = create_app(chosen.sandbox)
    except ValueError as fault:
        raise Broken(str(fault)) from None
    return Wire.in_process(app, limits=limits, ambient=ambient, heard=heard)


def _token(chosen: Chosen, environment: Mapping[str, str], *, reading: bool) -> Callable[[], str | None]:
    """Give a function that gets the token anew at each call, so that a renewed file is seen."""
    shape = chosen.shape
    if reading and shape.read_token_env is not None:
        alone = shape.token_env is None and shape.token_file is None
        if alone or _in_environment(shape.read_token_env, environment):
            return lambda: _from_environment(shape.read_token_env, chosen, environment)
    if shape.token_env is not None:
        return lambda: _from_environment(shape.token_env, chosen, environment)
    if shape.token_file is not None:
        return lambda: _from_file(chosen)
    if shape.read_token_env is not None:
        raise Denied(
            f"target {chosen.target.name} has no token to write with: only read_token_env is set",
            exit_code=8,
            advice="add token_env or token_file to the target",
        )
    return lambda: None


def _in_environment(name: str | None, environment: Mapping[str, str]) -> str:
    return environment.get(name or "", "").strip()


def _from_environment(name: str | None, chosen: Chosen, environment: Mapping[str, str]) -> str:
    found = _in_environment(name, environment)
    if not found:
        raise Denied(
            f"the token is missing: {name} is not set",
            exit_code=8,
            advice=f"export {name} with a token of {chosen.target.url}",
        )
    return found


def _from_file(chosen: Chosen) -> str:
    path = chosen.root / (chosen.shape.token_file or "")
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
        raise Denied(f"the token file {path} cannot be read: {reason}", exit_code=8) from None
    if not found:
        raise Denied(f"the token file {path} is empty", exit_code=8)
    return found
