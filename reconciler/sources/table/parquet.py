"""Parquet: columns of one type each, read a batch of rows at a time. The only module that knows pyarrow.

An optional part of the package, loaded when such a file is met. A type says before any row is read what a
spreadsheet or a data frame has made of an id: a column of decimal numbers never held one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.rows import AT_ONCE, Rows, wanted
from reconciler.sources.table.unreadable import Unreadable

if TYPE_CHECKING:
    from types import ModuleType

_NAMED: Final = 20
_EXTRA: Final = "install it with the extra `parquet`: pip install 'reconciler[parquet]'"
_DESTROYED: Final = "ids are texts or whole numbers: cast the column before the table is written"


class Parquet:
    """The form `parquet`."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Rows | Unreadable]:
        """Give the rows; the first is number 1, for there is no header among them."""
        arrow, parquet = _library()
        columns = entry.columns
        try:
            with parquet.ParquetFile(read.path, memory_map=False) as file:
                names = wanted(entry)
                _check(arrow, file.schema_arrow, names, entry)
                number = 1
                for batch in file.iter_batches(batch_size=AT_ONCE, columns=list(names), use_threads=False):
                    cells = {name: batch.column(name).to_pylist() for name in names}
                    yield Rows(
                        range(number, number + len(batch)),
                        cells[columns.order],
                        None if columns.line is None else cells[columns.line],
                        cells[columns.status],
                        None if columns.from_ is None else cells[columns.from_],
                    )
                    number += len(batch)
        except (arrow.ArrowException, OSError, UnicodeDecodeError, OverflowError) as fault:
            raise Unreadable(f"it is no whole Parquet file: {_first_line(fault)}") from None


def _library() -> tuple[ModuleType, ModuleType]:
    """Load what reads Parquet; raises Unreadable where it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional, and costly
        from pyarrow import parquet  # noqa: PLC0415 - as above
    except ImportError:
        raise Unreadable("reading Parquet needs pyarrow", advice=_EXTRA) from None
    return pa, parquet


def _check(arrow: Any, schema: Any, names: tuple[str, ...], entry: TableEntry) -> None:
    """Make sure of the columns that matter, and that ids are of a type that can hold one."""
    for name in names:
        if schema.names.count(name) != 1:
            fault = "there is no column" if name not in schema.names else "there are two columns"
            known = f"there are {listed(schema.names[:_NAMED])}"
            raise Unreadable(f"{fault} {quoted(name)}", advice=did_you_mean(name, schema.names) or known)
    for name in filter(None, (entry.columns.order, entry.columns.line)):
        kind = schema.field(name).type
        kind = kind.value_type if arrow.types.is_dictionary(kind) else kind
        types = arrow.types
        texts = (types.is_string, types.is_large_string, types.is_string_view)
        able = (*texts, types.is_integer, types.is_null)
        if not any(is_one(kind) for is_one in able):
            raise Unreadable(f"the column {quoted(name)} holds {kind}, and no ids", advice=_DESTROYED)


def _first_line(fault: BaseException) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0]
