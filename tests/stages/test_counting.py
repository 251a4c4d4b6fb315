"""What counts now, told without a look at most of it: the same as of each wish by itself."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from reconciler.model.address import EVERY_LINE, order_line
from reconciler.model.beneath import Beneath
from reconciler.model.diagnostic import Origin
from reconciler.model.layers import Layers
from reconciler.model.lines import narrowed
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.plan import Selection
from reconciler.model.shelf import Words
from reconciler.model.source import SourceManifest
from reconciler.model.wishes import Wishes
from reconciler.stages.derive import Counting, derive
from reconciler.stages.derive.selecting import is_selected

TODAY = date(2026, 11, 20)
DAYS = st.sampled_from([None, date(2026, 11, 19), TODAY])
IDS = st.sampled_from(["1", "2", "12", "a/b"])
LINES = st.sampled_from(["a", "b", EVERY_LINE])
STATUSES = st.sampled_from(["new", "delivered"])
PATTERNS = ["order_line/1/*", "order_line/1/a", "order_line/*/b", "order_line/a%2Fb/[ab]", "*", "nothing"]
PLACES = ["source:t", "source:*", "0.csv", "m.yaml", "nothing"]


class Nothing(BaseModel):
    pass


@st.composite
def tables(draw, name="t"):
    source = SourceManifest(
        name=name,
        type="table",
        live=False,
        origin=Origin("m.yaml", 1),
        details=Nothing(),
        once=draw(st.booleans()),
        expires=draw(DAYS),
    )
    wishes = Wishes(source)
    rows = draw(st.lists(st.tuples(IDS, LINES, STATUSES), max_size=8))
    for number, (order, line, status) in enumerate(rows):
        wishes.add(order, line, Words(status), Origin(f"{number // 4}.csv", number))
    return wishes


@st.composite
def entries(draw):
    lines: dict[str, dict[str, LineManifest]] = {}
    for order, line, status, once, day in draw(
        st.lists(st.tuples(IDS, LINES, STATUSES, st.booleans(), DAYS), max_size=4)
    ):
        wish = LineManifest(
            order=order, line=line, status=status, once=once, expires=day, origin=Origin("m.yaml", 7)
        )
        lines.setdefault(order, {})[line] = wish
    return lines


def globs(among):
    return st.lists(st.sampled_from(among), max_size=2).map(tuple)


MARKS = st.dictionaries(st.builds(order_line, IDS, LINES), STATUSES, max_size=12)
SELECTIONS = st.just(Selection()) | st.builds(
    Selection, globs(PATTERNS), globs(PATTERNS), globs(PLACES), globs(PLACES)
)


@st.composite
def wishes(draw):
    """Give wishes in one of the shapes in which they come: of entries, of a source, laid over each other."""
    own, first = draw(entries()), draw(tables())
    second = draw(tables("u"))
    shapes = [own, first, Layers(own, [[first], [second]]), Beneath(Layers(own, [[first]]), second)]
    return draw(st.sampled_from([*shapes, narrowed(first, lambda wish: wish.line != "a")]))


def flat(lines):
    return {(order, line): wish for order, wishes in lines.items() for line, wish in wishes.items()}


@given(wishes(), SELECTIONS)
def test_wishes_are_parted_as_if_each_were_asked(lines, selection):
    counts = Counting(selection, TODAY)
    awake, asleep = counts.parted(lines)
    assert flat(awake) == {key: wish for key, wish in flat(lines).items() if counts(wish)}
    assert flat(asleep) == {key: wish for key, wish in flat(lines).items() if not counts(wish)}
    for part in (awake, asleep):
        assert len(part) == len(set(part)) == len({order for order, _ in flat(part)})


@given(wishes(), MARKS, SELECTIONS)
def test_what_is_wanted_now_is_what_is_neither_over_nor_done_and_the_rest_rests(lines, marks, selection):
    def is_over(wish):
        return wish.expires is not None and wish.expires < TODAY

    def rests(wish):
        return is_over(wish) or (wish.once and marks.get(wish.address) == wish.status)

    derived = derive(Manifests(lines=lines), marks, selection, TODAY)
    assert flat(derived.manifests.lines) == {
        key: wish
        for key, wish in flat(lines).items()
        if not rests(wish) and (selection.is_whole or is_selected(wish, selection))
    }
    assert derived.manifests.resting == {wish.address for wish in flat(lines).values() if rests(wish)}
    over = [wish for wish in flat(lines).values() if is_over(wish)]
    assert derived.finished == sum(map(rests, flat(lines).values())) - len(over)
    said = [each for each in derived.diagnostics if "expired and ignored" in each.summary]
    assert [each.origin for each in said] == ([min(wish.origin for wish in over)] if over else [])


@given(wishes(), globs(PATTERNS), globs(PLACES))
def test_a_pattern_is_idle_that_no_address_and_no_place_answers_to(lines, only, origin):
    derived = derive(Manifests(lines=lines), {}, Selection(only=only, origin=origin), TODAY)
    warned = {each.summary.split("'")[1] for each in derived.diagnostics if "matches no" in each.summary}
    assert "order_line/*/b" not in warned or "b" not in {line for _, line in flat(lines)}
    assert "*" not in warned or not flat(lines)
    assert warned >= {"nothing"} & {*only, *origin}
