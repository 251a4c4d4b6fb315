"""A token never shows: not in a repr, an exception, a reply or a log record, whatever goes wrong."""

import logging
import traceback

import pytest

from reconciler.wire import Fault, Repeat, WireFault

CANARY = "canary-9f86d081"
MAIL = "canary.mail@example.com"
BODY = f'{{"token": "{CANARY}", "data": [{{"email": "{MAIL}"}}]}}'.encode()


def everything_said(error: BaseException) -> str:
    said = [*traceback.format_exception(error), repr(error), str(error), repr(error.args), repr(vars(error))]
    return "\n".join(said)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("repeat", Repeat)
def test_no_fault_tells_a_token_or_an_e_mail(fault, repeat, lay, faults, caplog):
    line = lay([faults[fault]])
    with caplog.at_level(logging.DEBUG), pytest.raises(WireFault) as caught:
        line.wire.post("/x", BODY, repeat=repeat, bearer=CANARY)
    said = "\n".join([everything_said(caught.value), *line.heard, caplog.text, repr(line.wire)])
    assert CANARY not in said
    assert MAIL not in said


@pytest.mark.parametrize("fault", Fault)
def test_no_fault_drags_along_an_exception_that_holds_the_request(fault, lay, faults):
    line = lay([faults[fault]])
    with pytest.raises(WireFault) as caught:
        line.wire.post("/x", BODY, repeat=Repeat.ONCE, bearer=CANARY)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_reply_does_not_show_what_it_holds(lay):
    import httpx

    line = lay([lambda: httpx.Response(200, headers={"X-Echo": CANARY}, content=BODY)])
    reply = line.wire.post("/x", BODY, repeat=Repeat.READ)
    assert CANARY not in repr(reply)
    assert MAIL not in repr(reply)
