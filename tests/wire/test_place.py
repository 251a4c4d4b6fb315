"""Addresses and dates say what the libraries would read in them, which are not loaded for the plain ones."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.wire.dates import moment_of
from reconciler.wire.place import origin_of, target_of

HOSTS = st.one_of(
    st.from_regex(
        re.compile(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", re.ASCII | re.IGNORECASE), fullmatch=True
    ),
    st.sampled_from(["[::1]", "127.0.0.1", "localhost", "bücher.example", "straße.de", "a_b.example"]),
)
PORTS = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
PATHS = st.one_of(
    st.just(""),
    st.text(st.sampled_from("/abcXYZ019._-~=&,:+?%Ж !$'()*;@[]{}|^\\\""), max_size=20).map("/{}".format),
    st.sampled_from(
        ["/a/../b", "/./a", "/a%2fb", "/a%zzb", "/a%2Fb?c=%20d", "/ü?q=ü", "/v2/x?limit=5&from=a,b"]
    ),
)


@given(st.sampled_from(["http", "https", "HTTPS"]), HOSTS, PORTS, PATHS)
def test_an_address_is_taken_apart_as_httpx_does_it(scheme, host, port, path):
    url = f"{scheme}://{host}{port}{path}"
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        with pytest.raises(ValueError, match="is not an address"):
            origin_of(url)
        return

    assert origin_of(url) == f"{parsed.scheme}://{parsed.netloc.decode()}"
    assert target_of(url) == parsed.raw_path.decode()


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_date_is_the_moment_that_the_standard_library_reads_in_it(moment, hours):
    zoned = moment.replace(microsecond=0, tzinfo=UTC) + timedelta(hours=hours)

    assert moment_of(format_datetime(zoned, usegmt=True)) == zoned
    assert moment_of(format_datetime(zoned)) == zoned


@pytest.mark.parametrize(
    "header",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "6 Nov 1994 08:49:37 +0300",
    ],
)
def test_every_form_of_a_date_is_read(header):
    expected = parsedate_to_datetime(header)

    assert moment_of(header) == (expected if expected.tzinfo else expected.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "header", [None, "", "soon", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT"]
)
def test_what_is_no_date_is_no_moment(header):
    assert moment_of(header) is None
