"""Selecting: the part of what is declared that was asked for, by address and by where it stands.

Globs are tried on the lines of an order only where they may reach it: a table holds a million lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from reconciler.model import address
from reconciler.model.address import EVERY_LINE, Address
from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.ids import foreseen
from reconciler.model.lines import Layer, Layered, Part, narrowed
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests, OrderManifest
from reconciler.model.plan import Selection, everything
from reconciler.model.shelf import Shelf
from reconciler.model.stated import Stated

AnyManifest = DefinitionManifest | OrderManifest | LineManifest


def covers(selection: Selection) -> Callable[[Address], bool]:
    """Give what tells whether an address that no manifest names belongs to what was asked for."""
    if selection.is_whole:
        return everything
    if selection.origin or selection.exclude_origin:
        return lambda _: False  # what is no longer declared has no origin to be selected by
    return lambda where: selects_address(where, selection)


def selects_address(where: Address, selection: Selection) -> bool:
    """Tell whether an address was asked for by name."""
    text = str(where)
    if selection.only and not any(fnmatchcase(text, pattern) for pattern in selection.only):
        return False
    return not any(fnmatchcase(text, pattern) for pattern in selection.exclude)


def places_of(manifest: AnyManifest) -> tuple[str, ...]:
    """Name where a wish comes from: its file; of a source also its name and where that is declared."""
    source = manifest.source if isinstance(manifest, LineManifest) else None
    if source is None:
        return (manifest.origin.file,)
    return (manifest.origin.file, source.label, source.origin.file)


def selects_origin(places: Sequence[str], selection: Selection) -> bool:
    """Tell whether what comes from these places was asked for."""
    if selection.origin and not _any_like(places, selection.origin):
        return False
    return not _any_like(places, selection.exclude_origin)


def _any_like(places: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(place, pattern) for place in places for pattern in patterns)


def is_selected(manifest: AnyManifest, selection: Selection) -> bool:
    """Tell whether a manifest was asked for; of every line of an order, whether some of them may be."""
    if not selects_origin(places_of(manifest), selection):
        return False
    if manifest.address.parts[-1] == EVERY_LINE:
        return _selects_some(manifest.address, selection)
    return selects_address(manifest.address, selection)


def _selects_some(every: Address, selection: Selection) -> bool:
    """Tell whether a line of an order of which every line is meant may have been asked for."""
    if any(pattern.endswith(EVERY_LINE) and every.matches(pattern) for pattern in selection.exclude):
        return False
    return not selection.only or any(_reaches(pattern, every) for pattern in selection.only)


def _reaches(pattern: str, every: Address) -> bool:
    """Tell whether a glob may select a line of this order. What it selects indeed, diff asks line by line."""
    return _is_near(_literal(pattern), every.parts[0])


def _literal(pattern: str) -> str:
    """Give what every text that a glob matches begins with."""
    return re.split(r"[*?\[]", pattern, maxsplit=1)[0]


def _is_near(literal: str, order: str) -> bool:
    """Tell whether the address of a line of this order may begin like this."""
    lines = str(address.order_line(order, ""))
    return literal.startswith(lines) or lines.startswith(literal)


def chosen(manifests: Manifests, selection: Selection) -> Manifests:
    """Keep what was asked for, the definitions that it needs, and the lines for which an import speaks."""
    orders = {
        order: manifest for order, manifest in manifests.orders.items() if is_selected(manifest, selection)
    }
    lines, statuses = _chosen_lines(manifests.lines, orders, selection)
    needed = {need for manifest in orders.values() for need in manifest.needs}
    needed |= {address.line_status(status) for status in statuses}
    definitions = {
        where: manifest
        for where, manifest in manifests.definitions.items()
        if where in needed or is_selected(manifest, selection)
    }
    return replace(manifests, definitions=definitions, orders=orders, lines=lines)


def _chosen_lines(
    lines: Layer, orders: Collection[str], selection: Selection
) -> tuple[Layer, Collection[str]]:
    """Keep the wishes that were asked for, or are of these orders; gives also the statuses that they name."""
    reaches = reach(lines, selection)
    statuses: set[str] = set()

    def keep(wish: LineManifest) -> bool:
        if wish.order not in orders and not is_selected(wish, selection):
            return False
        statuses.add(wish.status)
        return True

    def at_once(order: str) -> bool | None:
        return None if order in orders else reaches(order)

    if isinstance(lines, Shelf) and reaches is wholly:
        return lines, {words.status for words in lines.spoken}
    return narrowed(lines, keep, at_once=at_once), statuses


def wholly(_: str) -> bool | None:
    """Select all wishes of any order."""
    return True


def reach(lines: Layer, selection: Selection) -> Callable[[str], bool | None]:
    """Give what tells of an order whether all of its wishes were asked for, none, or each may be or not."""
    literals = [_literal(pattern) for pattern in selection.only]
    if selection.is_whole:
        return wholly
    if isinstance(lines, Shelf) and not (selection.only or selection.exclude):
        of_all = (lines.source.label, lines.source.origin.file)
        asked = {selects_origin((file, *of_all), selection) for file in lines.files}
        if len(asked) == 1:
            return wholly if True in asked else lambda _: False
    return lambda order: None if not literals or any(_is_near(each, order) for each in literals) else False


def idle_patterns(manifests: Manifests, selection: Selection) -> Iterable[Diagnostic]:
    """Warn about patterns that select nothing: most likely a typing mistake."""
    idle = _idle_addresses(manifests, {*selection.only, *selection.exclude})
    for option, patterns in (("--only", selection.only), ("--exclude", selection.exclude)):
        for pattern in patterns:
            if pattern in idle:
                yield warning(
                    f"{option} {pattern!r} matches nothing that is declared",
                    advice="addresses look like order_line/1234000/line_01; `*` matches any letters",
                )
    files = _all_places(manifests) if selection.origin or selection.exclude_origin else ()
    for option, patterns in (("--origin", selection.origin), ("--exclude-origin", selection.exclude_origin)):
        for pattern in patterns:
            if not any(fnmatchcase(file, pattern) for file in files):
                yield warning(
                    f"{option} {pattern!r} matches no file that declares something",
                    advice=f"files look like {min(files)}" if files else "",
                )


def _idle_addresses(manifests: Manifests, patterns: Iterable[str]) -> Collection[str]:
    """Give the patterns that match no address; looks no further once each has matched one."""
    idle = {pattern: _literal(pattern) for pattern in patterns}

    def try_on(where: Address) -> None:
        every = where.parts[-1] == EVERY_LINE
        for pattern in [*idle]:
            if where.matches(pattern) or (every and _reaches(pattern, where)):
                del idle[pattern]

    for where in (*manifests.definitions, *map(address.order, manifests.orders)):
        try_on(where)
    for order in foreseen(manifests.lines, manifests.lines):
        if not idle:
            break
        if any(_is_near(literal, order) for literal in idle.values()):
            for wish in manifests.lines[order].values():
                try_on(wish.address)
    return idle


def _all_places(manifests: Manifests) -> Collection[str]:
    """Name every place that something is declared in."""
    whole: list[AnyManifest] = [*manifests.definitions.values(), *manifests.orders.values()]
    places = {place for manifest in whole for place in places_of(manifest)}
    places |= {place for each in manifests.sources.values() for place in (each.label, each.origin.file)}
    return places | _places_in(manifests.lines)


def _places_in(lines: Layer) -> set[str]:
    if isinstance(lines, Shelf):
        return {lines.source.label, lines.source.origin.file, *lines.files}
    if isinstance(lines, Stated):
        return {*lines.files}
    if isinstance(lines, Layered):
        return {place for layer in lines.all for place in _places_in(layer)}
    if isinstance(lines, Part):
        return _places_in(lines.whole)
    return {place for wishes in lines.values() for wish in wishes.values() for place in places_of(wish)}
