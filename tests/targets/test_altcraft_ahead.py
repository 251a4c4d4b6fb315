"""The next page is on its way while one is read: only where it is wanted, and with nothing else changed."""

import json
from threading import Event

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.ids import Either
from reconciler.model.observation import World
from reconciler.model.sightings import Sightings
from reconciler.ports import Broken, Denied, left_anywhere, to_the_end
from reconciler.sandbox import Market, generate, market_app, seed
from reconciler.shelves import KINDS
from reconciler.stages.observe import _Sought, _walk
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire
from tests.laws.world import START

ENDS = ("empty_page", "no_cursor_on_last", "empty_cursor", "same_cursor_forever", "last_page_forever")
SHIFTING = ("stable", "duplicates", "moving", "shifting")


class Alone(Altcraft):
    """A target that is asked for one page after the other, whatever is wanted of it."""

    def walk(self, detailed, _=left_anywhere):
        return super().walk(detailed, left_anywhere)


def listed(row, cursor=""):
    body = {"error": 0, "error_text": "", "result": [{"external_id": row}], "next_from_id": cursor}
    return httpx.Response(200, content=json.dumps(body).encode())


def spoken(answer):
    wire = Wire(
        "https://market.example",
        ambient=Ambient(sleep=lambda _: None),
        transport=httpx.MockTransport(answer),
    )
    return wire, Altcraft(wire, token=lambda: "t", in_use=lambda _: ())


def test_the_next_page_is_asked_for_while_the_first_is_read():
    asked = Event()

    def answer(request):
        if b"from_id" in request.read():
            asked.set()
            return listed("b")
        return listed("a", "c")

    wire, target = spoken(answer)
    with wire:
        pages = target.walk(frozenset(), to_the_end)
        next(pages)
        assert asked.wait(30)
        assert [each.external_id for page in pages for each in page.orders] == ["b"]
        assert target.requests == 2


def test_nothing_is_asked_for_that_may_not_be_wanted():
    wire, target = spoken(lambda _: listed("a", "c"))
    with wire:
        pages = target.walk(frozenset(), lambda orders: orders > 1)
        next(pages)
        pages.close()
        assert target.requests == 1


@pytest.mark.parametrize(("code", "raised"), [(403, Denied), (400, Broken)])
def test_what_stops_a_page_that_is_ahead_is_told_where_it_is_waited_for(code, raised):
    def answer(request):
        if b"from_id" in request.read():
            return httpx.Response(200, content=b'{"error": %d, "error_text": "no"}' % code)
        return listed("a", "c")

    wire, target = spoken(answer)
    with wire:
        pages = target.walk(frozenset(), to_the_end)
        assert next(pages).orders
        with pytest.raises(raised, match="no"):
            next(pages)


def test_a_walk_that_is_left_waits_for_nothing():
    let_go = Event()

    def answer(request):
        if b"from_id" in request.read():
            let_go.wait(30)
            return listed("b")
        return listed("a", "c")

    wire, target = spoken(answer)
    pages = target.walk(frozenset(), to_the_end)
    next(pages)
    pages.close()
    let_go.set()
    wire.close()


SWITCHES = st.fixed_dictionaries(
    {
        "end_of_list": st.sampled_from(ENDS),
        "list_consistency": st.sampled_from(SHIFTING),
        "short_pages": st.sampled_from(["no", "yes"]),
    }
)


@settings(max_examples=40)
@given(
    st.integers(0, 12),
    SWITCHES,
    st.sets(st.integers(0, 14)),
    st.sampled_from([1, 2, 5]),
    st.booleans(),
)
def test_a_walk_sees_the_same_with_the_same_requests_as_one_page_after_the_other(
    count, switches, wanted, size, whole
):
    made = list(generate(count))
    ids = [each["external_id"] for each in made]
    sought = _Sought(
        Either({}, {ids[each] if each < count else f"none-{each}" for each in wanted}),
        frozenset(ids[:3]),
        frozenset(),
        frozenset({"website"} if whole else ()),
    )

    def seen(kind: type[Altcraft]) -> World:
        market = Market(":memory:", switches=switches)
        seed(market, made)
        with Wire.in_process(market_app(market)) as wire:
            dialect = Dialect(page_size=size)
            target = kind(wire, token=lambda: None, in_use=KINDS.order.fields_in_use, dialect=dialect)
            found = _walk(target, sought, Sightings(), START, lambda _: None)
        market.close()
        return found

    assert seen(Altcraft) == seen(Alone)
