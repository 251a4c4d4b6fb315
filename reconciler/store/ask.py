"""Ask: a question in plain SQL, whoever asks it of the database, and how the texts of an answer are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

Ask = Callable[[str, Mapping[str, Any]], Iterable[Any]]
"""Gives the rows of a SELECT; a value stands in it as `:name`. Moments come as the text they are."""


def listed(values: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Give what stands between the brackets of an IN, and the values by their names there."""
    given = {f"of_{number}": value for number, value in enumerate(values)}
    return ", ".join(f":{name}" for name in given), given


def json_of(text: str | None) -> Any:
    """Read JSON that came as text; None is NULL. Raises ValueError."""
    return None if text is None else json.loads(text)


def moment_of(text: str | None) -> datetime | None:
    """Read a moment; None is NULL. Raises ValueError."""
    return None if text is None else datetime.fromisoformat(text)
