"""Opened: a repository's settings, manifests and question, as the command line puts them together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from reconciler.model.plan import Selection
from reconciler.pipeline import Declared, Question
from reconciler.ports import Clock
from reconciler.project.opening import manifests_of, target_in
from reconciler.settings import Chosen
from reconciler.shelves import KINDS


def opened(folder: Path) -> tuple[Chosen, Declared, Question]:
    """Read a repository; everything of it is asked for."""
    chosen = target_in(folder, None, {})
    question = Question(
        target=chosen.target,
        selection=Selection(),
        rules=chosen.rules,
        terms=chosen.terms,
        kinds=KINDS,
        how=chosen.shape.observe,
        clock=Clock(now=lambda: datetime.now(UTC), sleep=sleep),
    )
    return chosen, manifests_of(chosen), question
