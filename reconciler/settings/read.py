"""Read: find reconciler.yaml, read it, and say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.document import Document
from reconciler.model.text import did_you_mean, listed
from reconciler.settings.shape import SettingsShape, satisfies
from reconciler.stages.load import parse
from reconciler.stages.validate.reasons import Part, reasons
from reconciler.version import __version__

FILE: Final = "reconciler.yaml"


class Misused(Exception):
    """The command was not used as it has to be (exit 64); `advice` says what to type."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one repository; `shape` is None when they could not be understood."""

    root: Path
    """The folder that paths in the settings are relative to."""
    shape: SettingsShape | None
    diagnostics: tuple[Diagnostic, ...]
    text: str = ""
    document: Document | None = None
    """What was read, with the place of every value; None where nothing could be."""


def find(start: Path) -> Path | None:
    """Walk up from a folder to the nearest reconciler.yaml; None if there is none up to the root."""
    for folder in (start.absolute(), *start.absolute().parents):
        candidate = folder / FILE
        if candidate.is_file():
            return candidate
    return None


def read(start: Path) -> Settings:
    """Read the settings that hold in a folder; what is wrong comes back as diagnostics.

    Raises `Misused` when there is no such folder.
    """
    if not start.is_dir():
        raise Misused(f"{start} is not a folder", "name one that exists with -C")
    path = find(start)
    if path is None:
        missing = error(
            f"no {FILE} in {start.absolute()} or above it",
            advice="`reconciler init` makes one; -C DIR names another folder",
        )
        return Settings(start, None, (missing,))
    try:
        source = path.read_bytes()
    except OSError as fault:
        return Settings(path.parent, None, (error(f"{path} cannot be read: {fault.strerror}"),))
    parsed = parse(source, FILE)
    if parsed.diagnostics or len(parsed.documents) != 1:
        problems = parsed.diagnostics or (error(f"{FILE} has to hold one YAML document"),)
        return Settings(path.parent, None, problems, parsed.text)
    shape, diagnostics = _shaped(parsed.documents[0])
    return Settings(path.parent, shape, diagnostics, parsed.text, parsed.documents[0])


def _shaped(document: Document) -> tuple[SettingsShape | None, tuple[Diagnostic, ...]]:
    if not isinstance(document.data, dict):
        return None, (error("the settings have to be a mapping", document.at(())),)
    try:
        shape = SettingsShape.model_validate(document.data)
    except ValidationError as refusal:
        found = reasons(Part(document, (), document.data, SettingsShape, "settings"), refusal)
        return None, tuple(_without_token(each) for each in found)
    found = [*_inconsistent(shape, document)]
    return (None if found else shape), tuple(found)


def _without_token(found: Diagnostic) -> Diagnostic:
    """Say where a token belongs when one was written into the file."""
    if 'unknown key "token"' not in found.summary and "unknown key token" not in found.summary:
        return found
    advice = "a token never stands in a file of the repository: name a variable in token_env, or a token_file"
    return error(found.summary, found.origin, advice)


def _inconsistent(shape: SettingsShape, document: Document) -> Iterable[Diagnostic]:
    if shape.default_target is not None and shape.default_target not in shape.targets:
        yield error(
            f"default_target names {shape.default_target}, and there is no such target",
            document.at(("default_target",)),
            did_you_mean(shape.default_target, shape.targets) or f"there are {listed(shape.targets)}",
        )
    if shape.required_version is not None and not satisfies(__version__, shape.required_version):
        yield error(
            f"these settings need reconciler {shape.required_version}, and this is {__version__}",
            document.at(("required_version",)),
            "install a version that fits",
        )
    for name, target in shape.targets.items():
        if target.token_env is not None and target.token_file is not None:
            yield error(
                f"target {name} has both token_env and token_file",
                document.at(("targets", name, "token_file"), key=True),
                "keep one of them",
            )
