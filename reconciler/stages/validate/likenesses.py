"""Likenesses: definitions that a person would take for one and the same.

A definition cannot be deleted, so a second `deliveryDate` beside `delivery_date`, or one with a Cyrillic
letter in it, stays for ever. Ids are compared without case, without what stands between words, and with every
letter that looks like a Latin one read as that. It is a warning: two alike may both be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from unicodedata import normalize

from reconciler.model.address import LINE_STATUS, Address
from reconciler.model.diagnostic import Diagnostic, Origin, Severity
from reconciler.model.manifest import BUILT_IN_STATUSES
from reconciler.model.text import quoted

_LOOKALIKES: Final = str.maketrans(
    # Cyrillic, then Greek, by the Latin letters that they look like in small and in capital
    "авсԁеһіјкӏмнорԛѕтухүԝ" + "αβεικνορτυχ",
    "abcdehijklmhopqstyxyw" + "abeiknoptux",
)
"""Applied to small letters, so a letter counts that looks alike in either case."""
_BETWEEN_NUMBERS: Final = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_BETWEEN_WORDS: Final = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


class Declared(NamedTuple):
    """A definition and the place of its id."""

    where: Address
    origin: Origin


def find_likenesses(declared: Iterable[Declared]) -> Iterator[Diagnostic]:
    """Warn of every definition whose id looks like that of an earlier one of the same sort."""
    first: dict[tuple[str, ...], Declared] = {}
    built_in = {_skeleton(status): status for status in BUILT_IN_STATUSES}
    for each in declared:
        *scope, id_ = each.where.parts
        skeleton = _skeleton(id_)
        if each.where.kind == LINE_STATUS and skeleton in built_in and id_ not in BUILT_IN_STATUSES:
            yield _warned(each, f"the built-in {built_in[skeleton]}", id_)
            continue
        earlier = first.setdefault((each.where.kind, *scope, skeleton), each)
        other = earlier.where.parts[-1]
        if other != id_:
            yield _warned(each, quoted(other), id_, earlier)


def _warned(each: Declared, other: str, id_: str, earlier: Declared | None = None) -> Diagnostic:
    unlike = f" (written {id_!a} with the codes of its letters)" if not id_.isascii() else ""
    return Diagnostic(
        Severity.WARNING,
        f"{each.where.kind.replace('_', ' ')} {quoted(id_)} looks like {other}{unlike}",
        each.origin,
        "a definition cannot be deleted: use one of the two everywhere, if they mean the same",
        related=(earlier.origin,) if earlier is not None else (),
    )


def _skeleton(id_: str) -> str:
    """Reduce an id to what a person sees of it at a glance."""
    letters = normalize("NFKC", id_).casefold().translate(_LOOKALIKES)
    return _BETWEEN_WORDS.sub("", _BETWEEN_NUMBERS.sub("-", letters)) or id_
