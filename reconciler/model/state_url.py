"""State URL: how the address of a state is shown to people, without what lets somebody in."""

from __future__ import annotations


def shown(url: str) -> str:
    """Give a state's URL without password and query; what cannot be told apart is left out as a whole.

    It never fails, for it is also used where the URL itself is the fault.
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme.startswith("sqlite"):
        return url
    credentials, has_credentials, place = rest.rpartition("@")
    if "?" in credentials or "password" in place.lower():
        return f"{scheme}://…"
    place = place.partition("?")[0]
    user = credentials.partition(":")[0]
    return f"{scheme}://{user}@{place}" if has_credentials and user else f"{scheme}://{place}"
