"""The Altcraft Market as a target: its methods, its envelope, and what each of its answers proves.

envelope      what one answer says as a whole, and which answers are none
answers       what an import's answer says of each order
pages         what a page of the list shows
codec         the two formats, JSON and XML
discretion    the server's own words, made fit to be shown
target        the four methods, as the ports want them
"""

from __future__ import annotations

from reconciler.targets.altcraft.target import Altcraft, Dialect

__all__ = ["Altcraft", "Dialect"]
