"""Shelves: the kinds of resources and the types of sources that this program knows, put together.

The only place that names them all: a new kind or a new source is a package of its own and one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler import kinds
from reconciler.ports import Kinds, OrderSource
from reconciler.sources.table import Table

KINDS: Final[Kinds] = kinds.KINDS

READERS: Final[Mapping[str, OrderSource]] = {"table": Table()}
"""What reads each type of source that stands in files beside the manifests."""
