"""unpack: what was once written out becomes an archive again, from an export or from the reports of applies.

The files come from outside, so every part of them is checked. Pure.
"""

from __future__ import annotations

from reconciler.stages.unpack.export import unpack
from reconciler.stages.unpack.reading import Unreadable
from reconciler.stages.unpack.reports import rebuild

__all__ = ["Unreadable", "rebuild", "unpack"]
