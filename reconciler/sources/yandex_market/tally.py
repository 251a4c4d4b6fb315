"""Tally: remarks that recur by the thousand, counted, each with the first example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from reconciler.model.diagnostic import Diagnostic, Origin, Severity
from reconciler.model.text import visible

_WARN, _NOTE = Severity.WARNING, Severity.NOTE


class About(Enum):
    """What there is to say of an answer: how much it matters, the sentence, and what to do about it."""

    UNNAMED_STATUS = (
        _WARN,
        "{n} orders are in a state that no rule names, {what}: nothing is wanted of their lines",
        "name it under `statuses`, or wait: the Market adds states",
    )
    UNNAMED_UNIT = (
        _WARN,
        "{n} items have {what}: nothing is wanted of their lines",
        "states of units that are not listed are never guessed",
    )
    CONTRADICTION = (_WARN, "{n} items contradict themselves: {what}", "look at them in the cabinet")
    SUBSTATUS = (
        _WARN,
        "{n} orders have a substatus that usually belongs to another state: {what}",
        "the state decided",
    )
    UNDECIDED = (
        _WARN,
        "{n} items of orders returned in part do not tell what was returned: they count as delivered",
        "the returns are in the cabinet",
    )
    AMBIGUOUS_LINE = (
        _WARN,
        "{n} lines are ambiguous, for one order holds the same {what} twice: they are withheld",
        "with `line_id: id` they are told apart, if the target knows these ids",
    )
    AMBIGUOUS_ORDER = (_WARN, "{n} ids stand for several orders of the Market each: they are withheld", "")
    UNJOINABLE = (_WARN, "{n} items have no {what} that could be the id of a line", "")
    NO_ITEMS = (_NOTE, "{n} orders have no items: nothing is wanted of their lines", "")
    NO_TIME = (
        _NOTE,
        "{n} orders do not tell when they changed",
        "an older report cannot be told from a newer",
    )
    REPEATED = (
        _WARN,
        "{n} lists named a page again that was read already; what may have come after it was not read",
        "",
    )
    NO_EXTERNAL = (_NOTE, "{n} orders have no externalOrderId: they are passed over", "")
    MIXED = (_NOTE, "{n} lines are mixed: only some of their units stayed with the buyer", "")
    CANCEL_REQUESTED = (
        _NOTE,
        "of {n} orders the buyer asks for cancellation; that alone changes nothing",
        "",
    )
    FAKE = (_NOTE, "{n} test orders are left out", "`fakes: true` takes them in")
    UNKNOWN_ID = (_NOTE, "the Market does not show {n} orders that it was asked for", "")
    NONE_KNOWN = (
        _WARN,
        "the Market shows none of the {n} orders that it was asked for",
        "check business_id, campaign_ids and order_id of this source",
    )

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.value[0]


@dataclass(slots=True)
class Tally:
    """Counts remarks; what is said of them does not depend on the order in which they came."""

    label: str
    """How the source is named."""
    origin: Origin
    _counts: dict[tuple[About, str], tuple[int, str]] = field(default_factory=dict)

    def add(self, about: About, example: str = "", what: str = "", count: int = 1) -> None:
        """Count a remark. `what` is fit to be shown.

        The example that sorts first is kept, shorter ids before longer.
        """
        key = (about, what)
        before, first = self._counts.get(key, (0, example))
        self._counts[key] = before + count, min(first, example, key=lambda each: (len(each), each))

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Put the remarks into sentences."""
        for about, what in sorted(self._counts, key=lambda key: (list(About).index(key[0]), key[1])):
            count, example = self._counts[about, what]
            severity, sentence, advice = about.value
            said = sentence.format(n=f"{count:,}", what=what)
            such = f", such as {visible(example)}" if example else ""
            yield Diagnostic(severity, f"{self.label}: {said}{such}", self.origin, advice)
