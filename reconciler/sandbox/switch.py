"""The noun of the tables: one behaviour that may be one way or another."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """One open behaviour: its name, the rows it answers, its default, and every value with its meaning."""

    name: str
    rows: tuple[str, ...]
    default: str
    values: Mapping[str, str]
    summary: str


def switch(name: str, rows: str, summary: str, /, **values: str) -> Switch:
    """Build a switch; the first value is the default. `_` before a value lets it begin with a digit."""
    meanings = {value.removeprefix("_"): meaning for value, meaning in values.items()}
    return Switch(name, tuple(rows.split()), next(iter(meanings)), meanings, summary)
