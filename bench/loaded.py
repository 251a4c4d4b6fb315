"""`python -m bench.loaded WORD...`: runs the command line here, then prints the modules it took, as JSON."""

import contextlib
import io
import sys

from reconciler.cli import run

if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        run(sys.argv[1:])
    names = sorted(sys.modules)
    import json

    print(json.dumps(names))
