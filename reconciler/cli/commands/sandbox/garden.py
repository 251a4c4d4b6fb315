"""Garden: which sandbox a command means, how it is to behave, and what can be wrong with its file."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.cli.session import open_settings
from reconciler.model.diagnostic import error
from reconciler.model.text import listed
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.settings import Misused, choose
from reconciler.settings.shape import SANDBOX

if TYPE_CHECKING:
    from reconciler.sandbox import Market

_UNHARMED = "nothing was stored; mend the file, or name another one"


@dataclass(frozen=True, slots=True)
class Garden:
    """One sandbox's file, and the switches that were given for it, by their own names."""

    path: Path
    switches: Mapping[str, str]

    @contextmanager
    def market(self) -> Iterator[Market]:
        """Open the market for as long as the block lasts."""
        from reconciler.sandbox import Market

        market = Market(self.path)
        try:
            yield market
        finally:
            market.close()

    def counted(self, market: Market) -> dict[str, int]:
        """Count what the market holds."""
        theirs = len(market.yandex.orders())
        return {
            "orders": len(market.orders()),
            **({"orders of Yandex Market": theirs} if theirs else {}),
            "custom fields": len(market.fields()),
            "line statuses": len(market.statuses()),
            "switches": len(market.switches()),
        }


def open_garden(options: Mapping[str, Any]) -> Garden:
    """Find the sandbox that is meant: that of --file, else of the chosen target; raises `Misused`."""
    switches = read_switches(options["switches"])
    if options["file"] is not None:
        return Garden(Path(options["file"]), switches)
    settings, shape = open_settings(options["directory"])
    chosen = choose(shape, settings.root, options["target"], os.environ)
    if chosen.sandbox is not None:
        return Garden(Path(os.path.relpath(chosen.sandbox)), switches)
    others = [name for name, target in shape.targets.items() if target.url.startswith(SANDBOX)]
    advice = f"name one with -t: {listed(others)}" if others else f"give one the url {SANDBOX}PATH"
    raise Misused(
        f"target {chosen.target.name} is no sandbox: its url is {chosen.target.url}",
        f"{advice}; or name a file with --file",
    )


def read_switches(words: tuple[str, ...]) -> Mapping[str, str]:
    """Read NAME=VALUE words; the last one of a name counts. Raises `Misused` for what is none."""
    from reconciler.sandbox import chosen

    pairs = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise Misused(f"--switch {word} gives no value", "write NAME=VALUE, for example A9=shown")
        pairs[name] = value
    try:
        return chosen(pairs)
    except ValueError as refusal:
        raise Misused(f"--switch: {refusal}", "docs/sandbox.md lists every switch") from None


@contextmanager
def stored_fault(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a sandbox's file, or with what is to be put into it, into a `Stop`."""
    try:
        yield
    except ValueError as fault:
        raise Stop(codes.ERROR, (error(str(fault), advice=_UNHARMED),)) from None
    except sqlite3.Error as fault:
        raise Stop(codes.ERROR, (error(f"{path}: {fault}", advice=_UNHARMED),)) from None
    except OSError as fault:
        said = error(f"{fault.filename or path}: {fault.strerror}", advice=_UNHARMED)
        raise Stop(codes.ERROR, (said,)) from None


def listening_fault(fault: OSError, host: str, port: int) -> Stop:
    """Say why an address cannot be listened on, and what to do."""
    if fault.errno == errno.EADDRINUSE:
        said = error(f"port {port} of {host} is in use", advice="--port 0 takes any free one")
    elif fault.errno in {errno.EACCES, errno.EPERM}:
        said = error(f"port {port} of {host} may not be taken", advice="ports from 1024 on are free to all")
    else:
        reason = (fault.strerror or str(fault)).partition(" (while ")[0]
        said = error(
            f"cannot listen on {host}, port {port}: {reason}",
            advice="--host names an address of this machine, such as 127.0.0.1",
        )
    return Stop(codes.ERROR, (said,))
