"""The command line: arguments in, text and exit code out. The only click, the only printing.

Command modules are loaded when their command is called, so that `--help`, `--version` and completion stay
quick; nothing here imports a stage, a library of the wire or the store.
"""

from __future__ import annotations

from reconciler.cli.root import run

__all__ = ["run"]
