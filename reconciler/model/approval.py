"""Approval: what a person reviewed, reduced to what has to be the same when it is carried out.

It is what a plan's file says of its changes, so it holds no payload and nothing personal: such values are
digests.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from reconciler.model.address import Address, parse
from reconciler.model.change import (
    UNKNOWN,
    Change,
    Create,
    Pending,
    UpdateOrder,
    action,
    as_json,
    is_permanent,
    may_trigger,
)
from reconciler.model.plan import OnMoved, Options, Selection, TargetName
from reconciler.model.shard import Shard
from reconciler.model.steps import packed
from reconciler.model.worded import Worded

NOT_GIVEN: Final = {"known": False}
"""Stands for a value that a plan leaves out because it is not known; no value of an order equals it."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One change as it was shown: two of them are equal exactly when a reviewer would have seen the same."""

    action: str
    fields: tuple[tuple[str, Any, Any], ...]
    permanent: bool
    triggers: bool
    evidence: str = ""
    """How it was known; the same value known by less is not the same change."""
    says: tuple[tuple[str, str], ...] = ()
    """The line statuses that an import carries, which it says whether they are changes or not."""
    body: str = ""
    """The digest of all that an import sends; empty for what is none, and in plans of older programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Everything that was approved at once."""

    digest: str
    created_at: datetime
    target: TargetName
    selection: Selection
    inputs: str
    """The digest of the manifests and settings that it was drawn from."""
    changes: Mapping[Address, Reviewed] = field(default_factory=dict)
    withheld: frozenset[Address] = frozenset()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Move:
    """An approved change that is no longer the same, and how it would be now (None: withheld or gone)."""

    address: Address
    approved: Reviewed
    now: Reviewed | None
    reason: str


def told(move: Move) -> str:
    """Say what moved, from what to what; the reason where that looks alike."""
    before, after = _values(move.approved), _values(move.now) if move.now is not None else ""
    now = f"now {after}" if after not in {"", before} else move.reason
    return f"approved {before}; {now}"


def _values(change: Reviewed) -> str:
    shown = [f"{path} {_value(before)} → {_value(after)}" for path, before, after in change.fields[:4]]
    rest = len(change.fields) - len(shown)
    tail = f" and {rest} more fields" if rest else ""
    marks = ", may fire triggers" if change.triggers else ""
    return f"{change.action} {', '.join(shown)}{tail}{marks}".strip()


def _value(value: object) -> str:
    if value == NOT_GIVEN:
        return "?"
    return "(none)" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of a plan under an approval."""

    steps: Sequence[Pending]
    converged: tuple[Address, ...]
    """Approved, and already so: dropped."""
    moved: tuple[Move, ...]
    unapproved: tuple[Change, ...]
    """Pending or withheld now and not in the approval: left for the next plan."""


def reviewed(change: Change) -> Reviewed:
    """Reduce a change to what a reviewer saw of it."""
    return Reviewed(
        action=action(change),
        fields=tuple((each.path, _given(each.before), _given(each.after)) for each in change.fields),
        permanent=is_permanent(change),
        triggers=may_trigger(change),
        evidence=str(change.evidence),
        says=tuple(sorted(change.statuses)) if isinstance(change, Create | UpdateOrder) else (),
        body=change.body if isinstance(change, Create | UpdateOrder) else "",
    )


class Wordings:
    """Keeps reviewed changes that are worded alike once: most differ in nothing but the address."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Reviewed] = {}

    def same(self, change: Reviewed) -> Reviewed:
        """Give a change that is worded the same, down to the types of its values: the first that came.

        What cannot be told at a glance, such as an import, is given back.
        """
        values = [each for _, before, after in change.fields for each in (before, after)]
        marks = (change.permanent, change.triggers)
        plain = all(each is None or each is NOT_GIVEN or type(each) is str for each in values)
        if not plain or change.says or change.body or {*map(type, marks)} != {bool}:
            return change
        words = tuple(
            (path, *(each if each is not NOT_GIVEN else ... for each in values))
            for path, *values in change.fields
        )
        return self._known.setdefault((change.action, words, change.evidence, marks), change)


def approval_of(changes: Iterable[Pending]) -> Mapping[Address, Reviewed]:
    """Reduce all changes of a plan."""
    same = Wordings().same
    return Worded(packed(changes).in_order(), lambda change: same(reviewed(change)))


def _given(value: Any) -> Any:
    return NOT_GIVEN if value is UNKNOWN else as_json(value)


def to_json(approval: Approval) -> dict[str, Any]:
    """Give an approval as JSON data, for the journal: changes that are worded alike by the number of that."""
    changes, worded = numbered(approval)
    return {"changes": dict(changes), **frame(approval), "wordings": worded}


def numbered(approval: Approval) -> tuple[Iterator[tuple[str, int]], Sequence[Mapping[str, Any]]]:
    """Give each change by the number of its wording, and the wordings, all there at the end of the former."""
    wordings: dict[int, int] = {}
    worded: list[dict[str, Any]] = []

    def numbers() -> Iterator[tuple[str, int]]:
        for where, change in approval.changes.items():
            number = wordings.setdefault(id(change), len(worded))
            if number == len(worded):
                worded.append(_reviewed_data(change))
            yield str(where), number

    return numbers(), worded


def frame(approval: Approval) -> dict[str, Any]:
    """Give all of an approval but its changes as JSON data."""
    return {
        "digest": approval.digest,
        "created_at": approval.created_at.isoformat(),
        "target": asdict(approval.target),
        "selection": _selection_data(approval.selection),
        "options": asdict(approval.options),
        "inputs": approval.inputs,
        "withheld": sorted(map(str, approval.withheld)),
    }


def _reviewed_data(change: Reviewed) -> dict[str, Any]:
    """Give one change; its tuples are lists once they are written."""
    return {name: getattr(change, name) for name in _REVIEWED}


_REVIEWED: Final = tuple(each.name for each in fields(Reviewed))


def from_json(data: Mapping[str, Any]) -> Approval:
    """Read an approval back; raises KeyError, TypeError or ValueError for what is none.

    In those of older programs each change stands for itself.
    """
    options = {**data["options"], "on_moved": OnMoved(data["options"]["on_moved"])}
    worded = dict(enumerate(map(_reviewed, data.get("wordings", ()))))
    return Approval(
        digest=data["digest"],
        created_at=datetime.fromisoformat(data["created_at"]),
        target=TargetName(**data["target"]),
        selection=_selection(data["selection"]),
        options=Options(**{**options, "resend_stale": tuple(options["resend_stale"])}),
        inputs=data["inputs"],
        changes={
            parse(where): worded[change] if type(change) is int else _reviewed(change)
            for where, change in data["changes"].items()
        },
        withheld=frozenset(map(parse, data["withheld"])),
    )


def _reviewed(data: Mapping[str, Any]) -> Reviewed:
    return Reviewed(
        **{
            **data,
            "fields": tuple(tuple(map(_taken, each)) for each in data["fields"]),
            "says": tuple(tuple(each) for each in data.get("says", ())),
        }
    )


def _taken(value: Any) -> Any:
    """Take a value that was not known for what it is, not for one that looks like it."""
    return NOT_GIVEN if value == NOT_GIVEN and value["known"] is False else value


def _selection_data(selection: Selection) -> dict[str, Any]:
    shard = None if selection.shard is None else str(selection.shard)
    return {**asdict(selection), "shard": shard}


def _selection(data: Mapping[str, Any]) -> Selection:
    """Read a selection back; one of an older program says nothing of shards."""
    shard = data.get("shard")
    return Selection(
        only=tuple(data["only"]),
        exclude=tuple(data["exclude"]),
        origin=tuple(data["origin"]),
        exclude_origin=tuple(data["exclude_origin"]),
        shard=None if shard is None else Shard.parse(shard),
    )
