"""Findings: the diagnostics about one entry of a document, gathered with the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.model.diagnostic import Diagnostic, Origin, Severity, error, warning
from reconciler.model.document import Document


class Findings:
    """Gathers what is wrong with the entry at `path` of a document; steps lead on from there.

    What may be only a consequence of something that could not be read, such as a key that is missing or a sum
    that is wrong, is `dependent` and kept apart: of an entry that is broken anyway it is not shown.
    """

    __slots__ = ("_dependent", "_document", "_gathered", "_path")

    def __init__(self, document: Document, path: Sequence[str | int]) -> None:
        self._document = document
        self._path = path
        self._gathered: list[Diagnostic] = []
        self._dependent: list[Diagnostic] = []

    def at(self, *steps: str | int, key: bool = False) -> Origin:
        """Find where a part of the entry was written."""
        return self._document.at((*self._path, *steps), key=key)

    def error(
        self,
        summary: str,
        *steps: str | int,
        advice: str = "",
        key: bool = False,
        related: Iterable[Origin] = (),
    ) -> None:
        """Add an error about the value, or with `key` the key, that these steps lead to."""
        self._gathered.append(error(summary, self.at(*steps, key=key), advice, related))

    def warning(self, summary: str, *steps: str | int, advice: str = "") -> None:
        """Add a warning about the value that these steps lead to."""
        self._gathered.append(warning(summary, self.at(*steps), advice))

    def dependent_error(self, summary: str, *steps: str | int, advice: str = "", key: bool = False) -> None:
        """Add an error that may be only the consequence of another."""
        self._dependent.append(error(summary, self.at(*steps, key=key), advice))

    def dependent_warning(self, summary: str, *steps: str | int, advice: str = "") -> None:
        """Add a warning that may be only the consequence of an error."""
        self._dependent.append(warning(summary, self.at(*steps), advice))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found for its own sake."""
        return tuple(self._gathered)

    @property
    def dependent(self) -> tuple[Diagnostic, ...]:
        """What may be only a consequence."""
        return tuple(self._dependent)

    @property
    def failed(self) -> bool:
        """Tell whether an error is among all of them."""
        if not self._gathered and not self._dependent:
            return False
        return any(each.severity is Severity.ERROR for each in (*self._gathered, *self._dependent))
