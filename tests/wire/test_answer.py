"""Answers are read to their end, however they arrive, and nothing else is taken for one."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.wire import at_once
from reconciler.wire.answer import LARGEST_HEAD, More, NoAnswerAtAll, TooLarge, Whole, receive

BODY = b'{"error": 0}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKS = b"5;x=y\r\n" + BODY[:5] + b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\nExpires: now\r\n\r\n"
SOUND = (
    b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" + CHUNKS,
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    b"HTTP/1.1 200 OK\r\nX-Long:  one two \r\n" + LENGTH + b"\r\n" + BODY,
)
ENDING = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n" + BODY,
    b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
)


def arriving(pieces: Sequence[bytes]) -> More:
    """Give these pieces, and then the end of the connection."""
    left = iter([*(piece for piece in pieces if piece), b""])

    async def more() -> bytes:
        return next(left)

    return more


def heard(*pieces: bytes, largest: int = 1_000_000) -> Whole:
    return at_once(receive(arriving(pieces), largest))


def cut(text: bytes, places: Sequence[int]) -> list[bytes]:
    at = [0, *sorted(place % len(text) for place in places), len(text)]
    return [text[first:last] for first, last in pairwise(at)]


@given(st.sampled_from([*SOUND, *ENDING]), st.lists(st.integers(min_value=0), max_size=12))
def test_an_answer_is_the_same_however_it_is_cut_into_pieces(text: bytes, places: list[int]):
    found = heard(*cut(text, places))
    assert found == heard(text)
    assert (found.status, found.body) == (200, BODY)


@given(st.sampled_from(SOUND), st.data())
def test_the_beginning_of_an_answer_is_never_one(text: bytes, data: st.DataObject):
    end = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    with pytest.raises(NoAnswerAtAll):
        heard(text[:end])


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_never_breaks(text: bytes):
    try:
        found = heard(text)
    except NoAnswerAtAll:
        return
    assert text.startswith(b"HTTP/1.")
    assert found.status >= 101


@pytest.mark.parametrize("text", SOUND)
def test_a_connection_with_something_left_on_it_carries_no_further_request(text: bytes):
    assert heard(text).is_kept
    assert not heard(text + b"H").is_kept


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        *((text, False) for text in ENDING),
    ],
)
def test_a_connection_is_kept_where_both_sides_know_where_the_answer_ended(text: bytes, is_kept: bool):
    assert heard(text).is_kept is is_kept


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 12\r\nContent-Length: 13\r\n",
        b"Content-Length: 12\r\nContent-Length: 12\r\n",
        b"Content-Length: 12\r\nTransfer-Encoding: chunked\r\n",
        b"X-Long: one\r\n two\r\nContent-Length: 12\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 12, 12\r\n",
        b"Content-Length: +12\r\n",
        b"Content-Length: twelve\r\n",
        b"Content-Length : 12\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"no colon\r\n",
        b": no name\r\n",
        b"X: " + b"y" * LARGEST_HEAD + b"\r\n",
    ],
)
def test_headers_that_can_be_read_in_two_ways_are_no_answer(headers: bytes):
    with pytest.raises(NoAnswerAtAll):
        heard(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + BODY)


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + b"x" * 11,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 11,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nxxxxxx\r\n5\r\nxxxxx\r\n0\r\n\r\n",
    ],
)
def test_a_body_that_is_larger_than_allowed_is_not_gathered(text: bytes):
    with pytest.raises(TooLarge):
        heard(text, largest=10)


def test_headers_are_found_by_lower_case_names_and_the_last_of_a_name_counts():
    found = heard(b"HTTP/1.1 429 Slow\r\nRetry-After:  3 \r\nX: 1\r\nx: 2\r\nContent-Length: 0\r\n\r\n")
    assert found.headers == {"retry-after": "3", "x": "2", "content-length": "0"}


@pytest.mark.parametrize("text", [*SOUND, *ENDING])
def test_nothing_of_an_answer_is_left_to_the_collector_which_a_plan_pauses(text: bytes):
    gc.collect()
    gc.disable()
    try:
        heard(text)
        assert gc.collect() == 0
    finally:
        gc.enable()
