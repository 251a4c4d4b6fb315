"""`python -m reconciler` and the command `reconciler`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line; ends the process with one of the contract's exit codes.

    The garbage collector sleeps while modules are loaded (`root` wakes it for what a command does), and what
    is there at the end is kept from it: nothing of that is garbage, and looking through all of it time and
    again took a quarter of a small plan.
    """
    gc.disable()
    from reconciler.cli import run

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
