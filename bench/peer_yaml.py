"""PyYAML's C loader and dumper, timed: `peer_yaml.py FILE` prints seconds as JSON.

A file of YAML is loaded, with the growth of the peak; one of JSON is dumped as YAML, the median of five.
A script of its own, for it runs in the environment of the peers, where nothing of this project is installed.
"""

import gc
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import yaml


def peak() -> int:
    """Give the peak of this process's memory in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def loaded(path: Path) -> dict[str, float]:
    """Read a small file, then the one that counts."""
    yaml.load("orders: [{external_id: a}]\n", Loader=yaml.CSafeLoader)
    gc.collect()
    before, started = peak(), time.perf_counter()
    kept = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "grown": peak() - before, "kept": len(kept)}


def dumped(path: Path) -> dict[str, float]:
    """Write the data of a file of JSON as YAML."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return {"seconds": statistics.median(_dumped(data) for _ in range(5))}


def _dumped(data: Any) -> float:
    started = time.perf_counter()
    yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False)
    return time.perf_counter() - started


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print(json.dumps(dumped(file) if file.suffix == ".json" else loaded(file)))
