"""What libyaml found wrong, in a person's words.

libyaml speaks of tokens and contexts; who edits a manifest speaks of indentation, quotes and brackets.
Whatever has no better wording here is passed on as the parser said it, so that nothing is ever hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Diagnostic, Origin, error


@dataclass(frozen=True, slots=True)
class Fault:
    """A parser's complaint: where, what, and what it was reading meanwhile and since where."""

    problem: str
    at: Origin
    context: str = ""
    since: Origin | None = None


_ADVICE_COLON: Final = "quote text that holds `: `, and put every key on a line of its own"
_OPEN_QUOTE: Final = "a quote is not closed"
_OPEN_ENDED: Final = frozenset(
    {"found unexpected end of stream", "found unexpected document indicator", "could not find expected ':'"}
)
"""Where these come to light says little, so they are shown where they began."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "mapping values are not allowed in this context": ("a `:` stands where no key can be", _ADVICE_COLON),
    "could not find expected ':'": (
        "a key without a `:` after it",
        "write `key: value`, and quote text of several lines",
    ),
    "did not find expected key": (
        "neither a key nor the end of the entry",
        "indent it like its neighbours, or quote the whole text",
    ),
    "did not find expected '-' indicator": (
        "a list goes on without a `-`",
        "begin each item with `- `, all indented alike",
    ),
    "did not find expected ',' or ']'": (
        "a `[` is not closed",
        "separate the items by commas, and quote text that holds `?`",
    ),
    "did not find expected ',' or '}'": (
        "a `{` is not closed",
        "separate the entries by commas, and quote text that holds `?`",
    ),
    "found unexpected end of stream": (_OPEN_QUOTE, "end the text with the quote it begins with"),
    "found unexpected ':'": (
        "a `:` inside of `{ }` or `[ ]`",
        "write a space after the `:` of a key, and quote text that holds one",
    ),
    "found unexpected document indicator": (_OPEN_QUOTE, "close it before `---` or `...`"),
    "found invalid Unicode character escape code": (
        "an escape that is no character",
        "write the character itself",
    ),
    "did not find expected whitespace or line break": (
        "a tag is not supported",
        "quote text that begins with `!`",
    ),
    "did not find expected comment or line break": (
        "text beside `|` or `>`",
        "begin the text on the next line",
    ),
    "did not find expected alphabetic or numeric character": (
        "an alias or anchor without a name",
        "quote text that begins with `*` or `&`",
    ),
    "found unknown escape character": (
        "an unknown escape after a backslash",
        r"double the backslash, or use single quotes",
    ),
    "did not find expected node content": (
        "a value is missing or begins with a sign of YAML's own",
        "quote text that begins so",
    ),
    "block sequence entries are not allowed in this context": (
        "a `-` stands where no list can begin",
        "begin the list on a line of its own",
    ),
    "block mapping values are not allowed in this context": (
        "a `?` stands where no key can be",
        "write `key: value`",
    ),
    "did not find expected <document start>": (
        "something follows the end of the document",
        "begin another document with `---`, or indent alike",
    ),
    "found undefined tag handle": ("a tag is not supported", "quote text that begins with `!`"),
    "found incompatible YAML document": ("a file is read as YAML 1.2", "remove the line %YAML"),
    "found unknown directive name": ("a line that begins with `%`", "quote text that begins with `%`"),
}
_FIRST: Final[Mapping[str, tuple[str, str]]] = {
    "\t": ("a tab cannot indent in YAML", "use spaces"),
    "@": ("text cannot begin with `@`", "quote it"),
    "`": ("text cannot begin with a backtick", "quote it"),
    "%": ("text cannot begin with `%`", "quote it"),
}
_NOT_CLOSED: Final = frozenset({"did not find expected ',' or ']'", "did not find expected ',' or '}'"})
_CANNOT_START: Final = "found character that cannot start any token"


def explain(fault: Fault, text: str) -> Diagnostic:
    """Make the diagnostic of a syntax error in `text`, with the place where it began if that is another."""
    line = _line(fault.at, text)
    summary, advice = _words(fault, line[fault.at.column - 1 : fault.at.column])
    since = fault.since or fault.at
    if fault.problem in _OPEN_ENDED:
        return error(summary, since, advice)
    if fault.problem in _NOT_CLOSED and "${" in line:
        advice = "inside of `{ }` and `[ ]` a `${...}` must be quoted"
    if since.line != fault.at.line:
        summary = f"{summary} (begun in line {since.line})"
    return error(summary, fault.at, advice, [since] if since != fault.at else [])


def _line(origin: Origin, text: str) -> str:
    """Give the line of a place, nothing past the end."""
    lines = text.splitlines()
    return lines[origin.line - 1] if 0 < origin.line <= len(lines) else ""


def _words(fault: Fault, character: str) -> tuple[str, str]:
    if fault.problem == _CANNOT_START and character in _FIRST:
        return _FIRST[character]
    if "tab" in fault.problem.split():
        return _FIRST["\t"]
    if fault.problem in _WORDS:
        return _WORDS[fault.problem]
    return f"{fault.context}, {fault.problem}".removeprefix(", "), "quote text that holds signs of YAML's own"
