"""Table: an entry of `order_sources` that names a file, in the shape in which it is written."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.scalars import Day, Text, Word

_NAME: Final = r"^[A-Za-z0-9_-]+$"


class Columns(BaseModel):
    """What the columns of a table are called."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    order: Text = Field(description="The column of order ids.")
    line: Text | None = Field(
        default=None, description="The column of line ids; left out, a row is for every line of its order."
    )
    status: Text = Field(description="The column of statuses.")
    from_: Text | None = Field(
        default=None,
        alias="from",
        description="The column of statuses from which the move is wanted; several are divided by |.",
    )


class TableEntry(BaseModel):
    """A table of order-line states: CSV, JSON Lines or Parquet."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    name: str = Field(pattern=_NAME, description="How plans and selections name it, as in source:NAME.")
    type: Literal["table"] = Field(description="A file beside the manifests.")
    path: Text = Field(description="The file, or a glob of files, relative to this manifest.")
    columns: Columns = Field(description="What the columns are called.")
    statuses: dict[str, Word] | None = Field(
        default=None, description="Their word to our status; left out, words pass as they are."
    )
    format: Literal["csv", "jsonl", "parquet"] | None = Field(
        default=None,
        description="Left out, the file's name tells: .csv, .tsv, .txt, .jsonl, .ndjson, .parquet, .pq.",
    )
    encoding: Text | None = Field(default=None, description="Of text; utf-8 when left out.")
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="Between the cells of a CSV file; found in the first line when left out.",
    )
    hold: Literal["once", "always"] | None = Field(
        default=None, description="once: a line is done after one confirmed write, and never pulled back."
    )
    expires: Day | None = Field(default=None, description="The last day, UTC, on which the table counts.")
    max_line_changes: int | None = Field(
        default=None, ge=0, description="How many lines one plan may change for it, instead of the limit."
    )
    priority: int | None = Field(default=None, description="A higher one wins over a lower; 0 when left out.")
