"""Files: written as a whole or not at all, and never put in the place of a device or a pipe.

The text is written beside the file and moved into its place, so that a crash leaves the old text or the new
one. Who may read the file does not change, and a link to it stays a link.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

_MODE: Final = 0o644
"""Of a new file: it is for everybody who may read the folder, for it holds nothing personal."""


def write_text(path: Path, text: str | Iterable[str]) -> None:
    """Write a file in UTF-8 as the text stands, from pieces too; raises OSError, and then it is as it was.

    A link stays one; devices and pipes are written to.
    """
    pieces = (text,) if isinstance(text, str) else text
    if _is_device(path):
        with path.open("w", encoding="utf-8", newline="") as device:
            device.writelines(pieces)
        return
    real = _real(path)
    mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else _MODE
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        beside.chmod(mode)
        beside.replace(real)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def create_text(path: Path, text: str) -> None:
    """Make a file with its folders, whole or not at all.

    Raises OSError, FileExistsError where there is one by now.
    """
    from secrets import token_hex

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{path.name}.{token_hex(4)}"
    descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        _take_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _take_place(beside: Path, path: Path) -> None:
    """Give a file its name; a link refuses a name that is taken, and some disks know no links."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        beside.replace(path)


def refuse_unwritable(path: Path) -> None:
    """Raise OSError when a file of this name can surely not be written; makes nothing."""
    if _is_device(path):
        return
    real = _real(path)
    if real.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not real.parent.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not real.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(real.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _real(path: Path) -> Path:
    """Follow links to where a file is or will be; raises OSError where nobody can, as in a loop of links."""
    with suppress(FileNotFoundError):
        path.stat()
    return path.resolve()


def _is_device(path: Path) -> bool:
    """Tell what has to be written to as it is: /dev/stderr too, whatever it leads to."""
    under_dev = path.is_absolute() and path.parts[1:2] == ("dev",)
    return under_dev or (path.exists() and not path.is_file() and not path.is_dir())
