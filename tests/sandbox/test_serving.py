"""The server on a real port, in a process of its own."""

import subprocess
import sys

import httpx
import pytest

import reconciler.sandbox
from reconciler.sandbox import Fault, Market

PROGRAM = """
import functools, sys
from reconciler.sandbox import serve
serve(sys.argv[1], token="right", switches={"A9": "shown"}, started=functools.partial(print, flush=True))
"""
HEADERS = {"Authorization": "Bearer right"}


@pytest.fixture
def served(tmp_path):
    path = tmp_path / "market.db"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            with httpx.Client(base_url=f"{url}/api/v1.1/market/", headers=HEADERS) as client:
                yield client, Market(path)
        finally:
            process.terminate()


def test_it_answers_over_http_and_breaks_connections(served, order):
    client, market = served
    assert client.post("orders/import", json={"data": [order()]}).json()["error"] == 0
    response = client.post("orders/list", json={})
    assert response.json()["result"][0]["lines"][0]["status"] == "new"
    assert len(response.headers.get_list("date")) == 1
    assert client.post("orders/list", json={}, headers={"Authorization": ""}).json()["error"] == 401
    market.set_faults([Fault("orders/import", 1, "reset_before"), Fault("orders/import", 2, "reset_after")])
    for order_id in ("o-2", "o-3"):
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("orders/import", json={"data": [order(order_id)]})
    assert [stored["external_id"] for stored in market.orders()] == ["o-1", "o-3"]


def test_importing_the_package_loads_no_web_stack():
    program = (
        "import sys, reconciler.sandbox as s; s.Market; print({'starlette', 'uvicorn'} & {*sys.modules})"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert output.strip() == "set()"


def test_every_public_name_is_there():
    for name in reconciler.sandbox.__all__:
        assert getattr(reconciler.sandbox, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(reconciler.sandbox, "nothing")  # noqa: B009 -- mypy would refuse it otherwise
