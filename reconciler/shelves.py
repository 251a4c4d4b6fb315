"""Shelves: the kinds of resources and the types of sources that this program knows, put together.

The only place that names them all: a new kind or a new source is a package of its own and one line here.
"""

from __future__ import annotations

from typing import Final

from reconciler import kinds
from reconciler.ports import Kinds

KINDS: Final[Kinds] = kinds.KINDS
