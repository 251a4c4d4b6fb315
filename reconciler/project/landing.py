"""Landing: the files that a pull changes, from their bytes on the disk to what is proven and written.

Every file is merged and all manifests are read as they would be before the first is touched; each is written
whole or not at all, and one that somebody changed meanwhile is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path, PurePath
from typing import Final

from reconciler.model.diagnostic import Origin, error, has_errors
from reconciler.model.draft import Pulled
from reconciler.model.landing import Landing, added, edited
from reconciler.model.text import counted, visible
from reconciler.model.usage import Survey
from reconciler.pipeline import Declared, Place, declare
from reconciler.project import codes
from reconciler.project.files import create_text, write_text
from reconciler.project.opening import MANIFEST_SCHEMA, excerpts_of
from reconciler.project.stop import Stop
from reconciler.settings import Chosen, Misused
from reconciler.shelves import KINDS
from reconciler.stages.load.files import SUFFIXES, covers, find
from reconciler.stages.rewrite import Head, Merged, merge

FILE: Final = "pulled.yaml"
"""The file of new entries, unless another is named."""
HIDDEN: Final = "the target shows no status of a line, so line statuses in use cannot be seen"
LOOK: Final = "they stand in the platform under Market > Settings, statuses of order items"
_WANTED: Final = (
    "Wanted from now on. An order lives on: take an entry out, or give it expires, when it has served."
)
_EXTERNAL: Final = (
    "external: true says that it exists and is kept elsewhere; it is never written. To take one over,",
    "complete it (reconciler explain custom_field) and say adopt: true instead: the next apply records",
    "it and sends nothing. A type is inferred from the values that were seen, so look before you adopt.",
    "Fields of products and SKUs, and those that no order has a value of, cannot be seen:",
    "they stand in the platform under Market > Settings, custom fields.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """One file: its name as people know it, where it is, and what it holds; None where there is none yet."""

    name: str
    path: Path
    source: bytes | None


@dataclass(frozen=True, slots=True)
class Haul:
    """What was pulled, from what, and the file that takes what is new."""

    chosen: Chosen
    survey: Survey
    pulled: Pulled
    into: str


# ------------------------------------------------------------------ where


def into_of(chosen: Chosen, folder: Path, given: str | None) -> str:
    """Name the file of new entries, relative to the settings. It has to be one that a plan would read."""
    if given is None:
        for pattern in chosen.patterns:
            name = _usual(chosen.root, pattern)
            if covers(chosen.root, pattern, name):
                return name
        raise Misused(
            f"no folder of manifests can take {FILE}: there are {', '.join(chosen.patterns)}",
            "name a file with --into, or a folder under `manifests` in the settings",
        )
    path = folder / given
    name = Path(os.path.relpath(path.absolute(), chosen.root.absolute())).as_posix()
    if not name.endswith(SUFFIXES):
        raise Misused(f"--into {given}: a manifest is called *.yaml or *.yml", "name such a file")
    if not any(covers(chosen.root, pattern, name) for pattern in chosen.patterns):
        raise Misused(
            f"--into {given}: a plan for {chosen.target.name} does not read this file",
            f"name one in {', '.join(chosen.patterns)}, or add it to `manifests` in the settings",
        )
    return name


def _usual(root: Path, pattern: str) -> str:
    """Name the file for a pattern: itself where it is one, else one in its folder, or in that of a glob."""
    parts = PurePath(pattern).parts
    plain = next((index for index, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    folder = PurePath(*parts[:plain])
    is_file = plain == len(parts) and not (root / folder).is_dir() and folder.name.endswith(SUFFIXES)
    return PurePath(os.path.normpath(folder if is_file else folder / FILE)).as_posix()


def existing(place: Place) -> tuple[str, ...]:
    """Give the patterns that name anything: a folder that is not there yet is no fault here."""
    idle = set(find(place.root, place.patterns).idle)
    return tuple(pattern for pattern in place.patterns if pattern not in idle)


def declared_at(place: Place) -> Declared:
    """Read what is declared; where that cannot be understood nobody can say what is missing."""
    declared = declare(place)
    if has_errors(declared.diagnostics):
        raise Stop(codes.INVALID, declared.diagnostics, excerpts_of(declared))
    return declared


# ------------------------------------------------------------------ what is changed


def texts_of(haul: Haul, declared: Declared) -> tuple[Text, ...]:
    """Read the files that are to be changed, once more as bytes."""
    names = {each.origin.file for each in haul.pulled.revisions}
    names |= {haul.into} if haul.pulled.additions else set()
    texts = []
    for name in sorted(names):
        path = haul.chosen.root / name
        try:
            source = path.read_bytes() if os.path.lexists(path) else None
        except OSError as fault:
            raise _unwritable(name, fault) from None
        if source is not None and source.decode("utf-8-sig", "replace") != declared.sources.get(name):
            raise _moved(name)
        texts.append(Text(name, path, source))
    return tuple(texts)


def merge_all(texts: Sequence[Text], haul: Haul) -> Mapping[str, Merged]:
    """Merge what was pulled into each file, by its name; stop where one cannot take it."""
    return {each.name: _merged(each, haul) for each in texts}


def _merged(text: Text, haul: Haul) -> Merged:
    additions = haul.pulled.additions if text.name == haul.into else ()
    revisions = [each for each in haul.pulled.revisions if each.origin.file == text.name]
    merged = merge(text.source, text.name, additions, revisions, _head(text, haul))
    if has_errors(merged.diagnostics):
        raise Stop(codes.ERROR, merged.diagnostics)
    return merged


def _head(text: Text, haul: Haul) -> Head:
    """Say what a document holds that is begun, and what could not be seen for it."""
    chosen, pulled = haul.chosen, haul.pulled
    schema = chosen.root / MANIFEST_SCHEMA
    folder = (chosen.root / text.name).parent
    seen = counted(haul.survey.seen, "order")
    comments = [f"What target {visible(chosen.target.name)} has in use and no manifest declared, by {seen}."]
    if any(each.draft.values.get("external") for each in pulled.additions):
        comments += _EXTERNAL
    if haul.survey.hides_statuses:
        comments += [f"{HIDDEN[0].upper()}{HIDDEN[1:]}:", f"{LOOK}."]
    return Head(
        tuple(comments),
        schema=PurePath(os.path.relpath(schema, folder)).as_posix() if schema.exists() else "",
        sections={KINDS.order.section: _WANTED},
        target=chosen.target.name if len(chosen.targets) > 1 else "",
    )


def prove(place: Place, texts: Sequence[Text], merged: Mapping[str, Merged]) -> None:
    """Read the manifests as they would be: what would not be valid is not written."""
    instead = {each.name: merged[each.name].text.encode() for each in texts}
    declared = declare(place, instead)
    if has_errors(declared.diagnostics):
        said = error(
            "what would be written is not valid, so nothing was written",
            advice="leave the orders that it names out of --orders: no manifest can say what is shown",
        )
        raise Stop(codes.ERROR, (said, *declared.diagnostics), excerpts_of(declared))


def landing_of(texts: Sequence[Text], merged: Mapping[str, Merged], haul: Haul) -> Landing:
    """Tell what goes where."""
    left = {where for each in merged.values() for where in each.left}
    entries = [added(each, haul.into, haul.survey) for each in haul.pulled.additions]
    entries += [edited(each) for each in haul.pulled.revisions if each.address not in left]
    changed = [each for each in texts if merged[each.name].changed]
    return Landing(
        entries=tuple(sorted(entries, key=lambda each: (each.file, each.address.rank))),
        files=tuple(each.name for each in changed),
        difference="".join(_difference(each, merged[each.name].text) for each in changed),
        seen=haul.survey.seen,
        reads=haul.survey.requests,
    )


def _difference(text: Text, after: str) -> str:
    """Give a unified difference, with every line ended."""
    before = (text.source or b"").decode()
    old = f"{text.name} now" if text.source is not None else "/dev/null"
    lines = unified_diff(before.splitlines(), after.splitlines(), old, f"{text.name} pulled", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def write(texts: Sequence[Text], merged: Mapping[str, Merged]) -> None:
    """Write every file that changes, unless somebody changed it meanwhile."""
    changed = [each for each in texts if merged[each.name].changed]
    for each in changed:
        if each.source is not None and _now(each) != each.source:
            raise _moved(each.name)
    for each in changed:
        try:
            if each.source is None:
                create_text(each.path, merged[each.name].text)
            else:
                write_text(each.path, merged[each.name].text)
        except OSError as fault:
            appeared = each.source is None and os.path.lexists(each.path)
            raise (_moved(each.name) if appeared else _unwritable(each.name, fault)) from None


def _now(text: Text) -> bytes | None:
    try:
        return text.path.read_bytes()
    except OSError:
        return None


def _moved(name: str) -> Stop:
    said = "the file was changed while the target was read"
    return Stop(codes.ERROR, (error(said, Origin(name), "it was left as it is; run it again"),))


def _unwritable(name: str, fault: OSError) -> Stop:
    said = f"cannot be written: {fault.strerror or fault}"
    return Stop(codes.ERROR, (error(said, Origin(name), "mend that, or name another file with --into"),))
