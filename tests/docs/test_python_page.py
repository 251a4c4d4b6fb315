"""The page about Python: its programs are run, one after the other, in the folder that `init` makes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT
from tests.examples.shell import answer

_PROGRAM = re.compile(
    r"^```python\n(?P<code>.*?)^```$.*?^```text\n(?P<said>.*?)^```$", re.DOTALL | re.MULTILINE
)
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")


def test_its_programs_print_what_it_shows(tmp_path: Path) -> None:
    assert answer(tmp_path, "init", "shop")[0] == 0
    programs = list(_PROGRAM.finditer(PAGE))
    assert len(programs) == PAGE.count("```python\n") == 3
    for each in programs:
        ended = subprocess.run(
            [sys.executable, "-c", each["code"]],
            cwd=tmp_path / "shop",
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stdout) == (0, each["said"]), ended.stderr


def test_it_names_all_that_is_exported() -> None:
    import reconciler

    named = set(re.findall(r"\b[A-Z][A-Za-z]+\b", PAGE))
    assert {name for name in reconciler.__all__ if not name.startswith("__")} <= named
