"""The URL of a state as people see it: never what lets somebody in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.state_url import shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///.reconciler/state.db", "sqlite:///.reconciler/state.db"),
        ("${STATE_URL}", "${STATE_URL}"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgresql://ann@host:5433/db", "postgresql://ann@host:5433/db"),
        ("postgresql://ann:pw@host:5433/db?sslmode=require", "postgresql://ann@host:5433/db"),
        ("postgresql://ann:${PW}@host/db", "postgresql://ann@host/db"),
        ("postgresql://ann:p@ss/w:rd@host/db", "postgresql://ann@host/db"),
        ("postgresql://:pw@host/db", "postgresql://host/db"),
        ("postgresql://host/db?user=ann&password=pw", "postgresql://…"),
        ("postgresql://ann:p?w@host/db", "postgresql://…"),
        ("postgresql+psycopg:///db?host=/run", "postgresql+psycopg:///db"),
    ],
)
def test_what_is_shown(url: str, expected: str):
    assert shown(url) == expected


@given(st.text("ab:/?#@%&=", max_size=8))
def test_no_password_is_shown_whatever_signs_it_has(tail: str):
    assert "hunter2" not in shown(f"postgresql://ann:hunter2{tail}@host:5432/db")
    assert "hunter2" not in shown(f"postgresql://ann:{tail}hunter2@host/db?sslmode=require")
