"""own: whether what is wanted belongs to somebody else.

Two repositories may share an account, each as a project with a record of its own. What one of them holds the
other must not say: each would undo the other's words for ever. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.address import EVERY_LINE, ORDER_LINE, Address
from reconciler.model.diagnostic import Diagnostic, Origin, error
from reconciler.model.ids import foreseen
from reconciler.model.manifest import Manifests, Mode
from reconciler.model.record import Record


def own(manifests: Manifests, record: Record) -> tuple[Diagnostic, ...]:
    """Name everything that is wanted and held by another project of the account, with its owner."""
    if not record.foreign:
        return ()
    return tuple(
        error(
            f"{address} belongs to project {record.foreign[address]} of this account",
            origin,
            "take it out here, or `reconciler state forget` it there; "
            "a definition that is kept elsewhere is declared with `external: true`",
        )
        for address, origin in _wanted(manifests, record)
        if address in record.foreign
    )


def _foreign_lines(record: Record) -> Mapping[str, Sequence[Address]]:
    """Give the lines that other projects hold, by order."""
    lines: dict[str, list[Address]] = {}
    for address in record.foreign:
        if address.kind == ORDER_LINE:
            lines.setdefault(address.parts[0], []).append(address)
    return lines


def _wanted(manifests: Manifests, record: Record) -> Iterator[tuple[Address, Origin]]:
    for each in manifests.definitions.values():
        if each.mode is not Mode.EXTERNAL:
            yield each.address, each.origin
    for whole in manifests.orders.values():
        yield whole.address, whole.origin
    foreign = _foreign_lines(record)
    for order in foreseen(manifests.lines, manifests.lines):
        for wish in manifests.lines[order].values():
            if wish.line == EVERY_LINE:
                yield from ((line, wish.origin) for line in foreign.get(order, ()))
            else:
                yield wish.address, wish.origin
