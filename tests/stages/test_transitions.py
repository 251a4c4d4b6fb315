"""line_transitions: checked without a network against the statuses that there are."""

import pytest

from reconciler.model.diagnostic import Origin, Severity
from reconciler.model.rules import Transition
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import validate

STATUSES = """\
custom_line_statuses:
  - {external_id: packed, name: Packed, type: in_process}
  - {external_id: lost, name: Lost, type: canceled}
  - {external_id: elsewhere, external: true}
"""


def found(severity, table, text=STATUSES):
    documents = parse(text.encode(), "m.yaml").documents
    rows = tuple(
        Transition(
            before,
            Origin("reconciler.yaml", number),
            tuple((each, Origin("reconciler.yaml", number, 9)) for each in after),
        )
        for number, (before, after) in enumerate(table.items(), 1)
    )
    _, diagnostics = validate(documents, KINDS, Terms(), rows)
    return [each for each in diagnostics if each.severity is severity]


def errors(table, text=STATUSES):
    return found(Severity.ERROR, table, text)


def warnings(table, text=STATUSES):
    return [each.summary for each in found(Severity.WARNING, table, text)]


WHOLE = {"new": ["packed"], "packed": ["delivered", "lost"], "?": ["packed"]}


def test_a_table_of_built_in_and_declared_statuses_is_right():
    assert errors(WHOLE) == []
    assert warnings(WHOLE) == []


def test_without_a_table_nothing_is_said():
    assert (errors({}), warnings({})) == ([], [])


@pytest.mark.parametrize("table", [{"pakced": ["delivered"]}, {"new": ["pakced"]}])
def test_a_status_that_nothing_declares_is_an_error_with_its_place_and_the_likely_one(table):
    (said,) = errors({**WHOLE, **table})

    assert '"pakced"' in said.summary
    assert said.origin.file == "reconciler.yaml"
    assert said.advice == 'did you mean "packed"?'


def test_no_line_is_moved_to_a_question_mark():
    (said,) = errors({**WHOLE, "new": ["packed", "?"]})
    assert "no line is moved to it" in said.summary


def test_a_status_that_nothing_leads_to_is_a_warning():
    assert warnings({"new": ["delivered"], "packed": ["delivered"]}) == [
        'line_transitions: nothing leads to "lost", so no line is ever moved to it',
        'line_transitions: nothing leads to "packed", so no line is ever moved to it',
    ]


@pytest.mark.parametrize("row", [{}, {"packed": []}])
def test_a_status_in_process_that_nothing_leads_out_of_is_a_warning(row):
    assert warnings({"new": ["packed", "lost"], **row}) == [
        'line_transitions: nothing leads out of "packed", and its type is in_process'
    ]


def test_what_others_keep_need_not_be_reached():
    assert not any("elsewhere" in each for each in warnings({"new": ["delivered"]}))
