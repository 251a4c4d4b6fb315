"""Entry: a source of order-line states that is a cabinet of Yandex Market, in the shape of its writing.

Both ids of the Market occur: `business_id` names the cabinet, `campaign_ids` its stores. The token itself
never stands in a file, only where it is found.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from reconciler.model.scalars import Day, Text, Word
from reconciler.model.text import quoted, text_of
from reconciler.model.url import checked

MARKET: Final = "https://api.partner.market.yandex.ru"
SANDBOX: Final = "sandbox:"
SKIP: Final = "skip"
"""Stands where a rule could name a status: nothing is wanted then."""

_NAME: Final = r"^[A-Za-z0-9_-]+$"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN: Final = re.compile(r"ACMA:|Bearer\b|y[0-3]_|AQAAAA")
"""How tokens of the Market begin (reference, section 1.1)."""
_LONGEST_NAME: Final = 64
_PERIOD: Final = re.compile(r"([1-9][0-9]{0,4})([mhdw])", re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LONGEST: Final = timedelta(days=366)


def _url(value: str) -> str:
    if value.startswith(SANDBOX):
        if len(value) == len(SANDBOX):
            raise ValueError("names no file: write sandbox:PATH, for example sandbox:.reconciler/sandbox.db")
        return value
    try:
        return checked(value)
    except ValueError as fault:
        raise ValueError(f"cannot be used: {fault}") from None


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value) or _TOKEN.match(value) or len(value) > _LONGEST_NAME:
        raise ValueError(
            "is not the name of an environment variable, such as YANDEX_MARKET_API_KEY; "
            "the token itself never stands in a file"
        )
    return value


def _file(value: str) -> str:
    if not value or _TOKEN.match(value):
        raise ValueError("is not the path of a file; the token itself never stands in a manifest")
    return value


def _number(value: object) -> int:
    text = text_of(value)
    if text is None or not (text.isascii() and text.isdigit()) or not 0 < int(text[:20]) < 2**63:
        raise ValueError(f"has to be the number that the Market's API knows it by, not {quoted(value)}")
    return int(text)


def period(text: str) -> timedelta:
    """Read a span such as `36h` or `14d`; raises ValueError for anything else and for more than 366 days."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"has to be a span such as 36h, 14d or 2w, not {quoted(text)}")
    found = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if found > _LONGEST:
        raise ValueError(f"is longer than a year: {quoted(text)}")
    return found


def _span(value: object) -> str:
    text = text_of(value)
    if text is None:
        raise ValueError(f"has to be a span such as 36h, 14d or 2w, not {quoted(value)}")
    period(text)
    return text


def _schema(**keywords: Any) -> WithJsonSchema:
    return WithJsonSchema(keywords)


Url = Annotated[str, AfterValidator(_url)]
Variable = Annotated[str, AfterValidator(_variable)]
File = Annotated[str, AfterValidator(_file)]
Number = Annotated[int, PlainValidator(_number), _schema(type="integer", minimum=1)]
Span = Annotated[str, PlainValidator(_span), _schema(type="string", pattern="^[1-9][0-9]{0,4}[mhdw]$")]


class MarketEntry(BaseModel):
    """A cabinet of Yandex Market, whose orders ours follow."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    name: str = Field(pattern=_NAME, description="How plans and selections name it, as in source:NAME.")
    type: Literal["yandex_market"] = Field(description="The Market's partner API.")
    url: Url | None = Field(
        default=None,
        description=f"{MARKET} when left out; http:// to loopback only, or sandbox:PATH.",
    )
    api: Literal["v1", "v2"] | None = Field(
        default=None,
        description="v1 when left out; v2 asks for one order a call, and ends on 2027-04-12.",
    )
    business_id: Number | None = Field(default=None, description="The cabinet's id; v1 needs it.")
    campaign_ids: list[Number] | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="Only these stores of the cabinet; v2 needs them.",
    )
    token_env: Variable | None = Field(default=None, description="Environment variable that holds the token.")
    token_file: File | None = Field(
        default=None, description="File that holds the token, relative to reconciler.yaml."
    )
    updated_within: Span | None = Field(
        default=None, description="Every order that changed in this span, such as 36h, 14d or 2w."
    )
    orders: Literal["declared"] | None = Field(
        default=None, description="Instead: only the orders that the target shows at `endpoint`."
    )
    endpoint: Text | None = Field(default=None, description="The touchpoint whose orders follow this source.")
    order_id: Literal["orderId", "externalOrderId"] | None = Field(
        default=None, description="Which of their ids is our order's; orderId when left out."
    )
    line_id: Literal["offerId", "id"] | None = Field(
        default=None, description="Which of their ids is our line's; offerId when left out."
    )
    missing: Literal["note", "withhold"] | None = Field(
        default=None,
        description="What becomes of an order of theirs that the target does not show; note when left out.",
    )
    statuses: dict[str, Word] | None = Field(
        default=None,
        description=(
            "Rules laid over the usual ones: STATUS, STATUS/SUBSTATUS or unit/STATUS, "
            "to a line status or to skip."
        ),
    )
    mixed: Word | None = Field(
        default=None,
        description=(
            "A line of which only some units stayed with the buyer: delivered, skip or a line status; "
            "delivered when left out."
        ),
    )
    fakes: bool | None = Field(default=None, description="true: test orders too.")
    hold: Literal["once", "always"] | None = Field(
        default=None, description="once: a line is done after one confirmed write, and never pulled back."
    )
    expires: Day | None = Field(default=None, description="The last day, UTC, on which the source counts.")
    max_line_changes: int | None = Field(
        default=None, ge=0, description="How many lines one plan may change for it, instead of the limit."
    )
    priority: int | None = Field(default=None, description="A higher one wins over a lower; 0 when left out.")

    @property
    def address(self) -> str:
        """Where it is asked: a URL, or `sandbox:PATH`."""
        return self.url or MARKET

    @property
    def is_sandbox(self) -> bool:
        """Tell whether it is asked in this process, without a network and without a token."""
        return self.address.startswith(SANDBOX)

    @property
    def version(self) -> Literal["v1", "v2"]:
        """Which of the Market's two ways to read orders is used."""
        return self.api or "v1"

    @property
    def span(self) -> timedelta | None:
        """How far back changes are asked for; None where it is asked for single orders."""
        return None if self.updated_within is None else period(self.updated_within)
