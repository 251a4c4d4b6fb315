"""pull: what manifests would have to say so that a plan finds nothing to do about what the target shows.

What is in use and undeclared becomes an entry: as the record has it where we said it ourselves, else as kept
elsewhere with what its use shows. What is declared already is a wish and stays one, but for two things: an
order that was asked for by name, and a type that was inferred earlier and that later values contradict.
Nothing is made up; what cannot be said is a diagnostic. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.model import address
from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.diagnostic import Diagnostic, note, warning
from reconciler.model.draft import INFERRED, Addition, Draft, Pulled, Reinfer, Revision
from reconciler.model.evidence import Present
from reconciler.model.manifest import IDENTITY_KEYS, Catalogue, FieldFacts, Manifests, StatusFacts
from reconciler.model.observation import LiveOrder
from reconciler.model.record import Record
from reconciler.model.text import counted, visible
from reconciler.model.usage import Survey
from reconciler.ports import DefinitionKind, Kinds, Telling, Terms

_TYPED: frozenset[str] = frozenset({"unicode", "int", "float", "bool", "date"})
"""The types that values alone can contradict; what an enum's members are is not seen."""


@dataclass(frozen=True, slots=True)
class Pulling:
    """What is pulled into: what is declared and what is remembered."""

    declared: Manifests
    """All of it, with what tables say of lines."""
    stated: Manifests
    """What the files state themselves."""
    record: Record
    kinds: Kinds
    terms: Terms
    personal: bool = False


def pull(survey: Survey, into: Pulling) -> Pulled:
    """Find what is to be added and edited."""
    pulling = _Pulling(survey, into, into.declared.catalogue)
    pulling.definitions()
    for order in sorted(survey.orders):
        pulling.order(order)
    return Pulled(
        tuple(pulling.additions),
        (*_reinferred(survey, into.stated), *pulling.revisions),
        tuple(pulling.diagnostics),
    )


def _reinferred(survey: Survey, stated: Manifests) -> Iterator[Revision]:
    """Give the fields whose declared type does not fit what was seen."""
    for where, usage in survey.uses.items():
        manifest, facts = stated.definitions.get(where), stated.catalogue.fields.get(where)
        declared = facts.value_type if facts is not None else None
        if manifest is None or declared not in _TYPED or not usage.seen_as or declared in usage.fitting:
            continue
        seen = f"{usage.seen_as} in {counted(usage.orders, 'order')}"
        found = warning(
            f"{where} is declared as {declared}, and its values are {seen}",
            manifest.origin,
            "look which it is: Market > Settings, custom fields",
        )
        remark = f"{INFERRED}{counted(usage.orders, 'order')}"
        said = remark if usage.value_type else f"value_type: {seen}"
        yield Revision(where, manifest.origin, (Reinfer("value_type", usage.value_type, said, found),))


@dataclass(slots=True)
class _Pulling:
    """Grows while everything that was seen is looked at, and is then read once."""

    survey: Survey
    into: Pulling
    catalogue: Catalogue
    """What is declared, and what will be."""
    additions: list[Addition] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    # -------------------------------------------------------------- definitions

    def definitions(self) -> None:
        """Declare what is in use; where nothing at all is declared, also what only the record knows."""
        declared, record = self.into.declared, self.into.record
        wanted = set(self.survey.uses)
        kept = {where for where, memory in record.definitions.items() if not memory.released}
        if declared.empty:
            wanted |= kept
        undeclared = [where for where in wanted if where not in declared.definitions]
        for where in sorted(undeclared, key=lambda each: each.rank):
            draft = self._definition(where)
            if draft is not None:
                self._add(where, self.into.kinds.definitions[where.kind], draft)
        left = len(kept - wanted - set(declared.definitions))
        if left:
            self.diagnostics.append(
                note(
                    f"on record, declared nowhere and not seen in use: {counted(left, 'definition')}",
                    advice="`reconciler plan` shows them as to be released; `state list` names them",
                )
            )

    def _definition(self, where: Address) -> Draft | None:
        record, kind = self.into.record, self.into.kinds.definitions[where.kind]
        if where in record.unsettled:
            self._leave(where, "a write of it is not settled", "`reconciler resume` settles it")
            return None
        memory = record.definitions.get(where)
        if memory is None or memory.released:
            draft = kind.external(where, self.survey.uses, self.into.declared.catalogue)
            owner = record.foreign.get(where)
            return draft if owner is None else _with_notes(draft, f"project {visible(owner)} keeps it")
        known = kind.restated(memory.spec)
        if known is None:
            self._leave(where, "the record does not hold all of it", "declare it by hand, as it was")
            return None
        return _with_notes(known, f"as it was said in run {memory.run} on {memory.at:%Y-%m-%d}")

    def _add(self, where: Address, kind: DefinitionKind, draft: Draft) -> None:
        """Keep an entry that is sound, and know from now on what it declares."""
        try:
            entry = kind.shapes[0].model_validate(dict(draft.values))
        except ValueError:
            self._leave(where, "no manifest can have such an id", "")
            return
        _, facts = kind.facts(entry)
        self.additions.append(Addition(where, kind.section, draft))
        if isinstance(facts, FieldFacts):
            self.catalogue = Catalogue({**self.catalogue.fields, where: facts}, self.catalogue.statuses)
        else:
            self._know_status(where, facts)

    def _know_status(self, where: Address, facts: StatusFacts) -> None:
        statuses = {**self.catalogue.statuses, where.parts[-1]: facts}
        self.catalogue = Catalogue(self.catalogue.fields, statuses)

    # -------------------------------------------------------------- orders

    def order(self, order: str) -> None:
        """Declare one order that was asked for, or edit its declaration."""
        where, seen = address.order(order), self.survey.orders[order]
        obstacle = self._obstacle(order)
        if obstacle is not None:
            self._leave(where, *obstacle)
        elif not isinstance(seen, Present):
            self._leave(where, seen.reason, "declare it by hand")
        elif order in self.into.stated.orders:
            self._revise(order, seen.state)
        elif order in self.into.stated.lines:
            origin = next(iter(self.into.stated.lines[order].values())).origin
            self._leave(where, f"its line states are declared at {origin}", "a wish is not overwritten")
        else:
            self._declare(where, seen.state)

    def _declare(self, where: Address, live: LiveOrder) -> None:
        kind = self.into.kinds.order
        draft = kind.draft(live, self.catalogue, self.into.terms, self._telling(live))
        if isinstance(draft, str):
            self._leave(where, draft, "what cannot be declared stays as it is in the target")
        else:
            self.additions.append(Addition(where, kind.section, self._without_other_identity(where, draft)))

    def _without_other_identity(self, where: Address, draft: Draft) -> Draft:
        """Leave out whose it is where the record has it already: said otherwise it would be withheld."""
        memory = self.into.record.orders.get(where.parts[0])
        if memory is None or not memory.identity or not IDENTITY_KEYS & draft.values.keys():
            return draft
        values = {key: value for key, value in draft.values.items() if key not in IDENTITY_KEYS}
        return Draft(
            values, draft.remarks, ("matching: left out; the record has it as it was sent", *draft.notes)
        )

    def _revise(self, order: str, live: LiveOrder) -> None:
        manifest = self.into.stated.orders[order]
        wishes = self.into.stated.lines.get(order, {})
        statuses = {line: wish.status for line, wish in wishes.items()}
        edits, faults = self.into.kinds.order.revision(
            manifest, statuses, live, self.catalogue, self.into.terms, self._telling(live)
        )
        if edits:
            self.revisions.append(Revision(manifest.address, manifest.origin, edits))
        for fault in faults:
            said = f"{manifest.address} is not as the target shows it: {fault}"
            self.diagnostics.append(warning(said, manifest.origin, "correct it by hand"))

    def _telling(self, live: LiveOrder) -> Telling:
        """Leave the statuses out where a source speaks of the order's lines: an entry would win over it."""
        stated, order = self.into.stated, live.external_id
        followed = any(
            each.live and each.endpoint in {None, live.endpoint} for each in stated.sources.values()
        )
        spoken_of = order in self.into.declared.lines and order not in stated.lines
        return Telling(personal=self.into.personal, statuses=not (followed or spoken_of))

    def _obstacle(self, order: str) -> tuple[str, str] | None:
        """Say why a declaration of this order would be refused or withheld."""
        record = self.into.record
        for where in record.unsettled:
            if where.kind in {ORDER, ORDER_LINE} and where.parts[0] == order:
                return f"a write of {where} is not settled", "`reconciler resume` settles it"
        for where, owner in record.foreign.items():
            if where.kind in {ORDER, ORDER_LINE} and where.parts[0] == order:
                return f"{where} belongs to project {visible(owner)} of this account", ""
        return None

    def _leave(self, where: Address, reason: str, advice: str) -> None:
        self.diagnostics.append(warning(f"{visible(str(where))} was not pulled: {reason}", advice=advice))


def _with_notes(draft: Draft, *notes: str) -> Draft:
    return Draft(draft.values, draft.remarks, (*notes, *draft.notes))
