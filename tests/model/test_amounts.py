"""Amounts are exact: what is written, what is shown, what is compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.amounts import hundredths, plain, read_amount, same_amount, see_amount
from reconciler.model.document import WrittenFloat

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999999999.99"), places=2, allow_nan=False)


def written(text: str) -> WrittenFloat:
    number = WrittenFloat(text)
    number.text = text
    return number


@pytest.mark.parametrize(
    ("value", "amount"),
    [("9", "9"), ("9.5", "9.5"), ("09.50", "9.5"), (9, "9"), (9.5, "9.5"), (written("10.10"), "10.1")],
)
def test_an_amount_is_text_or_a_number_in_its_own_digits(value, amount):
    assert read_amount(value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 9",
        "9.",
        ".5",
        "1e3",
        "-1",
        "+1",
        "1,5",
        "1_0",
        "0x1",
        "٣",
        "9.505",
        "NaN",
        True,
        None,
        [],
        1e22,
        float("nan"),
        "1" * 19,
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match=r"amount|decimals|negative"):
        read_amount(value)


@given(AMOUNTS)
def test_an_amount_survives_being_written(amount):
    assert read_amount(plain(amount)) == amount
    assert hundredths(amount) == int(amount.scaleb(2))


@given(AMOUNTS, st.sampled_from([1, 10, 100, 1000]))
def test_an_amount_is_recognised_at_every_scale(amount, scale):
    shown = plain(amount * scale)
    assert same_amount(amount, shown, scale)
    assert see_amount(shown, scale) == amount
    assert not same_amount(amount + Decimal("0.01"), shown, scale)


@pytest.mark.parametrize("value", ["abc", "1e999999999", "NaN", True, [1], "--1"])
def test_what_is_no_amount_stays_text_and_equals_nothing(value):
    assert see_amount(value, 100) == str(value)
    assert not same_amount(Decimal(1), value, 100)


def test_whole_amounts_are_written_without_decimals_and_others_with_two():
    assert [plain(Decimal(each)) for each in ("1000", "1000.00", "9.5", "9.05", "0", "1E+3", "0.125")] == [
        "1000", "1000", "9.50", "9.05", "0", "1000", "0.125",
    ]  # fmt: skip
