"""Replacing: new text for a file that stays the same file to everybody else.

The text is written beside it and moved into its place, so that a crash leaves the old text or the new one.
Who may read the file does not change, and a link to it stays a link.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


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
