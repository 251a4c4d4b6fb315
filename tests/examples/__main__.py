"""Write the plans of all examples again: `make docs`."""

import tempfile
from pathlib import Path

from tests.examples.cases import CASES

for case in CASES:
    with tempfile.TemporaryDirectory() as scratch:
        case.path.write_text(case.plan(case.copied(Path(scratch))), "utf-8")
