"""One request to a method of the API, after the token was accepted and the body was read."""

from dataclasses import dataclass
from datetime import datetime

from reconciler.sandbox.checks import Json
from reconciler.sandbox.switches import Behaviour

HIDDEN_TOUCHPOINT = "marketplace"
"""The touchpoint that the switch A49 hides."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a method is told: the JSON body, how to behave, and the time."""

    body: Json
    how: Behaviour
    now: datetime

    @property
    def lag(self) -> int:
        """How many reads a write stays unseen (A50)."""
        lag = self.how["read_lag"]
        return 0 if lag == "none" else int(lag)
