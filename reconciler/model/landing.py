"""Landing: what a pull puts into which file, as it is told to people."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, ORDER, Address
from reconciler.model.draft import Addition, AddLine, DropLine, Edit, Members, Put, Reinfer, Revision
from reconciler.model.text import counted, listed
from reconciler.model.usage import Survey


@dataclass(frozen=True, slots=True)
class Landed:
    """One entry that is new, or edited."""

    address: Address
    file: str
    new: bool
    external: bool = False
    value_type: str | None = None
    orders: int = 0
    """How many orders it was seen in."""
    edited: tuple[str, ...] = ()
    """The keys that are said anew, as dotted paths."""

    @property
    def words(self) -> str:
        """Say briefly what is written of it."""
        if not self.new:
            return listed(self.edited)
        if self.address.kind == ORDER:
            return "as it is shown"
        seen = f"in {counted(self.orders, 'order')}" if self.orders else "not seen in use"
        if not self.external:
            return f"as the record has it, {seen}"
        typed = self.value_type or ("type not known" if self.address.kind == CUSTOM_FIELD else "")
        return f"external, {typed}, {seen}" if typed else f"external, {seen}"


@dataclass(frozen=True, slots=True)
class Landing:
    """All that a pull puts into files, and what it read for that."""

    entries: tuple[Landed, ...] = ()
    files: tuple[str, ...] = ()
    """The files that change."""
    difference: str = ""
    """The changes line by line."""
    seen: int = 0
    """How many orders were read."""
    reads: int = 0
    complete: bool = True
    """False: the walk broke off, or it was stopped earlier."""
    written: bool = False
    """False: it was only shown."""

    def count(self, kind: str) -> int:
        """Count the entries of a kind."""
        return sum(each.address.kind == kind for each in self.entries)

    @property
    def counts(self) -> dict[str, int]:
        """The three counts of the summary."""
        return {
            "custom_fields": self.count(CUSTOM_FIELD),
            "line_statuses": self.count(LINE_STATUS),
            "orders": self.count(ORDER),
        }


def added(each: Addition, file: str, survey: Survey) -> Landed:
    """Tell of a new entry."""
    usage, values = survey.uses.get(each.address), each.draft.values
    return Landed(
        each.address,
        file,
        new=True,
        external=bool(values.get("external")),
        value_type=values.get("value_type"),
        orders=usage.orders if usage is not None else 0,
    )


def edited(each: Revision) -> Landed:
    """Tell of an edited entry."""
    return Landed(each.address, each.origin.file, new=False, edited=tuple(map(_path, each.edits)))


def _path(edit: Edit) -> str:
    match edit:
        case Put(path) | Members(path):
            return ".".join(path)
        case Reinfer(key):
            return key
        case AddLine(line):
            return f"lines.{line.values['external_id']}"
        case DropLine(line):
            return f"lines.{line}"
