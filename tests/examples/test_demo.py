"""The demonstration that `make demo` gives runs to its end, wherever it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.examples.cases import EXAMPLES
from tests.examples.shell import BARE


def test_the_demo_shows_a_plan_an_apply_and_a_plan_again(tmp_path: Path):
    programs = Path(sys.executable).parent
    environment = {
        **BARE,
        "PATH": f"{programs}{os.pathsep}{BARE['PATH']}",
        "CI": "true",
        "TMPDIR": str(tmp_path),
    }
    ended = subprocess.run(
        ["bash", str(EXAMPLES / "demo.sh")], env=environment, capture_output=True, text=True, check=False
    )
    typed = [line for line in ended.stdout.splitlines() if line.startswith("$ ")]
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
    assert typed == [
        "$ reconciler sandbox seed sandbox.json",
        "$ reconciler plan",
        "$ reconciler apply --auto-approve",
        "$ reconciler plan",
    ]
    assert "\033" not in ended.stdout
    assert not list(tmp_path.iterdir())
