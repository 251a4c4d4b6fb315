"""Forms: which form of table a file has, by what the entry or the file's name says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reconciler.model.table import TableEntry
from reconciler.sources.table.rows import Form
from reconciler.sources.table.unreadable import Unreadable

_BY_SUFFIX: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def form_of(entry: TableEntry, file: Path) -> Form:
    """Give what reads a file; raises `Unreadable` when neither the entry nor the name tells."""
    suffixes = [each.lower() for each in file.suffixes if each.lower() != ".gz"]
    name = entry.format or _BY_SUFFIX.get(suffixes[-1] if suffixes else "")
    match name:
        case "csv":
            from reconciler.sources.table.csv import Csv  # noqa: PLC0415 - each form loads what it needs

            return Csv()
        case "jsonl":
            from reconciler.sources.table.jsonl import JsonLines  # noqa: PLC0415 - as above

            return JsonLines()
        case "parquet":
            from reconciler.sources.table.parquet import Parquet  # noqa: PLC0415 - as above

            return Parquet()
        case _:
            advice = "say format: csv, jsonl or parquet"
            raise Unreadable("its name does not tell its form", advice=advice)
