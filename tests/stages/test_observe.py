"""What is read of a target, how far the list is walked, and what a broken walk may not say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.model import address
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.manifest import Manifests
from reconciler.model.observation import LiveOrder
from reconciler.model.record import Record
from reconciler.model.rules import Observe
from reconciler.ports import Broken, Page
from reconciler.stages.observe import observe
from tests.stages.sides import a_status, remembered, wish

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Listed:
    """A list of these pages, which breaks off where one is a fault."""

    def __init__(self, *pages, statuses=None, abreast=()):
        self.pages = pages
        self.abreast = abreast
        self.statuses = statuses or {}
        self.requests = 0
        self.asked = None

    def walk(self, detailed, _=None):
        self.asked = detailed
        for page in self.pages:
            self.requests += 1
            if isinstance(page, Broken):
                raise page
            yield page if isinstance(page, Page) else Page(tuple(page))

    def walk_touchpoints(self, _detailed, _onward=None):
        for page in self.abreast:
            self.requests += page.requests
            yield page

    def status(self, order):
        self.requests += 1
        return self.statuses.get(order, Absent())


def live(order, **more):
    return LiveOrder(order, **{"endpoint": "site", "status": "new", **more})


def wanting(*orders):
    return Manifests(lines={order: {"l1": wish(order=order)} for order in orders})


def read(source, manifests, record=Record(), how=Observe.AUTO, **more):  # noqa: B008 - frozen
    return observe(source, manifests, record, how, NOW, **more)


def test_the_walk_is_left_as_soon_as_every_wanted_order_was_seen():
    source = Listed([live("a"), live("b")], [live("c")], [live("d")])
    world = read(source, wanting("a", "c"))
    assert source.requests == world.requests == 2
    assert (set(world.orders), world.whole, world.seen) == ({"a", "c"}, False, 3)
    assert isinstance(world.of("zz"), Unknown)


def test_what_a_whole_walk_did_not_show_is_absent():
    world = read(Listed([live("a")], []), wanting("a", "zz"))
    assert world.whole
    assert world.of("zz") == Absent()


def test_what_a_broken_walk_did_not_show_is_unknown_with_the_reason():
    world = read(Listed([live("a")], Broken("cut after page 1")), wanting("a", "zz"))
    assert world.broken == "cut after page 1"
    assert world.of("zz") == Unknown("cut after page 1")
    assert isinstance(world.of("a"), Present)


def test_a_walk_that_showed_nothing_at_all_is_an_error():
    with pytest.raises(Broken):
        read(Listed(Broken("no connection")), wanting("a"))


def test_of_duplicates_the_last_counts_a8():
    world = read(Listed([live("a", status="new")], [live("a", status="paid"), live("b")]), wanting("a", "b"))
    seen = world.of("a")
    assert isinstance(seen, Present)
    assert seen.state.status == "paid"
    assert world.seen == 2


def test_one_id_at_two_touchpoints_is_not_guessed_a13():
    sights = [[live("a", endpoint=each)] for each in ("site", "shop", "site")]
    seen = read(Listed(*sights, []), wanting("a", "b")).of("a")
    assert seen == Unknown("the target shows two orders of this id, at shop and site")


def test_nothing_is_read_when_nothing_is_wanted_that_can_be_read():
    source = Listed([live("a")])
    external = Manifests(definitions={address.line_status("packed"): a_status()})
    known = Record(definitions={address.line_status("packed"): remembered("x")})
    assert read(source, external, known).requests == 0
    assert source.asked is None


def test_a_definition_of_which_nothing_is_known_is_looked_for_in_use():
    packed = address.line_status("packed")
    pages = [Page((live("a"),)), Page((live("b"),), frozenset({packed})), Page((live("c"),))]
    source = Listed(*pages)
    world = read(source, Manifests(definitions={packed: a_status()}))
    assert world.in_use == {packed}
    assert source.requests == 2


def test_only_fully_declared_orders_are_read_in_detail():
    source = Listed([live("a")])
    read(source, wanting("a"))
    assert source.asked == frozenset()


def test_get_status_asks_for_each_wanted_order_and_knows_nothing_of_the_others():
    statuses = {"a": Present(live("a")), "c": Unknown("the server answered 500")}
    source = Listed(statuses=statuses)
    world = read(source, wanting("a", "b", "c"), how=Observe.GET_STATUS)
    assert world.requests == 3
    assert not world.listed
    assert (world.of("a"), world.of("b")) == (Present(live("a")), Absent())
    assert world.of("c") == Unknown("the server answered 500")


def test_who_waits_is_told_how_far_the_walk_is():
    heard: list[int] = []
    read(Listed([live("a")], [live("b"), live("c")], []), wanting("zz"), heard=heard.append)
    assert heard == [1, 3, 3]


def test_what_the_lists_of_touchpoints_show_need_not_be_looked_for_in_the_whole_list():
    source = Listed([live("o9")], abreast=[Page((live("o1"), live("o2")), requests=2)])
    seen = read(source, wanting("o1", "o2"))
    assert isinstance(seen.of("o1"), Present)
    assert source.requests == seen.requests == 2
    assert seen.in_parts
    assert not seen.whole


def test_what_no_list_of_a_touchpoint_shows_is_looked_for_in_the_whole_list_and_only_then_absent():
    source = Listed([live("o1"), live("o2")], [live("o8")], abreast=[Page((live("o1"),))])
    seen = read(source, wanting("o1", "o2"))
    assert isinstance(seen.of("o2"), Present)
    assert source.requests == 2
    seen = read(source, wanting("o1", "gone"))
    assert isinstance(seen.of("gone"), Absent)
    assert seen.whole


def test_what_no_list_of_a_touchpoint_shows_in_use_is_looked_for_in_the_whole_list():
    packed = address.line_status("packed")
    wanted = replace(wanting("o1"), definitions={packed: a_status("packed")})
    shown = Page((live("o2"),), frozenset({packed}))
    source = Listed([live("o1")], shown, [live("o3")], abreast=[Page((live("o1"),))])
    assert read(source, wanted).in_use == {packed}
    assert source.requests == 3
    source = Listed([live("o1")], abreast=[replace(shown, orders=(live("o1"),))])
    assert read(source, wanted).in_use == {packed}
    assert source.requests == 1


def test_a_target_that_dies_before_it_showed_what_is_in_use_is_told_of():
    definitions = {address.line_status("packed"): a_status("packed")}
    source = Listed(Broken("cut"), abreast=[Page((live("o1"),))])
    assert read(source, Manifests(definitions=definitions)).broken == "cut"
    with pytest.raises(Broken):
        read(Listed(Broken("cut"), abreast=[Page(())]), Manifests(definitions=definitions))
