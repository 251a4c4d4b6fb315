"""Replacing: new text for a file that stays the same file to everybody else.

The text is written beside it and moved into its place, so that a crash leaves the old text or the new one.
Who may read the file does not change, and a link to it stays a link.
"""

from __future__ import annotations

import os
import stat
import tempfile
from errno import EEXIST
from pathlib import Path
from secrets import token_hex


def replace_text(path: Path, text: str) -> None:
    """Replace a file's text, in UTF-8 and as it stands; raises OSError, and then the file is as it was."""
    real = path.resolve()
    mode = stat.S_IMODE(real.stat().st_mode)
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        beside.chmod(mode)
        beside.replace(real)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def create_text(path: Path, text: str) -> None:
    """Make a file with its folders, whole or not at all.

    Raises OSError, FileExistsError where there is one by now.
    """
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
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path)) from None
        beside.replace(path)
