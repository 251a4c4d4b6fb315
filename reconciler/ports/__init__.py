"""Ports: what the core asks of the outside.

Protocols, a few methods wide; the stages know these and nothing of who stands behind them.
"""

from reconciler.ports.clock import Clock
from reconciler.ports.journal import Intent, Journal
from reconciler.ports.kinds import (
    SPARING,
    USUAL_TERMS,
    DefinitionKind,
    Kind,
    Kinds,
    OrderKind,
    Reading,
    Telling,
    Terms,
)
from reconciler.ports.source import OrderSource, Sought
from reconciler.ports.target import (
    STOPPED,
    UNREACHED,
    Accepted,
    Answer,
    Broken,
    Denied,
    ImportAnswer,
    Onward,
    Page,
    Readable,
    Refused,
    Target,
    Unanswered,
    Unheard,
    Unspilled,
    left_anywhere,
    to_the_end,
)

__all__ = [
    "SPARING",
    "STOPPED",
    "UNREACHED",
    "USUAL_TERMS",
    "Accepted",
    "Answer",
    "Broken",
    "Clock",
    "DefinitionKind",
    "Denied",
    "ImportAnswer",
    "Intent",
    "Journal",
    "Kind",
    "Kinds",
    "Onward",
    "OrderKind",
    "OrderSource",
    "Page",
    "Readable",
    "Reading",
    "Refused",
    "Sought",
    "Target",
    "Telling",
    "Terms",
    "Unanswered",
    "Unheard",
    "Unspilled",
    "left_anywhere",
    "to_the_end",
]
