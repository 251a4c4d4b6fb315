"""Report files: written as a whole or not at all, and never put in the place of a device or a pipe."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_MODE: Final = 0o644
"""A report is for everybody who may read the folder: it holds nothing personal."""


def write_report(path: Path, text: str | Iterable[str]) -> None:
    """Write a file, from pieces too; raises OSError. A link stays one; devices and pipes are written to."""
    pieces = (text,) if isinstance(text, str) else text
    if _is_device(path):
        with path.open("w", encoding="utf-8") as device:
            device.writelines(pieces)
        return
    real = path.resolve()
    mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else _MODE
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(pieces)
        beside.chmod(mode)
        beside.replace(real)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def refuse_unwritable(path: Path) -> None:
    """Raise OSError when a file of this name can surely not be written; makes nothing."""
    if _is_device(path):
        return
    real = path.resolve()
    if real.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not real.parent.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not real.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(real.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _is_device(path: Path) -> bool:
    """Tell what has to be written to as it is: /dev/stderr too, whatever it leads to."""
    under_dev = path.is_absolute() and path.parts[1:2] == ("dev",)
    return under_dev or (path.exists() and not path.is_file() and not path.is_dir())
