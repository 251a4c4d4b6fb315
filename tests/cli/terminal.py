"""The program on a terminal of its own: what it prints is read, and keys are pressed."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cli.shop import Shop

CTRL_C, CTRL_D = "\x03", "\x04"
_LAUNCH = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "reconciler", *sys.argv[1:]])
"""


class Terminal:
    """A running program and the other end of its terminal."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self.printed = ""
        self._end = end

    @property
    def is_open(self) -> bool:
        """Tell whether the window is still there."""
        return self._end >= 0

    def wait_for(self, text: str) -> None:
        """Read until a text was printed."""
        while text not in self.printed:
            assert self._read(), self.printed

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._end, keys.encode())

    def close(self) -> None:
        """Close the window."""
        os.close(self._end)
        self._end = -1

    def ended(self) -> int:
        """Read to the end; gives the exit code."""
        while self._read():
            pass
        return self.process.wait(60)

    def _read(self) -> bool:
        if not select.select([self._end], [], [], 60)[0]:
            return False
        try:
            read = os.read(self._end, 65536)
        except OSError:
            return False
        self.printed += read.decode(errors="replace")
        return bool(read)


@contextmanager
def terminal(shop: Shop, *arguments: str, **environment: str) -> Iterator[Terminal]:
    """Start the program on a terminal."""
    end, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, *arguments, "-C", str(shop.root)],
        stdin=its,
        stdout=its,
        stderr=its,
        env=shop.surroundings(**environment),
        start_new_session=True,
    )
    os.close(its)
    screen = Terminal(process, end)
    try:
        yield screen
    finally:
        process.kill()
        process.wait()
        if screen.is_open:
            screen.close()
