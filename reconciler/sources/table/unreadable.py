"""Unreadable: a table, or a row of one, that is not what it should be."""

from __future__ import annotations


class Unreadable(Exception):
    """A file, or one row of it, is not what it should be. `row` 0 means the file as a whole."""

    def __init__(self, summary: str, row: int = 0, advice: str = "") -> None:
        super().__init__(summary)
        self.row = row
        self.advice = advice
