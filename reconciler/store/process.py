"""Process: whether a process that was written down still runs, told from /proc.

It is said to have died only where nothing else can be true: the same boot of the same kernel, the same
namespace of process ids, and under its id nobody or somebody who started at another time. Elsewhere than on
Linux, or across machines and containers, nothing is said.
"""

from __future__ import annotations

import os
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final

from reconciler.model.lease import Holder, Process

_PROC: Final = Path("/proc")
_GONE: Final = frozenset({"Z", "X"})
"""States of a process that has ended and only waits for its parent to hear of it."""


class Fate(Enum):
    """What can be told of a process."""

    ALIVE = "alive"
    DIED = "died"
    UNKNOWN = "unknown"


def this_process(proc: Path = _PROC) -> Process:
    """Find out what tells this process from every other; what cannot be found out stays empty."""
    pid = os.getpid()
    return Process(pid, _boot_id(proc), _namespace(proc), _started(pid, proc) or "")


def fate(process: Process, proc: Path = _PROC) -> Fate:
    """Tell whether a process still runs, as far as it can be told from here."""
    if process.pid <= 0 or not (process.boot_id and process.namespace and process.started):
        return Fate.UNKNOWN
    if (process.boot_id, process.namespace) != (_boot_id(proc), _namespace(proc)):
        return Fate.UNKNOWN
    if not _exists(process.pid):
        return Fate.DIED
    started = _started(process.pid, proc)
    if started is None:
        return Fate.UNKNOWN  # it exists and may not be looked at
    return Fate.ALIVE if started == process.started else Fate.DIED


def is_alive(holder: Holder) -> bool:
    """Tell whether the process of a holder runs on this machine right now."""
    return fate(holder.claim.process) is Fate.ALIVE


def may_run(holder: Holder, now: datetime) -> bool:
    """Tell whether a holder may still be at work: it lives here, or was heard of lately from elsewhere."""
    found = fate(holder.claim.process)
    return found is Fate.ALIVE or (found is Fate.UNKNOWN and now < holder.expires_at)


def _exists(pid: int) -> bool:
    """Ask the kernel, for /proc may hide the processes of other users."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _boot_id(proc: Path) -> str:
    return _read(proc / "sys/kernel/random/boot_id").strip()


def _namespace(proc: Path) -> str:
    try:
        return str((proc / "self/ns/pid").readlink())
    except OSError:
        return ""


def _started(pid: int, proc: Path) -> str | None:
    """Give the 22nd field of a process's stat, empty for one that has ended, None where it cannot be read.

    The second field is a name in brackets that may hold anything, so fields are counted behind it.
    """
    fields = _read(proc / str(pid) / "stat").rpartition(")")[2].split()
    if len(fields) < 20:
        return None
    return "" if fields[0] in _GONE else fields[19]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
