"""Questions that change nothing: how they leave, and waits that a caller reads out of an answer."""

import httpx
import pytest

from reconciler.wire import PATIENCE, Fault, NotSent, Trouble


def test_a_question_without_a_body_is_a_get(lay, fine):
    line = lay([fine], url="https://market.example/prefix")
    line.wire.read("/v2/x?pageToken=a%26b", headers={"Api-Key": "canary"})
    (request,) = line.far_end.seen
    assert (request.method, str(request.url)) == (
        "GET",
        "https://market.example/prefix/v2/x?pageToken=a%26b",
    )
    assert request.headers["Api-Key"] == "canary"
    assert "Content-Type" not in request.headers
    assert "Authorization" not in request.headers


def test_a_question_with_a_body_is_a_post_of_json(lay, fine):
    line = lay([fine])
    line.wire.read("/v1/x", headers={}, body=b"{}")
    (request,) = line.far_end.seen
    assert (request.method, request.read()) == ("POST", b"{}")
    assert request.headers["Content-Type"] == request.headers["Accept"] == "application/json"


def test_a_header_that_cannot_be_sent_is_refused_without_quoting_it(lay, fine):
    line = lay([fine])
    for token in ("canary\r\n", "canarÿ"):
        with pytest.raises(ValueError, match="cannot be sent") as caught:
            line.wire.read("/x", headers={"Api-Key": token})
        assert "canar" not in str(caught.value)
    assert line.far_end.seen == []


@pytest.mark.parametrize("fault", list(Fault))
def test_a_question_is_as_patient_as_any_other_reading(fault, lay, faults, fine):
    line = lay([faults[fault], fine])
    if PATIENCE[fault].read:
        assert line.wire.read("/x", headers={}).status == 200
    else:
        with pytest.raises(Exception, match=r"\S"):
            line.wire.read("/x", headers={})


def test_a_wait_that_the_judge_reads_out_of_an_answer_wins_over_retry_after(lay, fine):
    line = lay([lambda: httpx.Response(420, headers={"Retry-After": "5"}), fine], random=lambda: 0.0)
    line.wire.read(
        "/x",
        headers={},
        judge=lambda reply: Trouble(Fault.CALM, "calm", 17.0) if reply.status == 420 else None,
    )
    assert line.waits == [17.0]


def test_no_wait_that_a_judge_asks_for_is_longer_than_patience(lay):
    line = lay([lambda: httpx.Response(420)])
    with pytest.raises(NotSent):
        line.wire.read("/x", headers={}, judge=lambda _: Trouble(Fault.CALM, "calm", 10.0**9))
    assert set(line.waits) == {60.0}
    assert sum(line.waits) <= 300
