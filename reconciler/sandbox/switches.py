"""Choosing behaviours: from words such as `A9=shown` to a complete mapping, and the table as Markdown.

A `Behaviour` holds a value for every switch, so the rest of the server never asks whether one is set.
A wrong name or value is refused with the nearest right one: a test that switches nothing proves nothing.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from reconciler.sandbox.switch import Switch
from reconciler.sandbox.switch_table import CLIENT_ONLY, SWITCHES

Behaviour = Mapping[str, str]
"""One value for every switch, by the switch's name."""

_BY_NAME = {switch.name: switch for switch in SWITCHES}
DEFAULTS: Behaviour = {switch.name: switch.default for switch in SWITCHES}
"""What the server does when nothing is chosen: as documented."""


def named(name: str, value: str) -> Switch:
    """Return the switch that `name` means: its own name, or the number of a row.

    Where one row has several switches, the one that knows `value` is meant.
    Raises ValueError, with a suggestion, when that is none or more than one.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    row = name.upper()
    candidates = [switch for switch in SWITCHES if row in switch.rows]
    if len(candidates) > 1:
        knowing = [switch for switch in candidates if value in switch.values]
        if len(knowing) == 1:
            return knowing[0]
        names = ", ".join(switch.name for switch in candidates)
        raise ValueError(f"{row} has several switches, name one of them: {names}")
    if candidates:
        return candidates[0]
    if row in CLIENT_ONLY:
        raise ValueError(f"{row} has no switch: it is not up to the server")
    raise ValueError(f"unknown switch {name!r}{_nearest(name, _BY_NAME)}")


def chosen(words: Mapping[str, str]) -> dict[str, str]:
    """Check names and values; return the same choice by the switches' own names.

    Raises ValueError for an unknown name or value, or a switch that is set twice to different values.
    """
    choice: dict[str, str] = {}
    for name, value in words.items():
        switch = named(name, value)
        if value not in switch.values:
            hint = f"{_nearest(value, switch.values)} (allowed: {', '.join(switch.values)})"
            raise ValueError(f"switch {switch.name}: unknown value {value!r}{hint}")
        if choice.setdefault(switch.name, value) != value:
            raise ValueError(f"switch {switch.name} is set twice, to {choice[switch.name]!r} and {value!r}")
    return choice


def behaviour(*choices: Mapping[str, str]) -> Behaviour:
    """Lay choices over the defaults, later ones over earlier ones; each is checked as `chosen` does."""
    merged = dict(DEFAULTS)
    for choice in choices:
        merged.update(chosen(choice))
    return merged


def switch_table_markdown(switches: Iterable[Switch] = SWITCHES) -> str:
    """Render switches as one Markdown table: name, rows, what it decides, values, the default first."""
    lines = ["| switch | rows | decides | values, the default first |", "|---|---|---|---|"]
    for switch in switches:
        values = "<br>".join(f"`{value}`: {meaning}" for value, meaning in switch.values.items())
        cells = (f"`{switch.name}`", ", ".join(switch.rows) or "-", switch.summary, values)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _nearest(word: str, known: Mapping[str, object]) -> str:
    found = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""
