"""derive: everything declared becomes what is wanted now.

Three things stand between the two: dates that are over, wishes that are done (`hold: once`), and the part
that was asked for. What is left out is remembered as resting, or is simply not covered, so that nothing is
released only because nobody looked at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from reconciler.model import address
from reconciler.model.address import EVERY_LINE, Address
from reconciler.model.diagnostic import Diagnostic, note, warning
from reconciler.model.lines import narrowed
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests, OrderManifest
from reconciler.model.plan import Selection, everything
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import Wishes

AnyManifest = DefinitionManifest | OrderManifest | LineManifest


@dataclass(frozen=True, slots=True)
class Derived:
    """What is wanted now, and what was asked for."""

    manifests: Manifests
    covers: Callable[[Address], bool]
    """Tells whether an address that no manifest names belongs to what was asked for."""
    selects: Callable[[Address], bool]
    """Tells whether an address was asked for by name; the lines of an order that was come along unasked."""
    in_force: Mapping[str, OrderManifest]
    """Every full declaration whose time is not over, whatever was asked for."""
    finished: int
    """How many wishes are done and rest."""
    diagnostics: tuple[Diagnostic, ...]


def derive(
    manifests: Manifests, finished: Mapping[Address, str], selection: Selection, today: date
) -> Derived:
    """Leave out what is over, what is done and what was not asked for. `today` is the date in UTC."""
    in_force, expired, done = _in_force(manifests, finished, today)
    chosen = in_force if selection.is_whole else _chosen(in_force, selection)
    notes = [*_expiry_notes(expired), *_silent_notes(manifests, selection, today)]
    if not selection.is_whole:
        notes += _idle_patterns(manifests, selection)
    resting = frozenset(wish.address for wish in (*expired, *done))
    sources = {each.name: each for each in followed(manifests, selection, today)}
    return Derived(
        manifests=replace(chosen, resting=resting, sources=sources),
        covers=_covers(selection),
        selects=selects(selection),
        in_force=in_force.orders,
        finished=len(done),
        diagnostics=tuple(notes),
    )


def selects(selection: Selection) -> Callable[[Address], bool]:
    """Give what tells whether an address was asked for by name."""
    return everything if selection.is_whole else lambda where: _selects_address(where, selection)


@dataclass(frozen=True, slots=True)
class Counting:
    """Tells whether a wish counts now: it is not over, and comes from where was asked for.

    One that is done still counts: what it outvoted, such as a row of a table, must not come back after it.
    """

    selection: Selection
    today: date

    def __call__(self, wish: LineManifest) -> bool:
        """Tell whether one wish counts."""
        if wish.expires is not None and wish.expires < self.today:
            return False
        return self._anywhere or selects_origin(_places(wish), self.selection)

    def always(self, source: SourceManifest) -> bool:
        """Tell whether all that a source wishes is sure to count, without a look at it."""
        return self._anywhere and _counts(source, self.today)

    @property
    def _anywhere(self) -> bool:
        return not self.selection.origin and not self.selection.exclude_origin


def followed(manifests: Manifests, selection: Selection, today: date) -> list[SourceManifest]:
    """Give the live sources whose time is not over and that were asked for."""
    return [
        each
        for each in manifests.sources.values()
        if each.live and _counts(each, today) and _asks_for(each, selection)
    ]


# ------------------------------------------------------------------ dates and done wishes


def _counts(source: SourceManifest, today: date) -> bool:
    """Tell whether the time of a source, and so of all of its wishes, is not over."""
    return source.expires is None or source.expires >= today


def _in_force(
    manifests: Manifests, finished: Mapping[Address, str], today: date
) -> tuple[Manifests, list[OrderManifest | LineManifest], list[LineManifest]]:
    expired: list[OrderManifest | LineManifest] = []
    done: list[LineManifest] = []
    orders = {}
    for order, manifest in manifests.orders.items():
        if manifest.expires is not None and manifest.expires < today:
            expired.append(manifest)
        else:
            orders[order] = manifest

    def is_over(wish: LineManifest) -> bool:
        return wish.expires is not None and wish.expires < today

    def is_done(wish: LineManifest) -> bool:
        return wish.once and bool(finished) and finished.get(wish.address) == wish.status

    def note_rest(wish: LineManifest) -> None:
        (expired if is_over(wish) else done).append(wish)

    lines = manifests.lines
    if finished or not (isinstance(lines, Wishes) and _counts(lines.source, today)):
        lines = narrowed(lines, lambda wish: not is_over(wish) and not is_done(wish), left_out=note_rest)
    return replace(manifests, orders=orders, lines=lines), expired, done


def _expiry_notes(expired: list[OrderManifest | LineManifest]) -> Iterable[Diagnostic]:
    if not expired:
        return
    last = max(wish.expires for wish in expired if wish.expires is not None)
    first = min(expired, key=lambda wish: wish.origin)
    yield note(
        f"expired and ignored: {len(expired)} (the latest on {last})",
        first.origin,
        "remove the entries, or move their `expires` date",
    )


def _silent_notes(manifests: Manifests, selection: Selection, today: date) -> Iterable[Diagnostic]:
    """Say of each live source whose time is over that it was not asked."""
    for each in manifests.sources.values():
        if each.live and not _counts(each, today) and _asks_for(each, selection):
            yield note(
                f"{each.label} expired on {each.expires} and was not asked",
                each.origin,
                "remove it, or move its `expires` date",
            )


def _asks_for(source: SourceManifest, selection: Selection) -> bool:
    return selects_origin((source.origin.file, source.label), selection)


# ------------------------------------------------------------------ selection


def _covers(selection: Selection) -> Callable[[Address], bool]:
    if selection.is_whole:
        return everything
    if selection.origin or selection.exclude_origin:
        return lambda _: False  # what is no longer declared has no origin to be selected by
    return lambda where: _selects_address(where, selection)


def _selects_address(where: Address, selection: Selection) -> bool:
    text = str(where)
    if selection.only and not any(fnmatchcase(text, pattern) for pattern in selection.only):
        return False
    return not any(fnmatchcase(text, pattern) for pattern in selection.exclude)


def _places(manifest: AnyManifest) -> tuple[str, ...]:
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


def _selects(manifest: AnyManifest, selection: Selection) -> bool:
    if not selects_origin(_places(manifest), selection):
        return False
    if manifest.address.parts[-1] == EVERY_LINE:
        return _selects_some(manifest.address, selection)
    return _selects_address(manifest.address, selection)


def _selects_some(every: Address, selection: Selection) -> bool:
    """Tell whether a line of an order of which every line is meant may have been asked for."""
    if any(pattern.endswith(EVERY_LINE) and every.matches(pattern) for pattern in selection.exclude):
        return False
    return not selection.only or any(_reaches(pattern, every) for pattern in selection.only)


def _reaches(pattern: str, every: Address) -> bool:
    """Tell whether a glob may select a line of this order. What it selects indeed, diff asks line by line."""
    lines = str(every).removesuffix(EVERY_LINE)
    literal = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    return literal.startswith(lines) or lines.startswith(literal)


def _chosen(manifests: Manifests, selection: Selection) -> Manifests:
    """Keep what was asked for, the definitions that it needs, and the lines for which an import speaks."""
    orders = {
        order: manifest for order, manifest in manifests.orders.items() if _selects(manifest, selection)
    }
    lines = narrowed(manifests.lines, lambda wish: _selects(wish, selection) or wish.order in orders)
    needed = {need for manifest in orders.values() for need in manifest.needs}
    needed |= {address.line_status(wish.status) for wishes in lines.values() for wish in wishes.values()}
    definitions = {
        where: manifest
        for where, manifest in manifests.definitions.items()
        if where in needed or _selects(manifest, selection)
    }
    return replace(manifests, definitions=definitions, orders=orders, lines=lines)


def _idle_patterns(manifests: Manifests, selection: Selection) -> Iterable[Diagnostic]:
    """Warn about patterns that select nothing: most likely a typing mistake."""
    addresses = [manifest.address for manifest in manifests.every()]
    files = {place for manifest in manifests.every() for place in _places(manifest)}
    files |= {place for each in manifests.sources.values() for place in (each.label, each.origin.file)}

    def names_something(pattern: str) -> bool:
        return any(
            where.matches(pattern) or (where.parts[-1] == EVERY_LINE and _reaches(pattern, where))
            for where in addresses
        )

    for option, patterns in (("--only", selection.only), ("--exclude", selection.exclude)):
        for pattern in patterns:
            if not names_something(pattern):
                yield warning(
                    f"{option} {pattern!r} matches nothing that is declared",
                    advice="addresses look like order_line/1234000/line_01; `*` matches any letters",
                )
    for option, patterns in (("--origin", selection.origin), ("--exclude-origin", selection.exclude_origin)):
        for pattern in patterns:
            if not any(fnmatchcase(file, pattern) for file in files):
                yield warning(
                    f"{option} {pattern!r} matches no file that declares something",
                    advice=f"files look like {min(files)}" if files else "",
                )
