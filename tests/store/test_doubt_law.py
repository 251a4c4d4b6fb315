"""The law of doubt: whatever happens in whatever order, what is unsettled is what nobody can vouch for."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, line_status, order, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.outcome import Done, Failed, Lost, Moved, Skipped
from reconciler.model.record import Memory
from reconciler.ports import Intent
from reconciler.store import RunFacts, RunJournal, WritableStore, open_record, open_store

ADDRESSES = [order_line("1", "1"), order_line("1", "2"), order("1"), line_status("s")]
FATES = [Done, Failed, Lost, Skipped, Moved]
VOUCHED = Memory("new", Evidence.DECLARED, datetime(2026, 1, 1, tzinfo=UTC), 0)

addresses = st.sampled_from(ADDRESSES)
steps = st.one_of(
    st.tuples(st.just("intend"), st.lists(addresses, min_size=1, max_size=3)),
    st.tuples(st.just("settle"), st.tuples(st.integers(1, 12), st.sampled_from(FATES))),
    st.tuples(st.just("adopt"), st.sets(addresses, max_size=2)),
    st.tuples(st.just("forget"), st.tuples(st.sets(addresses, max_size=2), st.booleans())),
    st.tuples(st.just("begin"), st.none()),
)


@dataclass
class Model:
    """Each write as a pair of its address and what is known of it, in the order of their intents."""

    writes: list[list[Any]] = field(default_factory=list)
    first: int = 0

    def settle_by_hand(self, chosen: set[Address]):
        for write in self.writes:
            if write[0] in chosen and write[1] == "doubt":
                write[1] = "by hand"

    @property
    def unsettled(self) -> set[Address]:
        found: set[Address] = set()
        for address, known in self.writes:
            if known == "doubt":
                found.add(address)
            elif known == "answered":
                found.discard(address)
        return found


KNOWN = {Done: "answered", Failed: "answered", Lost: "doubt", Skipped: "not sent", Moved: "not sent"}


def step(model: Model, store: WritableStore, journal: RunJournal, word: str, what) -> RunJournal:
    match word:
        case "intend":
            journal.intend([Intent(each, "update", "new") for each in what])
            model.writes += [[each, "doubt"] for each in what]
        case "settle":
            number, fate = what
            index = model.first + number - 1
            if index < len(model.writes) and model.writes[index][1] != "by hand":
                journal.settle([(number, fate(model.writes[index][0]))])
                model.writes[index][1] = KNOWN[fate]
        case "adopt":
            store.adopt(dict.fromkeys(what, VOUCHED))
            model.settle_by_hand(what)
        case "forget":
            chosen, unsettled = what
            store.forget(chosen, unsettled=unsettled)
            if unsettled:
                model.settle_by_hand(chosen)
        case _:
            model.first = len(model.writes)
            return store.begin(target="t", command="apply", facts=RunFacts())
    return journal


@given(st.lists(steps, max_size=15))
def test_what_is_unsettled_is_what_nobody_can_vouch_for(story):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state.db"
        model = Model()
        with open_store(url, "acme") as store:
            journal = store.begin(target="t", command="apply", facts=RunFacts())
            for word, what in story:
                journal = step(model, store, journal, word, what)
            assert set(store.load().unsettled) == model.unsettled
        assert set(open_record(url, "acme").load().unsettled) == model.unsettled
