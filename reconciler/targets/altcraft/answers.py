"""Answers: what the answer to a write proves. Pure.

Nothing is taken for done that the server did not name, and nothing for undone when an earlier attempt of the
same request may have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from reconciler.ports import Accepted, Answer, ImportAnswer, Refused, Unanswered
from reconciler.targets.altcraft.envelope import Word, code_of, decoded, id_of, numbered

MALFORMED: Final = frozenset({400, 413, 422})
"""Codes by which a request is refused as a whole for its form or size, so that a part of it may still
pass."""

Discreet = Callable[[str], str]


class _Item(NamedTuple):
    """What a result says of one order; `code` is None where it only names it."""

    code: str | None
    text: str


def answered(word: Word, discreet: Discreet) -> Answer:
    """Tell what an envelope proves of the request as a whole; what it echoes proves nothing (A38)."""
    if word.ok:
        return Accepted(word.at)
    text = discreet(word.text) or "the server gave no reason"
    return refused(word, word.code, text, malformed=word.number in MALFORMED)


def refused(word: Word, code: str, text: str, *, malformed: bool = False) -> Refused | Unanswered:
    """Call it refused, unless an earlier attempt may have happened: a refusal speaks of the last one only."""
    if word.doubtful:
        return Unanswered(f"sent again after a lost answer, and then refused with {code}: {text}")
    return Refused(code, text, malformed)


def import_answer(word: Word, asked: Sequence[str], discreet: Discreet) -> ImportAnswer:
    """Match the result with what was asked by id, in whatever order it comes (A18).

    A failure of the whole that names orders is believed order by order; one that names none refuses all of
    them.
    """
    items = _items(decoded(word.body.result))
    named = {order for order in asked if order in items}
    whole = answered(word, discreet)
    if not word.ok and not named:
        whole = _divisible(whole, word)
        return ImportAnswer(whole, dict.fromkeys(asked, whole))
    orders = {order: _of(items.get(order), word, discreet) for order in asked}
    if not word.ok:
        whole = _partial(word, orders, discreet)
    return ImportAnswer(whole, orders)


def _divisible(whole: Answer, word: Word) -> Answer:
    """Call an import malformed at any code that the API itself gave: one bad order may be why (A19)."""
    if isinstance(whole, Refused) and word.enveloped:
        return replace(whole, malformed=True)
    return whole


def _partial(word: Word, orders: Mapping[str, Answer], discreet: Discreet) -> Answer:
    """Judge a refusal of the whole that still answers by item: undone only if every item is."""
    text = discreet(word.text) or "the server gave no reason"
    if all(isinstance(answer, Refused) for answer in orders.values()):
        return Refused(word.code, text)
    return Unanswered(f"refused with {word.code}, yet not for every order: {text}")


def _of(item: _Item | None, word: Word, discreet: Discreet) -> Answer:
    if item is None:
        return Unanswered("the answer does not name this order")
    text = discreet(item.text)
    if item.code is None:
        if word.ok and not text:
            return Accepted(word.at)
        return Unanswered(
            f"the answer names this order without saying what became of it: {text}".rstrip(": ")
        )
    if item.code == "0":
        return Accepted(word.at)
    if numbered(item.code) >= 500:
        return Unanswered(f"the server answered {item.code} for this order: {text}".rstrip(": "))
    return refused(word, item.code, text or "the server gave no reason")


def _items(result: Any) -> dict[str, _Item]:
    """Read a result by order id. Bare ids are the documentation's other reading: what was imported (A18)."""
    items: dict[str, _Item] = {}
    for row in result if isinstance(result, list) else ():
        order = id_of(row.get("external_id")) if isinstance(row, dict) else id_of(row)
        if not order:
            continue
        item = _item(row)
        known = items.get(order, item)
        items[order] = (
            item if known == item else _Item(None, "the answer names it twice, each time otherwise")
        )
    return items


def _item(row: Any) -> _Item:
    if not isinstance(row, dict):
        return _Item(None, "")
    text = row.get("error_text")
    return _Item(code_of(row.get("error")), text if isinstance(text, str) else "")
