"""Cases: every example folder, the targets it is planned for, and the file that keeps each plan."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.examples.shell import answer

EXAMPLES = Path(__file__).parents[2] / "examples"
SEED = "sandbox.json"


@dataclass(frozen=True)
class Case:
    """One plan that an example has to give."""

    folder: str
    target: str = "sandbox"
    golden: str = "plan.txt"

    @property
    def path(self) -> Path:
        """The file that keeps the plan."""
        return EXAMPLES / self.folder / self.golden

    def copied(self, to: Path) -> Path:
        """Copy the folder as its user would find it."""
        return copied(self.folder, to)

    def plan(self, folder: Path) -> str:
        """Give the text of the plan."""
        code, text = answer(folder, "plan", "-t", self.target)
        assert code == 0, text
        return text


CASES = (
    Case("quickstart"),
    Case("correct-order-lines"),
    Case("corrections"),
    Case("yandex-market"),
    Case("adopt-existing"),
    Case("many-environments", "staging", "plan-staging.txt"),
    Case("many-environments", "production", "plan-production.txt"),
)


def copied(folder: str, to: Path) -> Path:
    """Copy an example, and fill its sandbox where there is something to fill it with; give the copy."""
    copy = to / folder
    shutil.copytree(EXAMPLES / folder, copy, ignore=shutil.ignore_patterns("plan*.txt", ".reconciler"))
    if (copy / SEED).exists():
        code, text = answer(copy, "sandbox", "seed", SEED)
        assert code == 0, text
    return copy
