"""Absence: a state that is a file which is not there, told without loading what reads states.

That takes longer to load than a plan of some thousand lines takes, and where nothing was ever remembered
there is nothing to read. It must not decide anything else: a state that is there is opened, whatever it is.
"""

from __future__ import annotations

import os
from typing import Final

_SCHEME: Final = "sqlite:///"
_NO_FILE: Final = frozenset(("", ":memory:"))


def is_absent(url: str) -> bool:
    """Tell whether a URL names a file of SQLite, and nothing lies where it should be."""
    path = url.removeprefix(_SCHEME)
    return url.startswith(_SCHEME) and path not in _NO_FILE and not os.path.lexists(path)
