"""Stop: how a command ends early, with an exit code and words that say what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.model.diagnostic import Diagnostic


class Stop(Exception):
    """Ends a command. The diagnostics are printed, or stand in the JSON document."""

    def __init__(
        self,
        exit_code: int,
        diagnostics: Sequence[Diagnostic] = (),
        sources: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(diagnostics[0].summary if diagnostics else f"exit {exit_code}")
        self.exit_code = exit_code
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources or {})
