"""Sources and the target: what does not fit is counted or withheld, and nothing older overrides anything."""

from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel

from reconciler.model.change import UpdateLine, Why, Withhold
from reconciler.model.difference import PassedOver
from reconciler.model.evidence import Evidence
from reconciler.model.observation import World
from reconciler.model.source import Missing, SourceManifest
from reconciler.reports.shown.grouping import refusals
from reconciler.reports.shown.sources import because
from reconciler.stages.diff import diff
from tests.stages.sides import HERE, NOW, record, remembered, sides, wish


class Nothing(BaseModel):
    pass


MARKET = SourceManifest(
    name="market", type="live", live=True, origin=HERE, details=Nothing(), missing=Missing.NOTE
)
EARLIER, LATER = NOW - timedelta(hours=2), NOW - timedelta(hours=1)


def followed(status="delivered", reported=LATER, **more):
    return wish(status, source=more.pop("source", MARKET), reported=reported, **more)


def with_source(asked):
    return replace(asked, manifests=replace(asked.manifests, sources={MARKET.name: MARKET}))


def test_a_dispute_is_withheld_as_conflicting_whatever_the_target_shows():
    (found,) = diff(sides(wish(dispute="sources disagree"), lines={"l1": "new"})).withheld
    assert isinstance(found, Withhold)
    assert (found.why, found.reason) == (Why.CONFLICTING, "sources disagree")


def test_a_line_that_is_as_it_is_wanted_is_not_withheld_though_its_source_cannot_tell_it_from_another():
    found = diff(sides(followed(dispute="the order holds 2 items"), lines={"l1": "delivered"}))
    assert not found.withheld
    assert found.kept.by_evidence == {Evidence.OBSERVED: 1}


def test_a_line_that_is_as_one_of_two_sources_wants_it_shows_no_move():
    wanted = wish(dispute="sources disagree", rival="canceled")
    (found,) = diff(sides(wanted, lines={"l1": "delivered"})).withheld
    assert found.fields == ()


def test_the_words_of_a_source_stand_before_the_reason_and_do_not_keep_like_refusals_apart():
    (found,) = diff(sides(followed(said="PICKUP / PICKUP_SERVICE_RECEIVED"))).steps
    assert isinstance(found, UpdateLine)
    assert because(found).startswith("PICKUP / PICKUP_SERVICE_RECEIVED → delivered; ")
    (first,) = diff(sides(followed(said="one", dispute="sources disagree"))).withheld
    (second,) = diff(sides(followed(said="two", dispute="sources disagree"))).withheld
    assert because(first) != because(second)
    assert len(list(refusals((first, second)))) == 1


def test_an_order_that_the_target_does_not_show_is_counted_where_the_source_says_so():
    nothing = World(whole=True)
    found = diff(sides(followed(), world=nothing))
    assert not found.withheld
    assert found.passed_over == {("source:market", PassedOver.NOT_SHOWN): 1}
    strict = replace(MARKET, missing=Missing.WITHHOLD)
    (withheld,) = diff(sides(followed(source=strict), world=nothing)).withheld
    assert withheld.why is Why.NOT_FOUND


def test_a_line_that_an_order_does_not_have_is_counted_alike():
    found = diff(sides(followed(line="l9"), lines={"l1": "new"}))
    assert not found.withheld
    assert found.passed_over == {("source:market", PassedOver.NO_SUCH_LINE): 1}


def test_only_orders_at_its_endpoint_follow_a_source():
    found = diff(sides(followed(source=replace(MARKET, endpoint="yandex"))))
    assert not found.steps
    assert found.passed_over == {("source:market", PassedOver.ELSEWHERE): 1}
    assert diff(sides(followed(source=replace(MARKET, endpoint="site")))).steps


def test_an_older_report_never_overrides_a_newer_one():
    memory = replace(remembered("delivered"), source="market", reported=LATER)
    asked = sides(followed("processing", EARLIER), record=record(memory))
    found = diff(with_source(asked))
    assert not found.steps
    assert not found.taken
    assert found.passed_over == {("source:market", PassedOver.OLDER): 1}
    newer = sides(followed("canceled", NOW), record=record(memory))
    assert len(diff(with_source(newer)).steps) + len(diff(with_source(newer)).withheld) == 1


def test_a_line_with_an_old_report_is_no_observed_one_and_drifts_like_any():
    memory = replace(remembered("delivered"), source="market", reported=LATER)
    for shown, drifts in (("delivered", 0), ("canceled", 1)):
        asked = sides(followed("processing", EARLIER), lines={"l1": shown}, record=record(memory))
        found = diff(with_source(asked))
        assert found.kept.by_evidence == {Evidence.RECORDED: 1}
        assert len(found.drift) == len(found.taken) == drifts
        assert not found.steps
    asked = sides(followed("processing", EARLIER), record=record(memory), updated=NOW)
    assert diff(with_source(asked)).kept.by_evidence == {Evidence.STALE: 1}


def test_the_same_word_of_a_later_report_is_kept_and_only_remembered():
    memory = replace(remembered("delivered"), source="market", reported=EARLIER)
    found = diff(with_source(sides(followed("delivered", LATER), record=record(memory))))
    assert not found.steps
    assert found.kept.by_evidence == {Evidence.RECORDED: 1}
    (taken,) = found.taken
    assert taken.memory == replace(memory, reported=LATER)
    again = diff(with_source(sides(followed("delivered", LATER), record=record(taken.memory))))
    assert not again.taken


def test_the_silence_of_a_live_source_is_no_wish_and_its_lines_stay_in_the_record():
    memory = replace(remembered("delivered"), source="market", reported=EARLIER)
    assert diff(with_source(sides(record=record(memory)))).leaving == 0
    assert diff(sides(record=record(memory))).leaving == 1
    assert diff(with_source(sides(record=record(remembered("delivered"))))).leaving == 1


def test_an_older_report_stays_older_whatever_came_between_or_how_the_source_is_called_now():
    for name in ("", "table", "its old name"):
        memory = replace(remembered("delivered"), source=name, reported=LATER)
        found = diff(with_source(sides(followed("processing", EARLIER), record=record(memory))))
        assert found.passed_over == {("source:market", PassedOver.OLDER): 1}, name
        assert not found.steps
        silent = followed("processing", None)
        assert not diff(with_source(sides(silent, record=record(memory)))).steps, name


def test_another_source_that_is_still_declared_binds_nobody():
    memory = replace(remembered("delivering"), source="bazaar", reported=LATER)
    asked = sides(followed("delivered", EARLIER), record=record(memory))
    both = {MARKET.name: MARKET, "bazaar": replace(MARKET, name="bazaar")}
    found = diff(replace(asked, manifests=replace(asked.manifests, sources=both)))
    assert [each.address for each in found.steps] == [asked.manifests.lines["o1"]["l1"].address]


def test_a_table_is_not_bound_by_the_time_of_a_report():
    memory = replace(remembered("delivering"), source="", reported=LATER)
    table = replace(MARKET, name="table", live=False)
    found = diff(with_source(sides(followed("delivered", None, source=table), record=record(memory))))
    assert len(found.steps) == 1


def test_what_an_entry_or_a_hand_says_keeps_the_time_of_the_last_report():
    memory = replace(remembered("delivered"), source="market", reported=LATER)
    for wanted in ("canceled", "delivered"):
        asked = sides(wish(wanted), lines={"l1": "canceled"}, record=record(memory))
        (taken,) = diff(with_source(asked)).taken
        assert taken.memory is not None
        assert taken.memory.spec == "canceled"
        assert taken.memory.reported == LATER


def test_the_lines_of_a_source_that_has_another_name_stay_in_the_record():
    memory = replace(remembered("delivered"), source="its old name", reported=EARLIER)
    assert diff(with_source(sides(record=record(memory)))).leaving == 0
