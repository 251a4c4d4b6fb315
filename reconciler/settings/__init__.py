"""Settings: reconciler.yaml, the environment, which target is meant, and how to reach it.

shape     what may stand in the file
read      find the file, read it, say what is wrong with it
choose    which target is meant, and what the settings say about it
connect   the token, the connection, the embedded sandbox
"""

from __future__ import annotations

from reconciler.settings.choose import Chosen, choose
from reconciler.settings.connect import connect
from reconciler.settings.read import FILE, Misused, Settings, find, read

__all__ = ["FILE", "Chosen", "Misused", "Settings", "choose", "connect", "find", "read"]
