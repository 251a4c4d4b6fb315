"""The version of the program, alone in a module, so that whoever tells it imports nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
