"""Printing: text for stdout and stderr, of which either may be gone or full.

A reader that leaves (`| head`), a closed terminal or a full disk behind a redirection is no reason to stop
what is being sent. It changes no exit code, but from "done" to an error where a result could not be written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

import click

from reconciler.project import codes


def aside(text: str, *, end: str = "\n") -> None:
    """Tell people something on stderr; where nobody listens any more, nobody is told."""
    with suppress(OSError):
        click.echo(text + end, err=True, color=True, nl=False)


def result(text: str | bytes | Iterable[str]) -> OSError | None:
    """Print to stdout; gives what kept it from being written, but for a reader that has gone."""
    try:
        for piece in (text,) if isinstance(text, str | bytes) else text:
            click.echo(piece, nl=False, color=True)
    except BrokenPipeError:
        return None
    except OSError as fault:
        return fault
    return None


def finished(code: int) -> int:
    """Flush what was printed and give the exit code; what is left goes nowhere, without a complaint."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as fault:
            _let_go(stream)
            if stream is sys.stdout and not isinstance(fault, BrokenPipeError):
                code = code or codes.ERROR
    return code


def _let_go(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
