"""Times: every form that is written or shown means one moment."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.times import canonical_date, read_day, read_instant, rfc3339

MOMENT = datetime(2022, 1, 2, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-02T15:04:05Z",
        "2022-01-02t15:04:05z",
        "2022-01-02T15:04:05.999Z",
        "2022-01-02 15:04:05",
        "2022-01-02T15:04:05",
        "2022-01-02T18:04:05+03:00",
        "2022-01-02T18:04:05+0300",
        "2022-01-02T13:34:05-01:30",
    ],
)
def test_one_moment_has_many_spellings(text):
    assert read_instant(text) == MOMENT
    assert rfc3339(read_instant(text)) == "2022-01-02T15:04:05Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2022-1-2",
        "2022-02-30",
        "2022-01-02T25:00:00Z",
        "2022-01-02T15:04Z",
        "2022-01-02T15:04:60Z",
        "02.01.2022",
        "0001-01-01T00:00:00+03:00",
        "2022-01-02T15:04:05+25:00",
        "2022-01-02T15:04:05+03:99",
        "٢٠٢٢-01-02",
        "2022-01-02\n",
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"has to be|does not exist"):
        read_instant(text)


def test_a_day_is_a_day_of_the_calendar():
    assert read_day("2024-02-29").day == 29
    for text in ("2023-02-29", "20240229", "2024-02-29T00:00:00Z"):
        with pytest.raises(ValueError, match="date"):
            read_day(text)


@given(st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it naive
def test_a_moment_survives_being_written(moment):
    assert read_instant(rfc3339(moment)) == moment.replace(microsecond=0)


def test_midnight_is_the_day_alone():
    assert canonical_date("2022-01-02") == canonical_date("2022-01-02T03:00:00+03:00") == "2022-01-02"
    assert canonical_date("2022-01-02 00:00:01") == "2022-01-02T00:00:01Z"
