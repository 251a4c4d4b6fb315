"""The machine and the libraries that figures belong to: without them a table of ratios cannot be doubted."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from bench.peers import version_of
from bench.samples import HERE

LIBRARIES: Final = (
    "ruamel.yaml",
    "ruamel.yaml.clib",
    "pydantic",
    "msgspec",
    "httpx",
    "deepdiff",
    "SQLAlchemy",
    "click",
)
PEERS: Final = ("PyYAML", "octodns", "ansible-core")


def machine() -> dict[str, Any]:
    """Describe this machine; what it does not tell is an empty text. Memory in GiB."""
    memory = _field("/proc/meminfo", "MemTotal").split()
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count() or 0,
        "memory": round(int(memory[0]) / 2**20, 1) if memory else 0,
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0,
    }


def versions() -> dict[str, str]:
    """Give the versions of the libraries and of those peers that are installed."""
    found = {name: metadata.version(name) for name in LIBRARIES}
    return found | {name: version for name in PEERS if (version := version_of(name))}


def commit() -> str:
    """Name the commit that is measured, with a `+` when something is changed; nothing outside of Git."""
    try:
        named = _git("rev-parse", "--short=12", "HEAD")
        return f"{named}+" if named and _git("status", "--porcelain", "-uno") else named
    except OSError:
        return ""


def _git(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        ["git", "-C", HERE, *words],  # noqa: S607 - whichever Git is used here
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def _field(file: str, name: str) -> str:
    """Give the first value of a field of a file of the kernel."""
    path = Path(file)
    if not path.exists():
        return ""
    lines = (line.partition(":") for line in path.read_text("utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")
