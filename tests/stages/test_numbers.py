"""Numbers: each intent keeps the number that it was given, whether its step stands in the plan or not."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import order, order_line
from reconciler.model.change import UpdateLine
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest
from reconciler.model.steps import Steps
from reconciler.stages.apply.numbers import Numbers

LINES = [order_line(first, second) for first in ("1", "2") for second in ("a", "b")]
HERE = Origin("m.yaml", 1)


def step(where):
    wanted = LineManifest(order=where.parts[0], line=where.parts[1], status="new", origin=HERE)
    return UpdateLine(address=where, evidence=Evidence.OBSERVED, reason="", origin=HERE, wanted=wanted)


@given(st.permutations([*LINES, order("1")]), st.sets(st.sampled_from(LINES)))
def test_what_was_given_is_found(given_to, planned):
    numbers, plain = Numbers(Steps(map(step, planned)).in_order()), {}
    for number, where in enumerate(given_to, 1):
        assert where not in numbers
        numbers.give(where, number)
        plain[where] = number
        assert dict(numbers) == plain
        assert len(numbers) == len(plain)
