"""`python -m bench.loaded WORD...`: runs the command line here, then prints how many modules that took."""

from __future__ import annotations

import contextlib
import io
import sys

from reconciler.cli import run

if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        run(sys.argv[1:])
    print(len(sys.modules))
