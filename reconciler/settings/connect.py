"""Connect: the token, the connection and the embedded sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
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
    if chosen.sandbox is None:
        check_host(chosen.shape.url, environment, "the target's url")
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
        touchpoints=tuple(dict.fromkeys(shape.touchpoints)),
        side_by_side=shape.concurrency,
    )
    with _wire(chosen, limits, Ambient(sleep=sleep, stopped=stopped), heard) as wire:
        yield Altcraft(wire, token=token, in_use=KINDS.order.fields_in_use, dialect=dialect, heard=heard)


def check_host(url: str, environment: Mapping[str, str], whose: str) -> None:
    """Refuse a host that the environment does not allow, before any token is read (contract, section 8).

    A variable that is set and names nothing allows nothing. `whose` names the place of the URL. Raises
    `Denied`.
    """
    if ALLOWED_HOSTS not in environment:
        return
    allowed = environment[ALLOWED_HOSTS].lower().replace(",", " ").split()
    host = urlsplit(url).hostname or ""
    if not any(fnmatchcase(host, pattern) for pattern in allowed):
        raise Denied(
            f"{host} is not among the hosts that {ALLOWED_HOSTS} allows",
            exit_code=8,
            advice=f"correct {whose}, or the variable",
        )


def _wire(chosen: Chosen, limits: Limits, ambient: Ambient, heard: Callable[[str], None]) -> Wire:
    if chosen.sandbox is None:
        return Wire(chosen.shape.url, limits=limits, ambient=ambient, heard=heard)
    return sandboxed(chosen.sandbox, limits, ambient, heard)


def sandboxed(place: Path, limits: Limits, ambient: Ambient, heard: Callable[[str], None]) -> Wire:
    """Make a wire to the embedded sandbox in a file, in this process. Raises `Broken` when it is none."""
    from reconciler.sandbox import create_app

    try:
        app = create_app(place)
    except ValueError as fault:
        raise Broken(str(fault)) from None
    return Wire.in_process(app, limits=limits, ambient=ambient, heard=heard)


def _token(chosen: Chosen, environment: Mapping[str, str], *, reading: bool) -> Callable[[], str | None]:
    """Give a function that gets the token anew at each call, so that a renewed file is seen."""
    shape, url = chosen.shape, chosen.target.url
    if reading and shape.read_token_env is not None:
        alone = shape.token_env is None and shape.token_file is None
        if alone or in_environment(shape.read_token_env, environment):
            return lambda: from_environment(shape.read_token_env, url, environment)
    if shape.token_env is not None:
        return lambda: from_environment(shape.token_env, url, environment)
    if shape.token_file is not None:
        return lambda: from_file(chosen.root / (shape.token_file or ""))
    if shape.read_token_env is not None:
        raise Denied(
            f"target {chosen.target.name} has no token to write with: only read_token_env is set",
            exit_code=8,
            advice="add token_env or token_file to the target",
        )
    return lambda: None


def in_environment(name: str | None, environment: Mapping[str, str]) -> str:
    """Give what a variable holds, empty when it is not set."""
    return environment.get(name or "", "").strip()


def from_environment(name: str | None, url: str, environment: Mapping[str, str]) -> str:
    """Give the token that a variable holds. Raises `Denied` without one, naming what it is for."""
    found = in_environment(name, environment)
    if not found:
        raise Denied(
            f"the token is missing: {name} is not set",
            exit_code=8,
            advice=f"export {name} with a token of {url}",
        )
    return found


def from_file(path: Path) -> str:
    """Give the token that a file holds. Raises `Denied` without one."""
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
        raise Denied(f"the token file {path} cannot be read: {reason}", exit_code=8) from None
    if not found:
        raise Denied(f"the token file {path} is empty", exit_code=8)
    return found
