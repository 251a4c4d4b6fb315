"""The same updates by one `httpx.AsyncClient`: `bench.asynchronous URL OPS CONCURRENCY` prints JSON.

One client with one pool, as its documentation advises, and so many tasks. Printed are wall and processor
seconds; nothing is kept or checked but the code of each answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter, process_time

import httpx

from bench.floor import PATH, bodies_of


async def send(url: str, ops: int, concurrency: int) -> tuple[float, float]:
    """Send all of them, so many at a time: wall and processor seconds."""
    bodies = bodies_of(ops, 1)
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)

    async def work(client: httpx.AsyncClient) -> None:
        for body in bodies:
            answer = await client.post(PATH, content=body)
            assert answer.status_code == 200

    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=60) as client:
        began, spent = perf_counter(), process_time()
        await asyncio.gather(*(work(client) for _ in range(concurrency)))
        return perf_counter() - began, process_time() - spent


if __name__ == "__main__":
    print(json.dumps(asyncio.run(send(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
