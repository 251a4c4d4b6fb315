"""Line-state declarations: entries that say what the statuses of lines have to be, and nothing else."""

from datetime import date

from reconciler.model.diagnostic import Severity
from tests.kinds.manifests import FIELDS, read, said, sound

ENTRY = """\
orders:
  - external_id: "1"
    hold: once
    expires: 2026-12-31
    lines:
      - {external_id: l1, status: packed, from: [delivering, by_hand]}
      - {external_id: l2, status: new}
"""


def test_an_entry_of_states_gives_one_manifest_a_line_and_no_order():
    manifests = sound(FIELDS, ENTRY)
    assert manifests.orders == {}
    line = manifests.lines["1"]["l1"]
    assert (line.order, line.line, line.status) == ("1", "l1", "packed")
    assert line.allowed_from == frozenset({"delivering", "by_hand"})
    assert line.once
    assert line.expires == date(2026, 12, 31)
    assert str(line.origin) == "m2.yaml:6:9"
    assert manifests.lines["1"]["l2"].allowed_from is None


def test_one_status_may_be_said_for_every_line():
    manifests = sound(
        'orders:\n  - {external_id: "1", line_status: delivered, hold: always, expires: 2026-01-01}\n'
    )
    (line,) = manifests.lines["1"].values()
    assert (line.line, line.status, line.once) == ("*", "delivered", False)
    assert str(line.address) == "order_line/1/*"
    assert str(line.origin) == "m.yaml:2:5"


def test_statuses_are_known_or_suggested():
    _, diagnostics = read(FIELDS, ENTRY.replace("status: new", "status: pakced").replace("by_hand", "hand"))
    assert [(str(each.origin), each.summary, each.advice) for each in diagnostics] == [
        (
            "m2.yaml:6:62",
            'from of line l1 of order 1: the line status "hand" is neither built in nor declared',
            'did you mean "by_hand"?',
        ),
        (
            "m2.yaml:7:35",
            'line l2 of order 1: the line status "pakced" is neither built in nor declared',
            'did you mean "packed"?',
        ),
    ]


def test_a_line_of_a_state_needs_a_status():
    assert said(FIELDS, ENTRY.replace(", status: new", "")) == ["m2.yaml:7:9 line l2 of order 1 lacks status"]


def test_from_has_no_meaning_without_a_status():
    found = said(FIELDS, ENTRY.replace("status: packed, ", ""))
    assert "m2.yaml:6:27 from of line l1 of order 1 has no meaning without a status" in found


def test_one_line_is_declared_once():
    _, (found,) = read(FIELDS, ENTRY.replace("l2", "l1"))
    assert found.summary == "line l1 of order 1 is declared twice"
    assert str(found.origin) == "m2.yaml:7:23"
    assert [str(each) for each in found.related] == ["m2.yaml:6:23"]


def test_lines_and_line_status_exclude_each_other():
    assert said(FIELDS, ENTRY.replace("    hold", "    line_status: new\n    hold")) == [
        "m2.yaml:3:5 order 1 has both line_status and lines"
    ]


def test_an_entry_that_wants_nothing_is_an_error():
    assert said('orders:\n  - {external_id: "1", hold: once, expires: 2026-01-01}\n') == [
        "m.yaml:2:5 order 1 says nothing"
    ]


def test_a_state_without_an_end_is_warned_of_once_an_entry():
    _, (found,) = read(FIELDS, ENTRY.replace("    hold: once\n    expires: 2026-12-31\n", ""))
    assert found.severity is Severity.WARNING
    assert found.summary == "the line states of order 1 never end"
    assert str(found.origin) == "m2.yaml:2:5"


def test_either_end_is_enough():
    assert read(FIELDS, ENTRY.replace("    hold: once\n", ""))[1] == ()
    assert read(FIELDS, ENTRY.replace("    expires: 2026-12-31\n", ""))[1] == ()
