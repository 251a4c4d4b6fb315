"""Touchpoints: their lists are read side by side, and given up where the server does not play along."""

from __future__ import annotations

import json
from contextlib import closing
from threading import Barrier, Event
from threading import enumerate as enumerate_threads

import httpx
import pytest

from reconciler.ports import Denied, to_the_end
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire


def listed(orders, cursor=""):
    rows = [{"external_id": order, "endpoint": place} for order, place in orders]
    body = {"error": 0, "error_text": "", "result": rows, "next_from_id": cursor}
    return httpx.Response(200, content=json.dumps(body).encode())


def refused(code, text):
    return httpx.Response(200, content=json.dumps({"error": code, "error_text": text}).encode())


class Stage:
    def __init__(self, answer, touchpoints=("app", "site"), width=8):
        self.told: list[str] = []
        self.wire = Wire(
            "https://market.example",
            ambient=Ambient(sleep=lambda _: None),
            transport=httpx.MockTransport(lambda request: answer(json.loads(request.read()))),
        )
        self.target = Altcraft(
            self.wire,
            token=lambda: "t",
            in_use=lambda _: (),
            dialect=Dialect(touchpoints=touchpoints, side_by_side=width),
            heard=self.told.append,
        )

    def walk(self):
        with self.wire:
            return [
                [live.external_id for live in page.orders]
                for page in self.target.walk_touchpoints(frozenset(), to_the_end)
            ]


def test_the_pages_of_a_round_are_under_way_together_and_come_in_the_order_of_the_settings():
    together = Barrier(2, timeout=30)

    def answer(asked):
        together.wait()
        place = asked["endpoint"]
        if "from_id" in asked:
            return listed([(f"{place}-2", place)])
        return listed([(f"{place}-1", place)], cursor="on")

    stage = Stage(answer)
    assert stage.walk() == [["app-1", "site-1"], ["app-2", "site-2"]]
    assert stage.target.requests == 4
    assert not stage.told


def test_a_list_that_ends_makes_room_for_the_next():
    def answer(asked):
        place = asked["endpoint"]
        return listed(
            [(f"{place}-{asked.get('from_id', 1)}", place)], cursor="" if "from_id" in asked else "2"
        )

    stage = Stage(answer, touchpoints=("a", "b", "c"), width=2)
    assert stage.walk() == [["a-1", "b-1"], ["a-2", "b-2"], ["c-1"], ["c-2"]]


def test_a_server_that_lists_all_whatever_is_asked_for_is_not_asked_for_more_parts():
    stage = Stage(lambda _: listed([("1", "app"), ("2", "site")], cursor="on"))
    assert stage.walk() == [["1", "2", "1", "2"]]
    (told,) = stage.told
    assert "asked for the orders of app, the server showed one of site" in told


def test_a_touchpoint_without_orders_is_told_once_for_it_may_be_misspelt():
    def answer(asked):
        if asked["endpoint"] == "sit":
            return listed([], cursor="on")
        return listed([("1", "app")]) if "from_id" in asked else listed([("2", "app")], cursor="on")

    stage = Stage(answer, touchpoints=("app", "sit"))
    assert stage.walk() == [["2"], ["1"]]
    assert stage.told == ["touchpoint sit lists no order: is that its id?"]


def test_a_touchpoint_that_cannot_be_listed_is_told_and_ends_the_lists_of_touchpoints():
    def answer(asked):
        return listed([("1", "app")]) if asked["endpoint"] == "app" else refused(404, "no such endpoint")

    stage = Stage(answer)
    assert stage.walk() == []
    (told,) = stage.told
    assert "no such endpoint" in told


def test_a_token_that_is_refused_ends_the_run():
    with pytest.raises(Denied):
        Stage(lambda _: refused(440, "no")).walk()


@pytest.mark.parametrize(
    ("code", "text"), [(400, "malformed"), (403, "no rights"), (404, "no such endpoint")]
)
def test_a_touchpoint_that_is_refused_is_named_and_ends_no_run(code, text):
    def answer(asked):
        return listed([("1", "site")]) if asked["endpoint"] == "site" else refused(code, text)

    stage = Stage(answer, touchpoints=("site", "app"))
    assert stage.walk() == []
    told = "the whole list is read and not those of touchpoints: the list of touchpoint app broke off: "
    assert stage.told[-1] == f"{told}the server answered {code}: {text}"
    assert all("touchpoint app" in each for each in stage.told)


def test_no_thread_outlives_a_walk_that_came_to_its_end():
    before = {*enumerate_threads()}
    places = ("a", "b", "c")
    stage = Stage(lambda asked: listed([(asked["endpoint"], asked["endpoint"])]), touchpoints=places, width=2)
    assert stage.walk() == [["a", "b"], ["c"]]
    begun = {*enumerate_threads()} - before
    for thread in begun:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in begun)


def test_lists_that_are_left_are_waited_for_by_nobody():
    let_go = Event()

    def answer(asked):
        if "from_id" in asked:
            let_go.wait(30)
        return listed([(asked["endpoint"], asked["endpoint"])], cursor="on")

    stage = Stage(answer)
    with closing(stage.target.walk_touchpoints(frozenset(), to_the_end)) as pages:
        next(pages)
    let_go.set()
    stage.wire.close()


def test_without_a_name_there_is_nothing_to_read():
    stage = Stage(lambda _: listed([]), touchpoints=())
    assert stage.walk() == []
    assert stage.target.requests == 0
