"""`python -m reconciler` and the command `reconciler`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with one of the contract's exit codes."""
    from reconciler.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
