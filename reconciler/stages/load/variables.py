"""Variables in values: `${name}`, and `$${` for a literal `${`.

A scalar that is nothing but `${name}` becomes the variable's value, with its type; elsewhere text is joined,
numbers as they were written. Keys are never touched, the environment is never read, and what a variable holds
is not looked through again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.document import Document, written

_REFERENCE: Final = re.compile(r"(?P<literal>\$\$\{)|\$\{(?P<name>[^{}]*)\}|(?P<open>\$\{)")


def interpolate(document: Document, variables: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Replace the references in a document's values in place; `variables` are scalars.

    To be called once, for what `$${` has become would be read as a reference. A value with an error stays.
    """
    found: dict[Diagnostic, None] = {}
    for container, step, place in document.variables:
        faults = _faults(container[step], variables)
        if not faults:
            container[step] = _replace(container[step], variables)
        origin = document.origin(place)
        found.update((error(summary, origin, advice), None) for summary, advice in faults)
    return tuple(found)


def suggest(name: str, known: Iterable[str]) -> str:
    """Make the advice for a name that is not among the known: the nearest of them, and all of them."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    all_of_them = f"defined: {', '.join(names)}" if names else "none is defined"
    return f"did you mean {near[0]}? {all_of_them}" if near else all_of_them


def _replace(text: str, variables: Mapping[str, Any]) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole and whole["name"] is not None:
        return variables[whole["name"].strip()]
    return _REFERENCE.sub(
        lambda each: "${" if each["literal"] else _text(variables[each["name"].strip()]), text
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(written(value))


def _faults(text: str, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say what is wrong with the references in a text: summaries and advice."""
    faults = []
    for each in _REFERENCE.finditer(text):
        if each["open"]:
            faults.append(("a `${` without its `}`", "close it, or write `$${` for a literal `${`"))
        elif not each["literal"]:
            name = each["name"].strip()
            if name not in variables:
                faults.append((f"the variable {name!r} is not defined", suggest(name, variables)))
            elif variables[name] is None and each[0] != text:
                faults.append(
                    (
                        f"the variable {name!r} is null and cannot be joined to text",
                        "give it a text in `vars`",
                    )
                )
    return faults
