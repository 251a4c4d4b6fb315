"""Bytes: a file as it lies on disk, digested while it is read, and unpacked where its name says so."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO, Final, Protocol

from reconciler.sources.table.unreadable import Unreadable

LARGEST: Final = 4 * 1024**3
"""Bytes of a table once it is unpacked; more is taken for an attack or a mistake."""
_PACKED: Final = ".gz"


class Hash(Protocol):
    """What digests bytes."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""
        ...


class Digested:
    """One file, digested as it lies on disk."""

    def __init__(self, path: Path, digest: Hash) -> None:
        """Digest a file. Raises OSError."""
        self.path = path
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)

    def open(self) -> IO[bytes]:
        """Open it for reading, unpacked. Raises OSError."""
        packed = self.path.suffix.lower() == _PACKED
        return io.BufferedReader(_Bounded(gzip.open(self.path) if packed else self.path.open("rb")), 1 << 18)


class _Bounded(io.RawIOBase):
    """Stops reading what unpacks to more than anybody can mean."""

    def __init__(self, file: IO[bytes] | io.RawIOBase | gzip.GzipFile) -> None:
        self._file = file
        self._left = LARGEST

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            part = self._file.read(len(view)) or b""
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Unreadable("it is no whole gzip file", advice="pack it again") from None
        self._left -= len(part)
        if self._left < 0:
            raise Unreadable(f"it is larger than {LARGEST // 1024**3} GiB once it is unpacked")
        view[: len(part)] = part
        return len(part)
