"""Lean: keeps httpx from loading what nobody here uses.

Where rich is installed, httpx loads it with its pygments for a command line of its own. None in the place of
a module means that it is not to be had, and httpx is made for that. Imported once, before httpx.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
