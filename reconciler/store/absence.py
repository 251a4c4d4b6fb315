"""Absence: a state that is a file which is not there, told without loading what reads states.

That takes longer to load than a plan of some thousand lines takes, and where nothing was ever remembered
there is nothing to read. It must not decide anything else: a state that is there is opened, whatever it is,
and where a folder does not let us look, nobody knows that nothing was remembered.
"""

from __future__ import annotations

import os
from typing import Final

_SCHEME: Final = "sqlite:///"
_NO_FILE: Final = frozenset(("", ":memory:"))


def is_absent(url: str) -> bool:
    """Tell whether a URL names a file of SQLite, and surely nothing lies where it should be."""
    path = url.removeprefix(_SCHEME)
    if not url.startswith(_SCHEME) or path in _NO_FILE:
        return False
    try:
        os.lstat(path)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False
