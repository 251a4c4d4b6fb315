"""Shell: just enough of one to type the commands of the documentation.

In this process, because a process for each command would cost a second. The environment holds nothing of the
machine's own: what a reader sees may not hang on it.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from reconciler.cli import run

BARE = {name: os.environ[name] for name in ("PATH", "HOME", "USER", "LANG") if name in os.environ}
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{who}_{what}": "ann@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}
_WRITE = re.compile(r"echo '(?P<text>[^']*)' > (?P<path>\S+)")
_STATEMENT = re.compile(r"(?P<chain>.*?)(?:\s+#.*)?", re.DOTALL)


@dataclass
class Shell:
    """A folder to type in, and how the last command ended."""

    folder: Path
    code: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    """What the environment holds beside what every user has."""

    def type(self, line: str) -> str:
        """Run a line and give what a terminal would show.

        Knows `reconciler`, `git`, `cd`, `cat`, `echo $?`, `echo '...' > FILE` and `&&`. Raises ValueError for
        any other command: the documentation shall not need one.
        """
        shown = io.StringIO()
        found = _STATEMENT.fullmatch(line)
        assert found is not None
        for command in found["chain"].split(" && "):
            self._one(command.strip(), shown)
            if self.code:
                break
        return shown.getvalue()

    def save(self, path: str, text: str) -> None:
        """Save a file below the folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def _one(self, command: str, shown: io.StringIO) -> None:
        if command == "echo $?":
            shown.write(f"{self.code}\n")
            self.code = 0
            return
        if written := _WRITE.fullmatch(command):
            self.save(written["path"], f"{written['text']}\n")
            self.code = 0
            return
        name, *words = shlex.split(command)
        match name:
            case "reconciler":
                self.code = typed(self.folder, words, shown, self.variables)
            case "git":
                self.code = _git(self.folder, words, shown)
            case "cd":
                self.folder, self.code = self.folder / words[0], 0
            case "cat":
                shown.write((self.folder / words[0]).read_text("utf-8"))
                self.code = 0
            case _:
                raise ValueError(f"this shell knows no command {name}")


def typed(
    folder: Path, words: list[str], shown: io.StringIO, variables: Mapping[str, str] = MappingProxyType({})
) -> int:
    """Run `reconciler` in a folder, its stdout and stderr in the order in which they were written."""
    with _environment({**BARE, **variables}), chdir(folder), redirect_stdout(shown), redirect_stderr(shown):
        return run(words)


def _git(folder: Path, words: list[str], shown: io.StringIO) -> int:
    """Run git with nobody's settings and a fixed author."""
    ended = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**BARE, **_GIT},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    shown.write(ended.stdout)
    return ended.returncode


def answer(folder: Path, *words: str) -> tuple[int, str]:
    """Run `reconciler` in a folder; give the exit code and stdout alone."""
    shown = io.StringIO()
    with _environment(BARE), chdir(folder), redirect_stdout(shown), redirect_stderr(io.StringIO()):
        return run(words), shown.getvalue()


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
