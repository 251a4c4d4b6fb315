"""What the database sifts out of a journal is what looking at every write of it gives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import ORDER, ORDER_LINE, Address, line_status, order, order_line
from reconciler.model.approval import Approval, Reviewed, from_json, to_json
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunStory, WriteRow
from reconciler.model.outcome import Done, Failed, Lost
from reconciler.model.plan import Selection, TargetName
from reconciler.ports import Intent
from reconciler.store import RunFacts, WritableStore, open_store
from reconciler.store.values import written

AT = datetime(2026, 11, 1, tzinfo=UTC)
IDS = ("1", "2/x", "3%")
ADDRESSES = (
    *(order(each) for each in IDS),
    *(order_line(each, line) for each in IDS for line in ("l1", "l/2")),
    line_status("1"),
)
requests = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(ADDRESSES), st.booleans()), min_size=1, max_size=3),
        st.sampled_from([Done, Failed, Lost, None]),
    ),
    max_size=6,
)


def written_down(
    store: WritableStore, asked: Sequence[tuple[list[tuple[Address, bool]], type | None]]
) -> int:
    journal = store.begin(target="shop", command="apply", facts=RunFacts())
    for intents, fate in asked:
        numbers = journal.intend(
            [
                Intent(where, "update", "w", None, AT if seen else None, Evidence.UNKNOWN)
                for where, seen in intents
            ]
        )
        if fate is not None:
            journal.settle(
                [(number, fate(where)) for number, (where, _) in zip(numbers, intents, strict=True)]
            )
    return journal.run


def confirmed(story: RunStory, kind: str) -> list[WriteRow]:
    together = Counter(write.request for write in story.writes)
    return [
        write
        for write in story.writes
        if write.address.kind == kind
        and write.outcome == "done"
        and write.settled_by is None
        and write.updated is not None
        and (kind == ORDER or together[write.request] == 1)
    ]


@given(st.lists(requests, min_size=1, max_size=3), st.integers(1, 3))
def test_the_writes_that_tell_something_are_found_without_looking_at_each(runs, most):
    seconds = count()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'state.db')}"
        with open_store(url, "acme", now=lambda: AT + timedelta(seconds=next(seconds))) as store:
            numbers = [written_down(store, asked) for asked in runs]
            stories = [story for run in numbers if (story := store.run(run)) is not None]
            for story in stories:
                told = [*confirmed(story, ORDER)[:most], *confirmed(story, ORDER_LINE)[:most]]
                assert [*store.witnesses(story.row.id, most)] == told
            last: dict[str, datetime] = {}
            for write in (each for story in stories[1:] for each in story.writes):
                if write.outcome == "done" and write.outcome_at and write.address.kind in {ORDER, ORDER_LINE}:
                    last[write.address.parts[0]] = max(last.get(write.address.parts[0], AT), write.outcome_at)
            asked_for = IDS[:2]
            found = store.confirmed_last(numbers[1:], asked_for)
            assert found == {each: last[each] for each in asked_for if each in last}
            whole, part = store.load(), store.about(asked_for)
            assert (part.unsettled, store.doubts().unsettled) == ({}, whole.unsettled)


values = st.none() | st.text() | st.integers() | st.booleans() | st.just({"known": False})
wordings = st.builds(
    Reviewed,
    st.sampled_from(["update", "create"]),
    st.lists(st.tuples(st.text(max_size=5), values, values), max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
    evidence=st.sampled_from(["", "unknown"]),
    says=st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=2).map(tuple),
)


@given(st.dictionaries(st.sampled_from(ADDRESSES), wordings))
def test_an_approval_is_read_from_its_text_as_it_was_written(changes):
    approved = Approval(
        digest="d",
        created_at=AT,
        target=TargetName("shop", "http://h", "acme", "s"),
        selection=Selection(),
        inputs="i",
        changes=changes,
        withheld=frozenset(ADDRESSES[:2]),
    )
    again = from_json(json.loads(written(to_json(approved))))
    assert again == approved
    assert repr(again.changes) == repr(approved.changes)  # 1, 1.0 and True are not the same


def test_each_database_sifts_alike(store: WritableStore):
    line, other, whole = order_line("2/x", "l1"), order_line("2/x", "l2"), order("3%")
    run = written_down(
        store,
        [([(line, True)], Done), ([(other, False)], Done), ([(whole, True), (ADDRESSES[3], True)], Done)],
    )
    assert [each.address for each in store.witnesses(run, 5)] == [whole, line]
    assert set(store.confirmed_last([run], IDS)) == {"2/x", "3%", ADDRESSES[3].parts[0]}
    assert store.confirmed_last([], IDS) == {}
    assert store.about(()).unsettled == store.doubts().unsettled == {}
    assert (store.left_by(), store.left()) == (None, None)
