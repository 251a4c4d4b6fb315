"""A sandbox in a process of its own: `python -m bench.sandbox FILE LINES` seeds it and prints its URL."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import world
from bench.samples import move_to_last_core
from reconciler.sandbox import Market, seed, serve


def main(file: str, lines: int) -> None:
    """Seed the file if it is not there, and serve it until terminated."""
    move_to_last_core()
    if not Path(file).exists():
        market = Market(file)
        seed(market, world.orders(lines))
        market.close()
    serve(file, started=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
