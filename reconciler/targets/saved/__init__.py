"""Saved: the list of orders as it was seen once, kept in a file, to draw further plans from.

What is kept is always the whole list, every order with its lines: an order that is not in it was not there.
Details are another matter: they are kept of the orders that the manifests declared in full at that time, and
in the form that `OrderKind.veil` gives, without anything personal. An order of which a later plan would need
more than that is unknown, never absent and never alike.

What comes from here must never be applied: every plan that is drawn from it says so, and `apply` refuses it.
"""

from __future__ import annotations

from reconciler.targets.saved.reading import Saved, Unusable, open_saved
from reconciler.targets.saved.shape import Subject
from reconciler.targets.saved.writing import Saving, saving

__all__ = ["Saved", "Saving", "Subject", "Unusable", "open_saved", "saving"]
