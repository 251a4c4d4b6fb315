"""No token and nothing personal shows, even when the server says it back."""

import asyncio
import logging
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.ports import Broken, Denied
from reconciler.sandbox import Fault
from reconciler.targets.altcraft.discretion import LONGEST, discreet, personal

TOKEN = "canary-token-9f86d081"
MAIL = "john.canary@example.com"
SAYS_IT_BACK = {
    "error_text": f"token {TOKEN} may not write {MAIL} (+7 900 555-01-02, profile 5f3a)",
    "result": [],
}
KINDS = [
    "reset_before",
    "reset_after",
    "http_500_after",
    "http_502_html_after",
    "empty_after",
    "truncated_after",
]
KINDS += [
    "http_429",
    "http_503",
    "http_503_retry",
    "error_400",
    "error_401_http",
    "error_403",
    "error_440",
    "error_500",
]


def everything(stage, order):
    """Do all that a target can do, and gather all that is said about it."""
    said = [repr(stage.target)]
    full = order(phone="+7 900 555-01-02", profile_id="5f3a")
    for ask in (
        lambda: list(stage.target.walk(None)),
        lambda: stage.target.status("o-1"),
        lambda: stage.target.import_orders({}, [full]),
        lambda: asyncio.run(stage.target.update_line("o-1", "l-1", "delivered", repeatable=True)),
    ):
        try:
            said.append(repr(ask()))
        except (Broken, Denied) as error:
            said += [repr(error), str(error), repr(vars(error)), *traceback.format_exception(error)]
    return "\n".join([*said, *stage.heard])


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_tells_a_token_or_an_e_mail(kind, play, order, caplog):
    with caplog.at_level(logging.DEBUG):
        said = everything(play(faults=[Fault("*", 0, kind)], token=TOKEN), order)
    assert TOKEN not in said + caplog.text
    assert MAIL not in said + caplog.text


@pytest.mark.parametrize("code", [1, 400, 401, 402, 403, 404, 429, 440, 500])
def test_a_server_that_says_secrets_back_is_not_quoted_with_them(code, speak, order):
    said = everything(speak({"error": code, **SAYS_IT_BACK}), order)
    for secret in (TOKEN, MAIL, "555-01-02"):
        assert secret not in said


def test_what_a_server_says_of_an_item_is_masked_too(speak, order):
    rows = [{"external_id": "o-1", "error": 400, "error_text": f"no profile for {MAIL} in 5f3a"}]
    answer = speak({"error": 0, "result": rows}).target.import_orders({}, [order(profile_id="5f3a")])
    assert answer.orders["o-1"].text == "no profile for ••• in •••"


def test_a_token_that_was_renewed_stays_a_secret(speak):
    stage = speak(
        {"error": 403},
        {"error": 404, "error_text": "neither token-one nor token-two"},
        tokens=["token-one", "token-two"],
    )
    answer = asyncio.run(stage.target.update_line("o", "l", "new", repeatable=False))
    assert answer.text == "neither ••• nor •••"


def test_a_short_secret_is_masked_only_where_it_stands_alone():
    assert discreet("id 42 of 1420", ["42"]) == "id ••• of 1420"


def test_an_e_mail_that_nobody_sent_is_masked_with_its_domain_kept():
    assert discreet("buyer <jane@example.com>, or jane.d@mail.example.org.", []) == (
        "buyer <j…@example.com>, or j…@mail.example.org."
    )


def test_what_a_server_says_at_length_is_cut():
    assert len(discreet("x" * 3_000_000, [])) == LONGEST


def test_every_key_that_identifies_a_buyer_is_personal():
    first: dict[str, object] = {"email": "a@b.c", "phone": "+7 900", "profile_id": None}
    second: dict[str, object] = {"field_name": "card", "field_value": 77, "status": "new"}
    assert personal([first, second]) == {"a@b.c", "+7 900", "7900", "77"}


@given(text=st.text(), secrets=st.lists(st.text(min_size=4), max_size=4))
def test_no_secret_of_some_length_is_left(text, secrets):
    said = discreet(text + "".join(secrets), secrets)
    assert not any(secret in said for secret in secrets if "•" not in secret and "…" not in secret)
