"""adopt: what the manifests say is taken for a fact, because the user says so, wherever nothing contradicts.

The target is read first and wins: an order that it does not show, a line that the order does not have and a
status that is shown otherwise are refused. What it hides is taken at the user's word. Pure; sends nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase

from reconciler.model import address
from reconciler.model.address import EVERY_LINE, ORDER, ORDER_LINE, Address
from reconciler.model.adoption import Adoption, Refusal
from reconciler.model.definition import memorable
from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.evidence import Absent, Evidence, Present, Unknown
from reconciler.model.latest import is_outdated, spoken
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests, Mode
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import Taken
from reconciler.model.record import Baseline, Memory, Record
from reconciler.model.source import Missing, SourceManifest
from reconciler.ports import Kinds

_ORDERS = "an order can be read, so there is nothing to vouch for: plan compares it"
_EXTERNAL = "kept elsewhere (`external: true`), so it is not on record"
_ELSEWHERE = "of orders at another endpoint than the one whose orders follow their source"
_MISSING = "the target does not show them, as their source expects of some (`missing: note`)"
_OLDER = "reported earlier than what is remembered of them"
_NOTHING = "nothing of that address is declared and in force"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the user vouches for: the declared addresses like these patterns, as of a moment."""

    patterns: tuple[str, ...]
    at: datetime
    run: int = 0
    """The run under which it is remembered."""
    salt: str = ""
    """Goes into the digests of what must not be shown: the account."""


def may_mean_lines(patterns: Sequence[str]) -> bool:
    """Tell whether any of the patterns may mean the address of a line."""
    return any(_may_begin(pattern, f"{ORDER_LINE}/") for pattern in patterns)


def of_orders(manifests: Manifests, patterns: Sequence[str]) -> Manifests:
    """Give the line states that the patterns may mean: what has to be read before anything is adopted."""
    lines = {
        order: chosen
        for order, wishes in manifests.lines.items()
        if (chosen := {line: wish for line, wish in wishes.items() if _may_mean(wish, patterns)})
    }
    return Manifests(lines=lines, catalogue=manifests.catalogue)


def adopt(manifests: Manifests, world: World, record: Record, kinds: Kinds, vouched: Vouched) -> Adoption:
    """Sort everything that the patterns mean. `world` has to hold what `of_orders` names."""
    sorting = _Sorting(record, vouched, manifests.sources)
    for where, manifest in manifests.definitions.items():
        if sorting.means(where):
            sorting.definition(manifest, kinds)
    for order in manifests.orders:
        if sorting.means(address.order(order)):
            sorting.leave_out(str(address.order(order)), _ORDERS)
    for order, wishes in of_orders(manifests, vouched.patterns).lines.items():
        _lines(order, wishes, world, sorting)
    return sorting.read()


def _lines(order: str, wishes: Mapping[str, LineManifest], world: World, sorting: _Sorting) -> None:
    match world.of(order):
        case Present(live):
            for wish in _expanded(wishes, live):
                if _is_elsewhere(wish, live):
                    sorting.leave_out(str(wish.address), _ELSEWHERE)
                elif wish.line == EVERY_LINE:
                    reason = "its lines cannot be read with `observe: get_status`; use `observe: list`"
                    sorting.refuse(wish.address, reason)
                elif sorting.means(wish.address):
                    sorting.line(wish, live)
        case Absent():
            reason = "the target does not show this order (it may not exist, or the token may not see it)"
            for wish in wishes.values():
                sorting.miss(wish, reason)
        case Unknown(why):
            for wish in wishes.values():
                sorting.refuse(wish.address, f"its order could not be read: {why}")


def _is_elsewhere(wish: LineManifest, live: LiveOrder) -> bool:
    wanted = wish.source.endpoint if wish.source is not None else None
    return wanted is not None and live.endpoint != wanted


def _expanded(wishes: Mapping[str, LineManifest], live: LiveOrder) -> Iterator[LineManifest]:
    every = wishes.get(EVERY_LINE)
    if every is None or live.lines is None:
        yield from wishes.values()
    else:
        yield from (replace(every, line=line) for line in live.lines)


def _may_mean(wish: LineManifest, patterns: Sequence[str]) -> bool:
    return any(_reaches(pattern, wish.address) for pattern in patterns)


def _reaches(pattern: str, where: Address) -> bool:
    """Tell whether a pattern may mean an address; one for every line may be meant by the name of any line."""
    if where.kind != ORDER_LINE or where.parts[1] != EVERY_LINE:
        return where.matches(pattern)
    return _may_begin(pattern, str(where).removesuffix(EVERY_LINE))


def _may_begin(pattern: str, start: str) -> bool:
    return any(fnmatchcase(start, pattern[:cut]) for cut in range(1, len(pattern) + 1))


@dataclass(slots=True)
class _Sorting:
    """Grows while everything that may be meant is looked at, and is then read once."""

    record: Record
    vouched: Vouched
    sources: Mapping[str, SourceManifest]
    taken: list[Taken] = field(default_factory=list)
    read_orders: dict[str, LiveOrder] = field(default_factory=dict)
    settled: set[Address] = field(default_factory=set)
    known: list[Address] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    hit: set[str] = field(default_factory=set)

    def means(self, where: Address) -> bool:
        """Tell whether any pattern means an address, and note which of them did."""
        found = {pattern for pattern in self.vouched.patterns if where.matches(pattern)}
        self.hit |= found
        return bool(found)

    def refuse(self, where: Address, reason: str) -> None:
        """Refuse one address."""
        self.hit |= {pattern for pattern in self.vouched.patterns if _reaches(pattern, where)}
        self.refused.append(Refusal(str(where), reason))

    def leave_out(self, named: str, reason: str) -> None:
        """Refuse what was named by itself; what a pattern swept in is only counted."""
        if named in self.vouched.patterns:
            self.refused.append(Refusal(named, reason))
        else:
            self.left_out[reason] += 1

    def miss(self, wish: LineManifest, reason: str) -> None:
        """Refuse a line that is not there, unless its source expects that of some."""
        if wish.source is not None and wish.source.missing is Missing.NOTE:
            self.leave_out(
                str(wish.address), _MISSING if str(wish.address) not in self.vouched.patterns else reason
            )
        else:
            self.refuse(wish.address, reason)

    def definition(self, manifest: DefinitionManifest, kinds: Kinds) -> None:
        """Take a definition, unless the record knows better."""
        where, memory = manifest.address, self.record.definitions.get(manifest.address)
        if manifest.mode is Mode.EXTERNAL:
            self.leave_out(str(where), _EXTERNAL)
            return
        if memory is not None and memory.how is Evidence.RECORDED:
            frozen = kinds.definitions[where.kind].frozen(memory.spec, manifest.fields)
            if frozen:
                self.refuse(where, _contradiction(frozen, memory))
                return
        spec = memorable(manifest, self.vouched.salt)
        if memory is not None and memory.spec == spec and not memory.released and not self._open(where):
            self.known.append(where)
            return
        self._take(where, self._vouched(spec), None)

    def line(self, wish: LineManifest, live: LiveOrder) -> None:
        """Take a line's status, unless the target shows otherwise."""
        where = wish.address
        if live.lines is not None and wish.line not in live.lines:
            listed = ", ".join(sorted(live.lines)) or "none"
            self.miss(wish, f"the order has no such line; it has {listed}")
            return
        if wish.dispute:
            self.refuse(where, wish.dispute)
            return
        shown = live.lines.get(wish.line) if live.lines is not None else None
        if shown is not None and shown != wish.status:
            self.refuse(where, f"the target shows {shown}, and the manifest says {wish.status}")
            return
        memory = self.record.lines.get(wish.order, {}).get(wish.line)
        if is_outdated(wish, memory, self.sources):
            self.leave_out(str(where), _OLDER)
            return
        said = memory is not None and memory.spec == wish.status
        if said and not self._open(where) and not self.record.touched(wish.order, live.updated):
            self.known.append(where)
            return
        adopted = spoken(self._vouched(wish.status), wish, memory, self.sources)
        self._take(where, adopted, wish.status if wish.once else None)
        self.read_orders[wish.order] = live

    def read(self) -> Adoption:
        """Give what was sorted as a value; a pattern that meant nothing is a refusal too."""
        unheard = [
            Refusal(pattern, _ORDERS if pattern.startswith(f"{ORDER}/") else _NOTHING)
            for pattern in dict.fromkeys(self.vouched.patterns)
            if pattern not in self.hit
        ]
        baselines, found = self._baselines()
        return Adoption(
            taken=tuple(sorted(self.taken, key=lambda each: each.address.rank)),
            baselines=baselines,
            settled=frozenset(self.settled),
            known=tuple(sorted(self.known, key=lambda where: where.rank)),
            left_out=dict(self.left_out),
            refused=(*self.refused, *unheard),
            diagnostics=found,
        )

    def _open(self, where: Address) -> bool:
        return where in self.record.unsettled

    def _vouched(self, spec: object) -> Memory:
        return Memory(spec, Evidence.DECLARED, self.vouched.at, self.vouched.run)

    def _take(self, where: Address, memory: Memory, finished: str | None) -> None:
        self.taken.append(Taken(where, memory, finished=finished))
        if self._open(where):
            self.settled.add(where)

    def _baselines(self) -> tuple[Mapping[str, Baseline], tuple[Diagnostic, ...]]:
        """Take each order as it was read for one that nobody touched since.

        Not where that would hide a touch from lines that are remembered and were not vouched for.
        """
        baselines: dict[str, Baseline] = {}
        found: list[Diagnostic] = []
        for order, live in self.read_orders.items():
            kept = self.record.baselines.get(order)
            others = self._others(live) if self.record.touched(order, live.updated) else []
            if others:
                found.append(_left_stale(order, others))
                continue
            before = live.updated if kept is None else kept.before
            baselines[order] = Baseline(live.updated, before, self.vouched.at.replace(microsecond=0))
        return baselines, tuple(found)

    def _others(self, live: LiveOrder) -> list[str]:
        """Name the lines of an order that are remembered, cannot be seen, and were not vouched for."""
        order, shown = live.external_id, live.lines or {}
        taken = {each.address for each in self.taken}
        return sorted(
            line
            for line in self.record.lines.get(order, {})
            if address.order_line(order, line) not in taken and shown.get(line) is None
        )


def _left_stale(order: str, others: Sequence[str]) -> Diagnostic:
    return warning(
        f"{address.order(order)} was touched since its last write; its lines stay stale",
        advice=f"also remembered and not vouched for: {', '.join(others)}; adopt or forget them too",
    )


def _contradiction(frozen: Iterable[str], memory: Memory) -> str:
    return (
        f"{', '.join(frozen)} was said otherwise in run {memory.run} and no import changes it; "
        "declare a new external_id, or `state forget` it first if the record is wrong"
    )
