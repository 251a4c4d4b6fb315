"""One file laid out anew, and only if nothing is lost by it."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    PlainScalarString,
    ScalarString,
    SingleQuotedScalarString,
)
from ruamel.yaml.tag import Tag

from reconciler.model.diagnostic import Diagnostic, Origin, has_errors, warning
from reconciler.model.document import written
from reconciler.stages.load import parse
from reconciler.stages.load.scalars import resolve
from reconciler.stages.rewrite.comments import align, comments, flatten, sides

_ENDLESS: Final = 1 << 30
_NULL: Final = Tag(suffix="tag:yaml.org,2002:null")
_SEPARATOR: Final = re.compile(r"^(?:---|\.\.\.)(?:[ \t].*)?$\n?", re.MULTILINE)
_FIRST_BLANKS: Final = re.compile(r"\A(?:[ \t]*\n)+")
_NO_CONTENT: Final = re.compile(r"\s*(?:[#%].*)?")
_NOT_UNDERSTOOD: Final = (YAMLError, ValueError, IndexError)
"""What the round trip raises for text that the parser took: IndexError for a comment before a lone `[ ]`."""
_QUOTED_KEY: Final = "external_id"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file's text in the shared layout, or as it was when it has errors or would lose something."""

    text: str
    changed: bool
    diagnostics: tuple[Diagnostic, ...]


def format_text(source: bytes, file: str) -> Formatted:
    """Lay out a YAML file; `file` only names it.

    Mappings are indented by two and lists by two under their key, `external_id`s that are text stand in
    double quotes, no line is wrapped, lines end with LF and without spaces, the last one too. Nothing is
    reordered, and blank lines, anchors, other quotes and the spelling of numbers stay.
    """
    parsed = parse(source, file)
    if has_errors(parsed.diagnostics):
        return Formatted(parsed.text, changed=False, diagnostics=parsed.diagnostics)
    text = re.sub("\r\n?", "\n", parsed.text)
    try:
        laid_out = _lay_out(text)
        loss = _loss(text, laid_out, file)
    except _NOT_UNDERSTOOD as fault:
        laid_out, loss = text, f"its layout is not understood ({type(fault).__name__})"
    if loss:
        found = warning(f"the file was left as it is: {loss}", Origin(file), "lay it out by hand")
        return Formatted(parsed.text, changed=False, diagnostics=(*parsed.diagnostics, found))
    return Formatted(laid_out, laid_out.encode() != source, parsed.diagnostics)


def _loss(before: str, after: str, file: str) -> str:
    """Say what a new layout would lose, nothing if it is sound."""
    if _data(before, file) != _data(after, file):
        return "another layout would change what it says"
    if [each.text for each in comments(before)] != [each.text for each in comments(after)]:
        return "another layout would lose or move a comment"
    if _invisible(after) - _invisible(before):
        return "another layout would turn an escape into an invisible character"
    return "" if _lay_out(after) == after else "its layout does not settle"


def _invisible(text: str) -> set[str]:
    return {each for each in set(text) if not each.isprintable()} - {"\n"}


def _data(text: str, file: str) -> list[Any]:
    parsed = parse(text.encode(), file)
    return [_exact(document.data) for document in parsed.documents] + [has_errors(parsed.diagnostics)]


def _exact(value: Any) -> Any:
    """Give data that are equal only if written alike: `1` and true differ, and so do `1.5` and `1.50`."""
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return type(value), written(value)


def _lay_out(text: str) -> str:
    """Lay out each document by itself, so that the lines between them stay as they are."""
    parts: list[str] = []
    end = 0
    for separator in _SEPARATOR.finditer(text):
        parts += _document(text[end : separator.start()]), separator[0].rstrip() + "\n"
        end = separator.end()
    parts.append(_document(text[end:]))
    return "".join(parts)


def _document(text: str) -> str:
    text = _FIRST_BLANKS.sub("", text)
    lines = [line.rstrip() for line in text.split("\n")]
    if all(_NO_CONTENT.fullmatch(line) for line in lines):
        return "\n".join(lines).rstrip("\n") + "\n" if text.strip() else ""
    yaml = _round_trip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReusedAnchorWarning)  # a name may be given again, which YAML allows
        data = yaml.load(flatten(text))
    if not isinstance(data, dict | list):
        return _trim(text)
    _quote(data, set())
    stream = StringIO()
    yaml.dump(data, stream)
    return _trim(align(stream.getvalue(), sides(text)))


class _Verbatim(VersionedResolver):
    """Resolves nothing: a plain scalar is text and is written as it was read; only the empty one is null."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode and implicit[0] and value == "":
            return _NULL
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def _round_trip() -> Any:
    yaml = YAML(typ="rt")
    yaml.Resolver = _Verbatim
    yaml.preserve_quotes = True
    yaml.width = _ENDLESS
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _quote(node: Any, seen: set[int]) -> None:
    """Put text that stands as an `external_id` in double quotes; what reads as a number or the like stays."""
    if id(node) in seen or not isinstance(node, dict | list):
        return
    seen.add(id(node))
    for key, value in list(node.items()) if isinstance(node, dict) else list(enumerate(node)):
        _quote(value, seen)
        if key == _QUOTED_KEY and _may_be_quoted(value):
            node[key] = DoubleQuotedScalarString(value)


def _may_be_quoted(value: Any) -> bool:
    if not isinstance(value, str) or (isinstance(value, ScalarString) and value.anchor.value is not None):
        return False
    if isinstance(value, SingleQuotedScalarString):
        return True
    is_plain = type(value) in {str, PlainScalarString}
    return is_plain and isinstance(resolve(value), str)


def _trim(text: str) -> str:
    """Remove spaces at the ends of lines, unless they belong to a text of several lines."""
    trimmed = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n") + "\n"
    return trimmed if _data(trimmed, "") == _data(text, "") else text
