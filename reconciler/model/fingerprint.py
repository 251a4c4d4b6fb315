"""Fingerprint: one digest of everything that a plan is drawn from but the target itself.

Two plans with the same fingerprint were drawn from manifests and settings that mean the same, whatever their
comments and layout. Personal values go into the digest and cannot be got out of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from reconciler.model.lines import Layer
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.names import MOST
from reconciler.model.rules import Rules
from reconciler.model.shelf import Words
from reconciler.model.stated import Pattern, Stated

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(manifests: Manifests, rules: Rules, salt: str, tables: Mapping[str, str]) -> str:
    """Digest what is declared and by which rules it is carried out; `salt` is the account.

    `manifests` holds what files state themselves; `tables` are the digests of what tables say, by the names
    of their sources. What a live source says is no part of it: that is compared change by change.
    """
    digest = hashlib.sha256(salt.encode())
    for part in _parts(manifests):
        digest.update(repr(part).encode("utf-8", "surrogatepass"))
    for text in _of_lines(manifests.lines):
        digest.update(text.encode("utf-8", "surrogatepass"))
    digest.update(repr(sorted(tables.items())).encode())
    transitions = sorted((before, sorted(after)) for before, after in rules.transitions.items())
    how = (rules.skip_triggers, str(rules.definitions), rules.batch_size, rules.limits, rules.acknowledged)
    digest.update(repr((transitions, how)).encode())
    return "sha256:" + digest.hexdigest()


def digest_of(body: Mapping[str, Any]) -> str:
    """Digest JSON data, whatever the order of its keys.

    What stands under a key may be long and be made item by item: anything that can be gone through is a list.
    """
    digest = hashlib.sha256()
    for piece in _canonical(body):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return "sha256:" + digest.hexdigest()


def _canonical(body: Mapping[str, Any]) -> Iterator[str]:
    """Write an object with sorted keys and no spaces, its lists item by item."""
    opening = "{"
    for key in sorted(body):
        value = body[key]
        yield f"{opening}{_ENCODER.encode(key)}:"
        opening = ","
        if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
            between = ""
            yield "["
            for item in value:
                yield between + _ENCODER.encode(item)
                between = ","
            yield "]"
        else:
            yield _ENCODER.encode(value)
    yield "}" if body else "{}"


def marked(body: Mapping[str, Any], saved_at: str | None) -> Mapping[str, Any]:
    """Give the body of a plan as it is digested: when its observation was saved, if it was, counts."""
    return body if saved_at is None else {**body, "observation": {"saved_at": saved_at}}


def _parts(manifests: Manifests) -> Iterator[tuple[Any, ...]]:
    """Give what each manifest says, without the place where it stands: moving a thing does not change it."""
    for where, definition in sorted(manifests.definitions.items()):
        facts = (str(definition.mode), definition.triggers, definition.sensitive)
        yield str(where), sorted(definition.fields.items()), facts
    for name, source in sorted(manifests.sources.items()):
        yield name, source.type, repr(source.details)
    for order, manifest in sorted(manifests.orders.items()):
        fields = {
            key: sorted(value) if isinstance(value, frozenset) else value
            for key, value in sorted(manifest.fields.items())
        }
        yield order, fields, sorted(manifest.identity.items()), manifest.expires


def _of_lines(lines: Layer) -> Iterator[str]:
    """Give what is stated of lines, order by order. What entries have in common is put into words once."""
    if isinstance(lines, Stated):
        yield from _of_entries(lines)
        return
    for order, wishes in sorted(lines.items()):
        for line, wish in sorted(wishes.items()):
            yield f"({order!r}, {line!r}{_words(wish, wish)}"


def _of_entries(lines: Stated) -> Iterator[str]:
    common = {id(each): [_words(words, each) for words in each.words] for each in lines.patterns}
    known: dict[tuple[int, int], list[str]] = {}
    for order in sorted(lines):
        names, pattern = lines.names(order) or (), lines.pattern(order)
        said = known.get((id(names), id(pattern)))
        if said is None:
            words = sorted(zip(names, common[id(pattern)], strict=True))
            said = [f"{line!r}{each}" for line, each in words]
            if len(known) < MOST:
                known[id(names), id(pattern)] = said
        begin = f"({order!r}, "
        yield begin + begin.join(said)


def _words(said: Words | LineManifest, owner: Pattern | LineManifest) -> str:
    """Put into words what is stated of a line, all but its order and its id."""
    allowed = None if said.allowed_from is None else sorted(said.allowed_from)
    return f", {repr((said.status, allowed, owner.once, owner.expires))[1:]}"
