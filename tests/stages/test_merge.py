"""Several runs told as one: the last word about an address, and the exit code of the whole."""

from collections.abc import Sequence

import pytest

from reconciler.model.address import order_line
from reconciler.model.merged import Part
from reconciler.model.outcome import Done, Failed, Lost, Outcome, Skipped
from reconciler.model.shard import Shard
from reconciler.stages.merge import merge

A, B = order_line("1", "a"), order_line("2", "b")


def part(
    run: int, exit_code: int, *outcomes: Outcome, shard: str = "", resumes: bool = False, withheld: int = 0
) -> Part:
    return Part(
        run=run,
        shard=Shard.parse(shard) if shard else None,
        resumes=resumes,
        exit_code=exit_code,
        outcomes=outcomes,
        withheld_count=withheld,
    )


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([0, 0], 0),
        ([0, 1], 1),
        ([1, 3], 3),
        ([3, 8], 8),
        ([8, 143], 143),
        ([143, 130], 130),
        ([130, 9, 0], 9),
        ([0, 77], 1),
    ],
)
def test_the_first_code_in_the_order_of_the_contract_is_that_of_the_whole(codes: Sequence[int], code: int):
    assert merge(part(run, each) for run, each in enumerate(codes, 1)).exit_code == code


def test_an_address_ends_as_the_last_run_that_speaks_of_it_says_in_whatever_order_they_are_given():
    runs = [part(2, 0, Done(A), resumes=True), part(1, 9, Lost(A), Done(B))]
    merged = merge(runs)
    assert merged.runs == (1, 2)
    assert {each.address: type(each) for each in merged.outcomes} == {A: Done, B: Done}
    assert merged.exit_code == 0


@pytest.mark.parametrize(("fate", "code"), [(Lost(A), 9), (Failed(A), 3), (Skipped(A), 3)])
def test_what_is_not_done_counts_although_a_later_run_ended_well(fate: Outcome, code: int):
    assert merge([part(1, code, fate), part(2, 0, Done(B), resumes=True)]).exit_code == code


def test_a_resumption_takes_the_place_of_its_own_shard_alone():
    runs = [
        part(1, 3, Done(A), shard="1/2", withheld=1),
        part(2, 9, Lost(B), shard="2/2", withheld=4),
        part(3, 0, Done(B), shard="2/2", resumes=True, withheld=2),
    ]
    merged = merge(runs)
    assert (merged.exit_code, merged.withheld_count, merged.missing) == (3, 3, ())


def test_shards_of_which_there_is_no_run_are_named():
    merged = merge([part(1, 0, shard="2/3")])
    assert merged.missing == (Shard(1, 3), Shard(3, 3))
    assert merged.exit_code == 3
    with pytest.raises(ValueError, match="different divisions: of 2 and of 3"):
        merge([part(1, 0, shard="2/3"), part(2, 0, shard="1/2")])
