"""URL: which servers a token may be sent to. Pure, so that settings are checked without loading the wire."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def checked(url: str) -> str:
    """Give an address without its trailing slash, or raise ValueError that says what is wrong with it.

    Taken are https, and http to loopback, where nothing passes a network (contract, section 8). The message
    never repeats what may hold a secret: a user, a password, a query.
    """
    if "@" in url:
        raise ValueError("the address holds a user or a password; take them out, the token goes elsewhere")
    parts = urlsplit(url.strip())
    if parts.query or parts.fragment:
        raise ValueError(
            "the address holds a query or a fragment; only a host, a port and a path belong there"
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_sound_port(parts):
        raise ValueError(f"{url!r} is not an address such as https://ru.altkraft.com")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError(
            f"http://{parts.netloc} would show the token to the network; write https://{parts.netloc}"
        )
    return url.strip().rstrip("/")


def is_loopback(url: str) -> bool:
    """Tell whether an address means this very machine: localhost, 127.0.0.0/8 or [::1]."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _has_sound_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False
