"""Settings: reconciler.yaml, the environment, which target is meant, and how to reach it.

shape     what may stand in the file
read      find the file, read it, say what is wrong with it
choose    which target is meant, and what the settings say about it
connect   the token, the connection, the embedded sandbox; imported by its own name where it is used, because
          it brings the wire, and validate has none
"""

from __future__ import annotations

from reconciler.settings.choose import Chosen, choose
from reconciler.settings.read import FILE, Misused, Settings, find, read

__all__ = ["FILE", "Chosen", "Misused", "Settings", "choose", "find", "read"]
