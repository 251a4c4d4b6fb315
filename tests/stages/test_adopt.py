"""adopt: what the user vouches for is taken wherever the target does not contradict."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import address
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence, Present
from reconciler.model.manifest import LineManifest, Manifests
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.shelves import KINDS
from reconciler.stages.adopt import Vouched, adopt, of_orders

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINES = ("l1", "l2", "l3")
STATUSES = ("new", "delivered", "canceled")


def wish(line, status="delivered", order="1", *, once=False):
    return LineManifest(order=order, line=line, status=status, origin=Origin("m.yaml", 1, 1), once=once)


def world(lines, updated=NOW - timedelta(days=1)):
    return World(orders={"1": Present(LiveOrder("1", updated=updated, lines=lines))}, whole=True)


def declared(*wishes):
    return Manifests(lines={"1": {each.line: each for each in wishes}})


def vouch(manifests, seen, record=None, pattern="*"):
    return adopt(manifests, seen, record or Record(), KINDS, Vouched((pattern,), NOW, 7))


memories = st.dictionaries(
    st.sampled_from(LINES),
    st.builds(Memory, st.sampled_from(STATUSES), st.just(Evidence.RECORDED), st.just(NOW), st.just(1)),
)
shown = st.dictionaries(st.sampled_from(LINES), st.none() | st.sampled_from(STATUSES))
wishes = st.dictionaries(st.sampled_from(LINES), st.sampled_from(STATUSES), min_size=1)


@given(wishes, shown, memories, st.booleans())
def test_nothing_is_taken_that_the_target_contradicts_and_each_wish_has_one_fate(
    wanted, lines, known, touched
):
    baseline = Baseline(NOW - timedelta(days=2 if touched else 0), None, NOW - timedelta(days=2))
    record = Record(lines={"1": known}, baselines={"1": baseline})

    adoption = vouch(declared(*(wish(line, status) for line, status in wanted.items())), world(lines), record)

    fates = [str(each.address) for each in adoption.taken] + [str(each) for each in adoption.known]
    fates += [each.named for each in adoption.refused]
    assert sorted(fates) == sorted(str(address.order_line("1", line)) for line in wanted)
    for each in adoption.taken:
        line = each.address.parts[1]
        assert line in lines
        assert lines[line] in {None, wanted[line]}
        assert each.memory == Memory(wanted[line], Evidence.DECLARED, NOW, 7)


@given(wishes, shown)
def test_what_was_taken_is_known_the_next_time(wanted, lines):
    manifests, seen = declared(*(wish(line, status) for line, status in wanted.items())), world(lines)
    first = vouch(manifests, seen)
    memories = {each.address.parts[1]: each.memory for each in first.taken if each.memory is not None}

    again = vouch(manifests, seen, Record(lines={"1": memories}, baselines=first.baselines))

    assert again.taken == ()
    assert set(again.known) == {each.address for each in first.taken}


def test_a_later_touch_is_told_from_what_was_read():
    adoption = vouch(declared(wish("l1")), world({"l1": None}))

    assert not adoption.baselines["1"].touched(NOW - timedelta(days=1))
    assert adoption.baselines["1"].touched(NOW)


def test_what_is_to_be_said_once_is_done_and_what_was_unsettled_is_settled():
    where = address.order_line("1", "l1")
    record = Record(unsettled={where: Unsettled(3, NOW, "delivered", "cut")})

    adoption = vouch(declared(wish("l1", once=True)), world({"l1": None}), record)

    assert adoption.taken[0].finished == "delivered"
    assert adoption.settled == {where}


def test_an_order_is_read_when_any_of_its_lines_may_be_meant():
    manifests = Manifests(
        lines={"1": {"*": wish("*")}, "12": {"*": wish("*", order="12")}, "2": {"l1": wish("l1", order="2")}}
    )

    def read(pattern):
        return set(of_orders(manifests, (pattern,)).lines)

    assert read("order_line/1/l1") == {"1"}
    assert read("order_line/1*/l1") == {"1", "12"}
    assert read("*/l1") == {"1", "12", "2"}
    assert read("order_line/2/l2") == set()
    assert read("line_status/*") == set()


def test_a_pattern_that_means_nothing_is_refused_by_name():
    (refusal,) = vouch(declared(wish("l1")), world({"l1": None}), pattern="order_line/1/l9").refused

    assert refusal.named == "order_line/1/l9"
