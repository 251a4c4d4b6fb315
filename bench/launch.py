"""Launch: run one command and note its wall time and its peak memory. A script for `bench.samples`.

It stands alone and imports next to nothing, because Linux lets a process start with the peak of the one that
spawned it: a large launcher would be measured instead of a small command.
"""

import os
import sys
import time

started = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - started
with open(sys.argv[1], "w", encoding="ascii") as note:  # noqa: PTH123 - pathlib would weigh more than the rest
    note.write(
        f"{seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss} {os.waitstatus_to_exitcode(status)}"
    )
