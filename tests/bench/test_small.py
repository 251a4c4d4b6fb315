"""The cheapest of the measurements, gone through once: they work, whatever their figures are."""

from argparse import ArgumentParser
from random import Random

import pytest
from ruamel.yaml import YAML

from bench import bars, files, yaml_lines
from bench.octodns import write_zones
from bench.scribble import manifest, spoilt, written
from reconciler.model.diagnostic import has_errors
from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import validate
from tests.kinds.manifests import TERMS


@pytest.mark.parametrize("seed", range(20))
def test_what_is_scribbled_is_sound_until_it_is_spoilt(seed):
    random = Random(seed)  # noqa: S311 - made-up data
    data = manifest(random)
    text = written(data, random)

    (document,) = parse(text.encode(), "m.yaml").documents
    _, found = validate([document], KINDS, TERMS)

    assert YAML(typ="safe", pure=True).load(text) == data
    assert not has_errors(found)

    spoilt(data, random)
    (document,) = parse(written(data, random).encode(), "m.yaml").documents
    _, found = validate([document], KINDS, TERMS)

    assert has_errors(found)


@pytest.mark.parametrize(
    ("measurement", "words"),
    [(bars, ""), (files, "--lines 60 --files 3 --runs 1"), (yaml_lines, "--faults 20")],
)
def test_a_small_measurement_gives_a_result(measurement, words):
    parser = ArgumentParser()
    measurement.arguments(parser)

    result = measurement.measure(parser.parse_args(words.split()))

    assert result.rows or result.bars


def test_both_sides_of_the_peer_hold_the_same_records(tmp_path):
    write_zones(tmp_path, records=25, zones=4)

    sides = [sorted((tmp_path / side).iterdir()) for side in ("src", "tgt")]
    assert [len(each) for each in sides] == [4, 4]
    assert [one.read_text() for one in sides[0]] == [other.read_text() for other in sides[1]]
    assert sum(len(YAML(typ="safe").load(each)) for each in sides[0]) == 25
