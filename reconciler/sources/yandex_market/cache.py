"""Cache: answers kept in a folder, so that the plans of one pull request speak of the same moment.

Kept is what was seen before any rule of the entry was applied to it: so a rule can be changed and looked at
without asking again. No buyer's data are in it, for none were decoded. A file that cannot be read is no
answer: the Market is asked then. What comes from here must never be applied, and the report says so.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from reconciler.model.diagnostic import Diagnostic, warning
from reconciler.model.source import SourceManifest
from reconciler.model.yandex_market import MarketEntry
from reconciler.sources.yandex_market.seen import Seen

FORMAT: Final = 1
_LARGEST: Final = 1024 * 1024 * 1024
"""Bytes; far above any answer."""
_QUESTION: Final = {
    "url",
    "api",
    "business_id",
    "campaign_ids",
    "updated_within",
    "orders",
    "order_id",
    "fakes",
}
"""The keys of an entry that shape what is asked; all others only shape what becomes of the answer."""


class _Kept(Struct, kw_only=True):
    reconciler_market_answer: int
    """The version of this format."""
    question: str
    seen: Seen


class _Version(Struct):
    reconciler_market_answer: int | None = None


def question_of(entry: MarketEntry) -> str:
    """Give a digest of what an entry asks, alike for two entries that ask the same."""
    asked = entry.model_dump(include=_QUESTION, exclude_none=True)
    asked |= {"url": entry.address, "api": entry.version, "order_id": entry.order_id or "orderId"}
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def place_of(folder: Path, entry: MarketEntry) -> Path:
    """Name the file in which the answer to an entry's question is kept."""
    return folder / f"yandex-market-{question_of(entry)[:32]}.json"


def save(folder: Path, entry: MarketEntry, seen: Seen) -> None:
    """Keep an answer; readable for its owner only. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = place_of(folder, entry)
    body = msgspec.json.encode(_Kept(reconciler_market_answer=FORMAT, question=question_of(entry), seen=seen))
    aside = place.with_suffix(f".{os.getpid()}.tmp")
    with suppress(FileNotFoundError):
        aside.unlink()
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        aside.replace(place)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def load(
    folder: Path, source: SourceManifest, entry: MarketEntry, ids: frozenset[str] | None
) -> tuple[Seen | None, tuple[Diagnostic, ...]]:
    """Give an answer that was kept and holds all that is asked now, else None and why it is of no use."""
    place = place_of(folder, entry)
    try:
        kept = _read(place)
    except FileNotFoundError:
        return None, ()
    except OSError as fault:
        kept = fault.strerror or "it cannot be read"
    if isinstance(kept, _Kept) and kept.question != question_of(entry):
        kept = "it answers another question"
    if isinstance(kept, str):
        return None, (_useless(source, place, kept),)
    asked = kept.seen.asked
    if ids is None or asked is None:
        return (kept.seen if ids is asked else None), ()
    return (_narrowed(kept.seen, ids) if ids <= asked else None), ()


def _narrowed(seen: Seen, ids: frozenset[str]) -> Seen:
    """Leave out of what was asked for what nobody asks for any more."""
    return msgspec.structs.replace(seen, asked=ids)


def _read(place: Path) -> _Kept | str:
    """Read a file, or say what is wrong with it. Raises OSError."""
    if place.stat().st_size > _LARGEST:
        return "it is too large"
    body = place.read_bytes()
    try:
        version = msgspec.json.decode(body, type=_Version).reconciler_market_answer
        if version is None:
            return "it is none of ours"
        if version != FORMAT:
            return f"it was written in format {version}, and this is {FORMAT}"
        return msgspec.json.decode(body, type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "it is damaged, or none of ours"


def _useless(source: SourceManifest, place: Path, why: str) -> Diagnostic:
    return warning(
        f"{source.label}: the kept answer {place.name} is of no use, so the Market was asked: {why}",
        source.origin,
        "it is written anew",
    )
