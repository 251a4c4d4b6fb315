"""Where a token may go: to the server that the settings name, over a connection that can be trusted."""

import base64
import ssl
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.shop import STATUSES, TOKEN, states

CERTIFICATE = """
MIIBmzCCAUGgAwIBAgIUfpH0qkLHYJzwagSfprhnJOv0100wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEy
MTAxMTc0MFoYDzIxMjYxMDI4MDExNzQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATZRDYH
lDP5M5fB8mOCZnU0djXFB5F78zWqbp7MKm26U00h+HE/XsqxsDOFrrboIFNf0CTPEG4jGXvrknN1LUMro28wbTAdBgNVHQ4EFgQUoFfi
2kwW1WdojO7JeZN1ugp1GZUwHwYDVR0jBBgwFoAUoFfi2kwW1WdojO7JeZN1ugp1GZUwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzAR
gglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIgV37cXulPxmHvsXXLLtNw/tT7RCn+3ncdLFtki/6lTKQCIQDfPfasLsUn
w4hS+q94VgdDKymj5E/E5QCQm9lilm/3Uw==
"""
"""Signed by itself, for localhost. It and its key were made for this test and open nothing."""
KEY = """
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLdjFuc0FOKCbaObvg0nvZgp/de0OkO2TvDVxlB1ZSQ+hRANCAATZRDYH
lDP5M5fB8mOCZnU0djXFB5F78zWqbp7MKm26U00h+HE/XsqxsDOFrrboIFNf0CTPEG4jGXvrknN1LUMr
"""


@contextmanager
def listening(
    answer: tuple[int, dict[str, str]], folder: Path | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer to everything, over TLS when given a folder; gives the address and what was heard."""
    heard: list[bytes] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            heard.append(f"{self.path} {self.headers}".encode() + self.rfile.read(length))
            status, headers = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A handshake that the other side gave up is what is expected here."""

    server = Quiet(("127.0.0.1", 0), Answering)
    if folder is not None:
        server.socket = secured(folder).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if folder else ''}://localhost:{server.server_port}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def secured(folder: Path) -> ssl.SSLContext:
    """Make the server's side of TLS."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_text(ssl.DER_cert_to_PEM_cert(base64.b64decode(CERTIFICATE)))
    wrapped = "\n".join(textwrap.wrap("".join(KEY.split()), 64))
    kind = "PRIVATE" + " KEY"
    key.write_text(f"-----BEGIN {kind}-----\n{wrapped}\n-----END {kind}-----\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def stocked(shop):
    """One order whose line is to be moved."""
    shop.stock("1", l1="new")
    shop.declare(STATUSES + states("1", "expires: 2099-01-01", l1="packed"))
    return shop


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_token_leaves(stocked, command, tmp_path):
    with listening((200, {}), tmp_path) as (url, heard):
        stocked.settle_in(url, token_env="SHOP_TOKEN", timeout=5)
        ended = getattr(stocked, command)(SHOP_TOKEN=TOKEN)

    assert ended.code == 1
    assert heard == []
    host = url.removeprefix("https://")
    assert f"the certificate of {host} is not trusted" in ended.err
    assert TOKEN not in ended.out + ended.err


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ["body", "header"])
def test_a_redirect_is_not_followed_so_the_token_goes_nowhere_else(stocked, status, place):
    with (
        listening((200, {})) as (elsewhere, overheard),
        listening((status, {"Location": f"{elsewhere}/api/v1.1/orders/list"})) as (url, heard),
    ):
        stocked.settle_in(url, token_env="SHOP_TOKEN", send_token_in=place)
        ended = stocked.plan(SHOP_TOKEN=TOKEN)

    assert ended.code == 1
    assert (len(heard), overheard) == (1, [])
    assert TOKEN.encode() in heard[0]
    assert "redirect" in ended.err
    assert TOKEN not in ended.out + ended.err


@pytest.mark.parametrize(
    "url",
    [
        "http://market.example",
        "http://10.0.0.1:8080",
        "http://0.0.0.0",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://127.0.0.1@market.example",
        "http://2130706433",
        "HTTP://market.example",
        "http://[::ffff:10.0.0.1]",
        "ftp://127.0.0.1",
        "//127.0.0.1",
    ],
)
def test_what_is_not_encrypted_goes_to_this_machine_only(stocked, url):
    stocked.settle_in(url, token_env="SHOP_TOKEN")

    for ended in (stocked.run("validate"), stocked.plan(SHOP_TOKEN=TOKEN)):
        assert ended.code == 4
        assert "reconciler.yaml:3:" in ended.err
        assert TOKEN not in ended.out + ended.err
