"""Which addresses a token may be sent to."""

import pytest

from reconciler.model.url import checked, is_loopback
from reconciler.wire import Wire


@pytest.mark.parametrize(
    "url",
    [
        "https://ru.altkraft.com",
        "https://market.example:8443/prefix",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.8.9.1",
        "http://[::1]:8000",
        "HTTPS://ru.altkraft.com",
    ],
)
def test_https_anywhere_and_http_to_this_machine_are_taken(url):
    assert checked(url) == url
    assert checked(url + "/") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://ru.altkraft.com",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://0.0.0.0:80",
        "http://[::2]",
    ],
)
def test_http_over_a_network_is_refused_and_https_named(url):
    with pytest.raises(ValueError, match="write https://"):
        Wire(url)


@pytest.mark.parametrize(
    "url", ["", "ru.altkraft.com", "ftp://x", "https://", "https://h:99999", "https://h:x"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="is not an address such as"):
        Wire(url)


@pytest.mark.parametrize(
    "url", ["https://me:canary@host", "me:canary@host", "http://canary@host", "https://h/?q=a@b"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(url):
    with pytest.raises(ValueError, match="a user or a password") as caught:
        Wire(url)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://host?token=canary", "https://host/#canary"])
def test_a_query_in_an_address_is_refused_and_not_repeated(url):
    with pytest.raises(ValueError, match="a query or a fragment") as caught:
        Wire(url)
    assert "canary" not in str(caught.value)


def test_loopback_is_this_very_machine():
    assert is_loopback("http://localhost")
    assert not is_loopback("https://ru.altkraft.com")
