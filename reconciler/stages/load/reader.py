"""One file's bytes to documents: decoded, built, its faults put in words. Pure.

Whatever a file says, nothing is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.parser import Parser

from reconciler.model.collector import collector_paused
from reconciler.model.diagnostic import Diagnostic, Origin, error
from reconciler.model.document import Document
from reconciler.stages.load.anchors import Limits
from reconciler.stages.load.builder import Builder, Refused
from reconciler.stages.load.source import decode
from reconciler.stages.load.wording import Fault, explain


class ParserMissing(RuntimeError):
    """The installation lacks libyaml, without which reading takes ten times as long."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file says: its documents, what was found, and its text for excerpts."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    text: str


def parse(source: bytes, file: str, *, limits: Limits | None = None) -> Parsed:
    """Read a file's YAML by the core schema of YAML 1.2: no tags, keys as text; `file` only names it.

    With an error in its syntax or beyond a limit a file gives no document. A repeated key (the first counts)
    and a tag are errors too, but the documents are there, so that the rest can be judged in the same run.
    """
    limits = limits or Limits()
    text, refusal = decode(source, file, size=limits.size)
    if refusal is not None:
        return Parsed((), (refusal,), text)
    parser = _parser(text)
    builder = Builder(parser.get_event, file, limits, bare="&" not in text and "!" not in text)
    try:
        with collector_paused():
            return Parsed(tuple(builder.documents()), tuple(builder.diagnostics), text)
    except Refused as refused:
        last = refused.diagnostic
    except MarkedYAMLError as fault:
        last = explain(_fault(fault, file), text)
    except YAMLError as fault:
        last = error(str(fault), Origin(file), "save the file as UTF-8 text")
    finally:
        parser.dispose()
    return Parsed((), (*builder.diagnostics, last), text)


def _parser(text: str) -> Any:
    """Give libyaml's parser. Raises `ParserMissing`, where ruamel.yaml would take a slow one in silence."""
    _, parser = YAML(typ="safe").get_constructor_parser(text)
    if isinstance(parser, Parser):
        raise ParserMissing("libyaml is missing: install ruamel.yaml[oldlibyaml] and not ruamel.yaml alone")
    return parser


def _fault(fault: MarkedYAMLError, file: str) -> Fault:
    def origin(mark: Any) -> Origin | None:
        return None if mark is None else Origin(file, mark.line + 1, mark.column + 1)

    at, since = origin(fault.problem_mark), origin(fault.context_mark)
    return Fault(fault.problem or "", at or since or Origin(file), fault.context or "", since)
