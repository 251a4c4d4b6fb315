"""Merging: new entries and edits into a file that people keep, every other byte as it was.

The text is never laid out anew: pieces are put between its lines or in the place of a value. What came out
is read again and has to say exactly what the file said before, with the edits and the entries; if it does
not, the file is left alone. An entry that cannot be edited in its layout is left alone and named.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from reconciler.model.address import Address
from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, error, has_errors, warning
from reconciler.model.draft import Addition, Draft, Edit, Reinfer, Revision
from reconciler.stages.load import parse
from reconciler.stages.rewrite.nodes import (
    Node,
    Sort,
    Unfit,
    after_comments,
    after_line,
    entries_of,
    entry_of,
    newline_of,
    roots,
)
from reconciler.stages.rewrite.proof import Intended, fault_of
from reconciler.stages.rewrite.spelling import comment, data, entry, spell
from reconciler.stages.rewrite.splicing import Splice, append_entries, spliced, splices_of

_TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Head:
    """What a document that is begun has to say of itself."""

    comments: tuple[str, ...] = ()
    schema: str = ""
    """Where an editor finds the schema of manifests, relative to the file; empty where there is none."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """What is to be known of a section that is begun."""
    target: str = ""
    """The target for which its entries hold; empty where there is only one."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A file's text with what was to be put into it, or as it was with the reason why."""

    text: str
    changed: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    left: frozenset[Address] = field(default_factory=frozenset)
    """The entries that could not be edited."""


def merge(
    source: bytes | None,
    file: str,
    additions: Sequence[Addition],
    revisions: Sequence[Revision] = (),
    head: Head | None = None,
) -> Merged:
    """Put entries into a file, None where there is none yet, and edit those that it has.

    Entries go into the first document that is for the target. A file that cannot be read is an error.
    """
    head = head or Head()
    mark = codecs.BOM_UTF8.decode() if source is not None and source.startswith(codecs.BOM_UTF8) else ""
    parsed = parse(source or b"", file)
    if has_errors(parsed.diagnostics):
        return Merged(mark + parsed.text, changed=False, diagnostics=parsed.diagnostics)
    with collector_paused():
        merging = _Merging(parsed.text, file, head, fresh=source is None)
        merging.revise(revisions)
        merging.add(additions)
        text, fault = merging.text()
    fault = fault or fault_of(parsed.documents, text, file, merging.intended)
    if fault:
        found = error(f"{file} was left as it is: {fault}", advice="name another file with --into")
        return Merged(mark + parsed.text, changed=False, diagnostics=(found,))
    return Merged(
        mark + text, mark + text != (source or b"").decode(), tuple(merging.found), frozenset(merging.left)
    )


class _Merging:
    """Grows edit by edit."""

    def __init__(self, text: str, file: str, head: Head, *, fresh: bool) -> None:
        self._text, self._file, self._head, self._fresh = text, file, head, fresh
        self._roots = roots(text)
        self._splices: list[Splice] = []
        self._begun: dict[str, Any] | None = None
        self.found: list[Diagnostic] = []
        self.left: set[Address] = set()
        self.revised: list[tuple[Revision, tuple[Edit, ...]]] = []
        self.added: list[tuple[int, str, list[Draft]]] = []

    def revise(self, revisions: Iterable[Revision]) -> None:
        """Edit entries, each of them whole or not at all."""
        entries = entries_of(self._roots) if revisions else {}
        for each in revisions:
            try:
                node = entry_of(entries, each.origin.line, each.origin.column)
                done = [(edit, list(splices_of(self._text, node, edit))) for edit in each.edits]
            except Unfit as unfit:
                advice = "edit it by hand"
                said = f"{each.address} was left as it is written: {unfit}"
                self.found.append(warning(said, each.origin, advice))
                self.left.add(each.address)
                continue
            self.found += [e.otherwise for e, made in done if isinstance(e, Reinfer) and not made]
            made = tuple(edit for edit, splices in done if splices)
            if not made:
                self.left.add(each.address)
                continue
            self._splices += [splice for _, splices in done for splice in splices]
            self.revised.append((each, made))

    def add(self, additions: Sequence[Addition]) -> None:
        """Put entries behind those of their section, else into a section or a document of their own."""
        chosen = next(
            (index for index, root in enumerate(self._roots) if _is_for(root, self._head.target)), None
        )
        homeless: list[tuple[str, list[Draft]]] = []
        for section, group in groupby(additions, key=lambda each: each.section):
            drafts = [each.draft for each in group]
            place = None if chosen is None else self._place(self._roots[chosen], section, drafts)
            if chosen is None or place is None:
                homeless.append((section, drafts))
            else:
                self._splices.append(place)
                self.added.append((chosen, section, drafts))
        if homeless:
            self._begin(homeless, self._targets(chosen))

    def _place(self, root: Node, section: str, drafts: list[Draft]) -> Splice | None:
        """Give where entries go, None where the section has no lines for them."""
        try:
            return self._into(root, section, drafts)
        except Unfit:
            return None

    def _into(self, root: Node, section: str, drafts: list[Draft]) -> Splice:
        there = root.get(section)
        if there is None:
            at = after_comments(self._text, after_line(self._text, root.finish), root.column)
            return Splice(at, at, "", ("", *self._section(section, drafts)))
        if there.sort is Sort.LIST and there.below:
            return append_entries(self._text, there, drafts)
        if there.shared or there.style in {"|", ">"}:
            raise Unfit("the section is no list")
        end = after_line(self._text, there.end)
        rest = self._text[there.end : end]
        lines = "\n".join(["", *(line for each in drafts for line in entry(each, 2))])
        said = rest.rstrip() + lines.replace("\n", newline_of(self._text)) + newline_of(self._text)
        begin = there.begin
        while there.begin < there.end and self._text[begin - 1] == " ":
            begin -= 1
        return Splice(begin, end, said)

    def _targets(self, chosen: int | None) -> list[str]:
        """Give the targets that a document has to name that is begun beside the chosen one."""
        if chosen is None:
            return [self._head.target] if self._head.target else []
        named = self._roots[chosen].get(_TARGETS)
        return [each.value for each in named.below] if named is not None else []

    def _begin(self, sections: list[tuple[str, list[Draft]]], targets: list[str]) -> None:
        """Begin a document at the end of the file."""
        lines: list[str] = []
        if self._fresh:
            lines += [f"# yaml-language-server: $schema={self._head.schema}"] if self._head.schema else []
            lines += [comment(each) for each in self._head.comments]
        elif self._roots:
            lines.append("---")
        lines += [f"{_TARGETS}: {spell(targets)}"] if targets else []
        for index, (section, drafts) in enumerate(sections):
            lines += ["", *self._section(section, drafts)] if index else self._section(section, drafts)
        self._splices.append(Splice(len(self._text), len(self._text), "", tuple(lines)))
        said: dict[str, Any] = {_TARGETS: targets} if targets else {}
        self._begun = {**said, **{section: data(drafts) for section, drafts in sections}}

    def _section(self, section: str, drafts: Iterable[Draft]) -> list[str]:
        known = self._head.sections.get(section)
        head = [comment(known)] if known else []
        return [*head, f"{section}:", *(line for each in drafts for line in entry(each, 2))]

    def text(self) -> tuple[str, str]:
        """Give the text with all of it, and why it cannot be made, if so."""
        try:
            return spliced(self._text, self._splices, newline_of(self._text)), ""
        except Unfit as unfit:
            return self._text, str(unfit)

    @property
    def intended(self) -> Intended:
        """What was to be done, for the proof."""
        return Intended(self.revised, self.added, self._begun)


def _is_for(root: Node, target: str) -> bool:
    """Tell whether entries for a target may stand in a document."""
    if root.sort is not Sort.MAPPING or root.flow or root.shared or not root.below:
        return False
    named = root.get(_TARGETS)
    return named is None or not target or any(each.value == target for each in named.below)
