"""Imports on their way: waves, batches, and the search for what is bad when all is refused."""

from dataclasses import replace
from threading import Event

import pytest

from reconciler.model.change import Ensure
from reconciler.model.rules import SendDefinitions
from reconciler.ports import UNREACHED, Accepted, Answer, Denied, ImportAnswer, Refused, Unanswered
from reconciler.sandbox import Fault
from tests.laws.worlds import FIELDS, SENSITIVE
from tests.stages.doubles import Before, answered
from tests.stages.shops import LAVISH, a_line, an_order, field, shop, status

MALFORMED = Refused("400", "something in it is wrong", malformed=True)


def orders(count, bad=()):
    return [
        an_order(f"o{n}", [a_line("l1")], **({"currency": "XXX"} if n in bad else {})) for n in range(count)
    ]


def refusing(*bad):
    """Refuse, as a whole, every import that holds one of these orders or definitions."""

    def on_import(sections, sent):
        named = {each["external_id"] for section in sections.values() for each in section}
        named |= {each["external_id"] for each in sent}
        return answered(MALFORMED, sent) if named & set(bad) else None

    return on_import


# ------------------------------------------------------------------ waves and batches


def test_definitions_go_before_orders_and_orders_before_lines():
    with shop() as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[
                an_order("o1", [a_line("l1", "packed")]),
                {"external_id": "there", "line_status": "packed"},
            ],
        )
        opened.apply()
        sent = [(each.method, each.definitions, each.ids) for each in opened.writes()]
        assert sent == [
            ("orders/import", ("line_status/packed",), ()),
            ("orders/import", (), ("o1",)),
            ("orders/update_order_line_status", (), ("there", "l1")),
        ]


def test_orders_go_in_batches_and_one_by_one_where_customers_may_hear_of_them():
    for skip, sizes in ((True, [2, 2, 1]), (False, [1, 1, 1, 1, 1])):
        with shop(rules=replace(LAVISH, batch_size=2, skip_triggers=skip)) as opened:
            opened.want(orders=orders(5))
            plan = opened.plan()
            assert plan.requests.imports == len(sizes)
            opened.apply()
            assert [len(each.ids) for each in opened.writes()] == sizes


# ------------------------------------------------------------------ halving


@pytest.mark.parametrize("bad", [(0,), (3,), (6,), (1, 5), tuple(range(7))])
def test_a_batch_that_is_refused_whole_is_halved_until_the_bad_orders_stand_alone(bad):
    with shop({"atomicity": "all_or_nothing"}) as opened:
        opened.want(orders=orders(7, bad))
        ran = opened.apply()
        assert ran.words() == {f"order/o{n}": "failed" if n in bad else "done" for n in range(7)}
        assert {step.address for step in opened.plan().steps} == {
            where for where, fate in ran.outcomes.items() if fate.reason
        }


def test_a_bad_definition_fails_alone_when_definitions_are_sent_alone():
    with shop(rules=replace(LAVISH, definitions=SendDefinitions.STANDALONE)) as opened:
        opened.want(custom_fields=[field(each) for each in FIELDS], custom_line_statuses=[status("packed")])
        ran = opened.apply(through=Before(on_import=refusing("door")))
        assert {where for where, word in ran.words().items() if word != "done"} == {"custom_field/order/door"}


@pytest.mark.parametrize("bad", [(), ("door",), ("door", "weight"), ("o1",), ("o0", "door"), ("quiet", "o2")])
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("how", [SendDefinitions.WITH_ORDERS, SendDefinitions.AUTO])
def test_of_definitions_that_travel_with_orders_only_the_bad_ones_fail(bad, count, how):
    """`slot` and `packed` are needed by order 0, the others by nobody."""
    wanted = [
        an_order("o0", [a_line("l1", "packed")], custom_fields={"slot": 2}),
        *(an_order(f"o{n}", [a_line("l1")]) for n in range(1, count)),
    ]
    with shop({"empty_data": "rejected"}, rules=replace(LAVISH, definitions=how)) as opened:
        opened.want(
            custom_fields=[field(each) for each in FIELDS],
            custom_line_statuses=[status("packed"), status("quiet")],
            orders=wanted,
        )
        before = Before(on_import=refusing(*bad))
        ran = opened.apply(through=before)
        failed = {where.rpartition("/")[2] for where, word in ran.words().items() if word == "failed"}
        there = {f"o{n}" for n in range(count)} | {*FIELDS, "packed", "quiet"}
        if bad and bad[0] == "o0" and count == 1:
            assert failed >= {"o0", "door"}  # nobody was left to carry the others
        else:
            assert failed == set(bad) & there
        assert "lost" not in ran.words().values()


def test_an_order_that_needs_a_failed_definition_is_skipped_with_its_lines_and_the_rest_goes_on():
    with shop(rules=replace(LAVISH, definitions=SendDefinitions.STANDALONE)) as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[
                an_order("o1", [a_line("l1", "packed")]),
                an_order("o2", [a_line("l1")]),
                an_order("there", [a_line("l1", "packed")], status="paid"),
            ],
        )
        ran = opened.apply(through=Before(on_import=refusing("packed")))
        assert ran.words() == {
            "line_status/packed": "failed",
            "order/o1": "skipped",
            "order/o2": "done",
            "order/there": "skipped",
            "order_line/there/l1": "skipped",
        }
        assert ran.fate("order/o1").reason == "needs line_status/packed, which is failed"
        assert ran.fate("order_line/there/l1").reason == "needs order/there, which is skipped"


def test_definitions_without_an_order_to_carry_them_are_withheld_where_they_may_not_go_alone():
    with shop(rules=replace(LAVISH, definitions=SendDefinitions.WITH_ORDERS)) as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[{"external_id": "there", "line_status": "packed"}],
        )
        plan = opened.plan()
        assert plan.steps == ()
        assert {str(each.address) for each in plan.withheld} == {
            "line_status/packed",
            "order_line/there/l1",
        }


def test_an_import_that_may_message_customers_is_sent_again_only_after_a_read_shows_it_was_not_stored():
    rules = replace(LAVISH, definitions=SendDefinitions.WITH_ORDERS, skip_triggers=False)
    with shop(rules=rules) as opened:
        opened.want(custom_line_statuses=[status("quiet")], orders=orders(1))
        before = Before(on_import=refusing("quiet"))
        ran = opened.apply(through=before)
        assert ran.words() == {"line_status/quiet": "failed", "order/o0": "done"}
        assert len(opened.market.triggers()) == 1
    with shop(rules=rules) as opened:
        opened.want(custom_line_statuses=[status("quiet")], orders=orders(1))
        drawn = opened.draw()

        def stored_and_refused(sections, sent):
            if sections:
                opened.market.put(orders(1)[0])
                return answered(MALFORMED, sent)
            return None

        ran = opened.apply(drawn, through=Before(on_import=stored_and_refused))
        assert ran.words()["order/o0"] == "failed"
        assert opened.market.triggers() == []


def test_a_request_that_was_refused_for_no_fault_of_its_parts_is_not_halved():
    with shop() as opened:
        opened.want(orders=orders(8))
        gone = Before(on_import=lambda _, sent: answered(Refused("404", "no such page"), sent))
        ran = opened.apply(through=gone)
        assert set(ran.words().values()) == {"failed"}
        assert len(gone.imports) == 1


def test_an_accepted_order_proves_no_definition_when_the_whole_was_not_accepted():
    def partly(sections, sent):
        return ImportAnswer(
            Unanswered("refused, yet not for every order"), {"o0": Accepted(), "o1": Refused("400", "no")}
        )

    with shop(rules=replace(LAVISH, definitions=SendDefinitions.WITH_ORDERS)) as opened:
        opened.want(custom_line_statuses=[status("packed")], orders=orders(2))
        ran = opened.apply(through=Before(on_import=partly))
        assert ran.words()["line_status/packed"] == "lost"


# ------------------------------------------------------------------ stops


def test_a_target_that_denies_us_in_the_middle_stops_the_run():
    calls = []

    def deny_the_second(_sections, sent):
        calls.append(1)
        if len(calls) == 2:
            raise Denied("the server answered 403: no", exit_code=8, advice="look")

    with shop(rules=replace(LAVISH, batch_size=1)) as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(orders=[*orders(3), {"external_id": "there", "line_status": "delivered"}])
        ran = opened.apply(through=Before(on_import=deny_the_second))
        assert ran.words() == {
            "order/o0": "done",
            "order/o1": "failed",
            "order/o2": "skipped",
            "order_line/there/l1": "skipped",
        }
        assert ran.ledger.denied is not None
        assert ran.ledger.denied.exit_code == 8


def test_a_stop_between_the_halves_of_a_batch_sends_nothing_more():
    stop = Event()

    def refuse_and_interrupt(_sections, sent):
        stop.set()
        return answered(MALFORMED, sent)

    with shop(rules=replace(LAVISH, definitions=SendDefinitions.WITH_ORDERS)) as opened:
        opened.want(custom_line_statuses=[status("packed")], orders=orders(4))
        before = Before(on_import=refuse_and_interrupt)
        ran = opened.apply(through=before, stop=stop)
        assert len(before.imports) == 1
        assert {ran.words()[f"order/o{n}"] for n in range(4)} == {"skipped"}
        assert ran.words()["line_status/packed"] == "failed"


def test_a_run_that_was_stopped_before_it_began_sends_nothing():
    stop = Event()
    stop.set()
    with shop() as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[*orders(2), {"external_id": "there", "line_status": "packed"}],
        )
        ran = opened.apply(stop=stop)
        assert set(ran.words().values()) == {"skipped"}
        assert opened.writes() == []


def test_a_target_that_is_gone_stops_the_run_after_five_tries():
    gone = Refused(UNREACHED, "no connection to the server")
    with shop(rules=replace(LAVISH, batch_size=1)) as opened:
        opened.want(orders=orders(9))
        before = Before(on_import=lambda _, sent: answered(gone, sent))
        ran = opened.apply(through=before)
        assert len(before.imports) == 5
        words = list(ran.words().values())
        assert (words.count("failed"), words.count("skipped")) == (5, 4)
        assert ran.fate("order/o0").reason == "no connection to the server"
        assert "5 requests in a row" in ran.fate("order/o8").reason


# ------------------------------------------------------------------ secrets


def test_what_is_sensitive_is_taken_out_of_the_servers_words():
    def quoting(_sections, sent):
        said = f"bad value {sent[0]['custom_fields']['door']} for order {sent[0]['external_id']}"
        whole: dict[str, Answer] = {"o0": Refused("400", said), "o1": Unanswered(said)}
        return ImportAnswer(Accepted(), {each["external_id"]: whole[each["external_id"]] for each in sent})

    with shop(rules=replace(LAVISH, batch_size=1)) as opened:
        opened.want(
            custom_fields=[field("door", sensitive=True)],
            orders=[an_order(f"o{n}", [a_line("l1")], custom_fields={"door": SENSITIVE}) for n in range(2)],
        )
        drawn = opened.draw()
        assert any(isinstance(step, Ensure) for step in drawn.plan.steps)
        ran = opened.apply(
            drawn, through=Before(on_import=lambda sections, sent: quoting(sections, sent) if sent else None)
        )
        assert "for order o0" in ran.fate("order/o0").reason
        assert SENSITIVE not in ran.texts()
        assert all(SENSITIVE.encode() not in path.read_bytes() for path in opened.folder.iterdir())


def test_what_a_denial_quotes_is_masked_too():
    def deny(_sections, sent):
        raise Denied(f"no rights on {sent[0]['custom_fields']['door']}", exit_code=8)

    with shop() as opened:
        opened.market.put_field(field("door"))
        opened.want(
            custom_fields=[field("door", sensitive=True, adopt=True)],
            orders=[an_order("o0", [a_line("l1")], custom_fields={"door": SENSITIVE})],
        )
        ran = opened.apply(through=Before(on_import=deny))
        assert SENSITIVE not in str(ran.ledger.denied) + ran.texts()


# ------------------------------------------------------------------ what the answer says: A18, A19


@pytest.mark.parametrize("result", ["all", "shuffled", "only_ok", "none", "top_error_partial"])
def test_each_order_gets_its_own_fate_whatever_form_the_answer_has_a18(result):
    with shop({"import_result": result}) as opened:
        opened.want(orders=orders(3, bad=(1,)))
        ran = opened.apply()
        # What the answer does not name is lost until the verifying read has not shown it for ten seconds.
        assert ran.words() == {"order/o0": "done", "order/o1": "failed", "order/o2": "done"}
        assert {str(step.address) for step in opened.plan().steps} == {"order/o1"}


def test_an_import_that_may_have_been_stored_in_part_is_settled_order_by_order_a19():
    with shop() as opened:
        opened.want(orders=orders(3))
        with opened.target() as target:
            target.import_orders({}, orders(1))
        opened.market.remove("o0")
        drawn = opened.draw()

        def stores_one_and_falls_silent(_sections, sent):
            opened.market.put(sent[1])
            return answered(Unanswered("the connection was cut"), sent)

        ran = opened.apply(drawn, through=Before(on_import=stores_one_and_falls_silent))
        assert ran.words() == {"order/o0": "failed", "order/o1": "done", "order/o2": "failed"}


def test_a_definition_whose_answer_is_lost_waits_and_so_does_what_needs_it():
    cut = [Fault("orders/import", nth, "reset_after") for nth in range(1, 9)]
    with shop() as opened:
        opened.market.put(an_order("there", [a_line("l1")]))
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[{"external_id": "there", "line_status": "packed"}],
        )
        ran = opened.apply(faults=cut)
        assert ran.words() == {"line_status/packed": "lost", "order_line/there/l1": "skipped"}
        plan = opened.plan()
        assert plan.steps == ()
        assert len(plan.withheld) == 2


# ------------------------------------------------------------------ rows of the reference


def packed_order():
    return {
        "custom_line_statuses": [status("packed")],
        "orders": [an_order("o0", [a_line("l1", "packed")])],
    }


def test_definitions_that_may_not_go_alone_go_with_the_first_batch_a21():
    with shop({"empty_data": "rejected"}) as opened:
        opened.want(**packed_order())
        assert opened.apply().words() == {"line_status/packed": "done", "order/o0": "done"}
        assert [(each.definitions, each.ids, each.processed) for each in opened.writes()] == [
            (("line_status/packed",), (), False),
            (("line_status/packed",), ("o0",), True),
        ]


def test_definitions_that_are_accepted_and_dropped_make_their_orders_fail_a21():
    with shop({"empty_data": "ignored"}) as opened:
        opened.want(**packed_order())
        assert opened.apply().words() == {"line_status/packed": "done", "order/o0": "failed"}
        assert [str(step.address) for step in opened.plan().steps] == ["order/o0"]


@pytest.mark.parametrize("switch", ["same_ok_update", "ignored"])
def test_a_definition_that_exists_may_be_said_once_more_and_is_then_remembered_a22_a33(switch):
    with shop({"field_resent": switch, "status_resent": switch}) as opened:
        opened.market.put_field(field("slot"))
        opened.market.put_status(status("packed"))
        opened.want(custom_fields=[field("slot")], custom_line_statuses=[status("packed")])
        assert set(opened.apply().words().values()) == {"done"}
        assert opened.plan().steps == ()


def test_a_definition_that_the_server_calls_a_duplicate_fails_alone_a22_a33():
    with shop({"status_resent": "duplicate_error"}) as opened:
        opened.market.put_status(status("packed"))
        opened.want(custom_fields=[field("slot")], custom_line_statuses=[status("packed")])
        assert opened.apply().words() == {"custom_field/order/slot": "done", "line_status/packed": "failed"}


def test_an_order_that_lacks_a_required_value_fails_by_itself_a27():
    with shop({"required_field": "rejected"}) as opened:
        opened.market.put_field(field("slot", required=True))
        opened.want(
            custom_fields=[field("slot", required=True, adopt=True)],
            orders=[
                an_order("o0", [a_line("l1")]),
                an_order("o1", [a_line("l1")], custom_fields={"slot": 1}),
            ],
        )
        assert opened.apply().words() == {"order/o0": "failed", "order/o1": "done"}


@pytest.mark.parametrize(("switch", "word"), [("rejected", "failed"), ("recomputed", "done")])
def test_a_total_that_the_server_takes_otherwise_is_failed_or_drift_and_never_fought_a45(switch, word):
    with shop({"total_price": switch}) as opened:
        opened.want(orders=[an_order("o0", [a_line("l1")], total_price="5", check_total=False)])
        assert opened.apply().words() == {"order/o0": word}
        plan = opened.plan()
        assert bool(plan.steps) is (word == "failed")
        assert bool(plan.drift) is (word == "done")


@pytest.mark.parametrize(
    ("skip", "switch", "fired"), [(True, "honoured", 0), (False, "honoured", 3), (True, "ignored", 3)]
)
def test_an_import_says_whether_it_may_fire_triggers_and_never_fires_one_twice_a51(skip, switch, fired):
    with shop({"skip_triggers": switch}, rules=replace(LAVISH, skip_triggers=skip)) as opened:
        opened.want(orders=orders(3))
        plan = opened.plan()
        assert plan.summary().triggers == (0 if skip else 3)
        opened.apply()
        assert len(opened.market.triggers()) == fired
        assert any("skip_triggers is false" in each.summary for each in plan.diagnostics) is not skip


def test_an_identity_that_was_sent_once_is_remembered_when_it_is_no_longer_declared_a16():
    with shop() as opened:
        opened.want(orders=orders(1))
        opened.apply()
        anonymous = {key: value for key, value in orders(1)[0].items() if key not in {"matching", "email"}}
        opened.want(orders=[{**anonymous, "status": "paid"}])
        assert opened.apply().words() == {"order/o0": "done"}
        opened.want(orders=[{**orders(1)[0], "email": "jane@example.com"}])
        assert opened.plan().steps == ()


def test_answers_that_refuse_the_whole_and_accept_an_order_are_not_lost_ones():
    with shop({"import_result": "top_error_partial"}, rules=replace(LAVISH, batch_size=2)) as opened:
        opened.want(orders=orders(30, bad=range(0, 30, 2)))
        words = list(opened.apply().words().values())
    assert (words.count("done"), words.count("failed")) == (15, 15)


def test_imports_whose_answers_are_lost_ten_times_in_a_row_stop_the_run():
    lost = Unanswered("the connection was cut")
    with shop(rules=replace(LAVISH, batch_size=1)) as opened:
        opened.want(orders=orders(15))
        through = Before(on_import=lambda _sections, sent: answered(lost, sent))
        words = list(opened.apply(through=through).words().values())
    assert len(through.imports) == 10
    assert words.count("skipped") == 5
