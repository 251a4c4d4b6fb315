"""Sizes as people write them."""

import pytest

from reconciler.model.size import read_limit, read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("64MiB", 64 << 20),
        ("64mib", 64 << 20),
        (" 64 MiB ", 64 << 20),
        ("1.5GiB", 3 << 29),
        ("500MB", 500_000_000),
        ("2TB", 2 * 10**12),
        ("65536KiB", 64 << 20),
    ],
)
def test_a_size_is_a_number_and_its_unit(text, size):
    assert read_size(text) == size
    assert read_limit(text) == size


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("67108864", "has no unit: write one behind it, as in 64MiB; there are KiB, MiB"),
        ("0", "has no unit"),
        ("64M", "has no whole unit: write 64MiB"),
        ("64g", "has no whole unit: write 64GiB"),
        ("abc", "is no size: write a number and its unit, such as 64MiB or 1.5GiB"),
        ("", "is no size"),
        ("-64MiB", "is no size"),
        ("1e3MiB", "is no size"),
        ("64 parsecs", "is no size"),
        ("٦٤MiB", "is no size"),
        ("9" * 400 + "MiB", "is no size"),
        ("0MiB", "is too little: at least 16MiB is needed"),
        ("15.9MiB", "is too little"),
    ],
)
def test_what_is_no_limit_is_refused_with_what_is_expected(text, said):
    with pytest.raises(ValueError, match=said):
        read_limit(text)
