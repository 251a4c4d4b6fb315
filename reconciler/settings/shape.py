"""The shape of reconciler.yaml. Every description here is what `schema settings` prints."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from reconciler.model.rules import Observe, SendDefinitions
from reconciler.model.scalars import Day
from reconciler.model.url import checked

SANDBOX: Final = "sandbox:"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIFIER: Final = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")


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
    if not _NAME.fullmatch(value):
        raise ValueError(
            "is not the name of an environment variable, such as ALTCRAFT_TOKEN; "
            "the token itself never stands in a file"
        )
    return value


def _state(value: str) -> str:
    known = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "${")
    if not value.startswith(known):
        raise ValueError("is not a state that is supported: write sqlite:///PATH or postgresql://…")
    return value


def _specifier(value: str) -> str:
    if not all(_SPECIFIER.fullmatch(part) for part in value.split(",")):
        raise ValueError(f'is not a version range: write for example ">=0.1", not "{value}"')
    return value


def satisfies(version: str, specifier: str) -> bool:
    """Tell whether a version such as `0.1.0` lies in a range such as `>=0.1,<2`."""
    mine = _numbers(version)
    for part in specifier.split(","):
        match = _SPECIFIER.fullmatch(part)
        if match is None:
            return False
        sign, wanted = match[1], _numbers(match[2])
        order = (mine > wanted) - (mine < wanted)
        if order not in {">=": (0, 1), "<=": (0, -1), "==": (0,), "!=": (1, -1), ">": (1,), "<": (-1,)}[sign]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _scalars(value: dict[str, Any]) -> dict[str, Any]:
    for name, each in value.items():
        if isinstance(each, dict | list):
            raise ValueError(f"holds scalars only, and {name} is none")  # noqa: TRY004 - pydantic takes ValueError
    return value


VariableName = Annotated[str, AfterValidator(_variable)]
StateUrl = Annotated[str, AfterValidator(_state)]
Variables = Annotated[dict[str, Any], AfterValidator(_scalars)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class LimitsShape(_Strict):
    """What is refused when exceeded, after the plan was printed."""

    max_permanent_creates: int = Field(
        20, ge=0, description="definitions that cannot be deleted, in one plan"
    )
    max_line_changes: int = Field(1000, ge=0, description="line statuses changed by one plan")
    max_order_share: float | None = Field(
        0.3, ge=0, le=1, strict=False, description="changed orders / all orders, where 10 or more are listed"
    )


class AcknowledgeShape(_Strict):
    """A withheld item that is known and fine until a date."""

    address: str = Field(description="a glob over addresses, such as order_line/77/*")
    reason: str = Field(min_length=1, description="why it is fine")
    until: Day = Field(description="the last day, YYYY-MM-DD, UTC")


class TargetShape(_Strict):
    """One installation of the platform, or an embedded sandbox."""

    url: Annotated[str, AfterValidator(_url)] = Field(
        description="https://HOST, http:// to loopback only, or sandbox:PATH for the embedded sandbox"
    )
    account: str | None = Field(None, min_length=1, description="names the account; else the url does")
    token_env: VariableName | None = Field(None, description="environment variable that holds the token")
    token_file: str | None = Field(None, min_length=1, description="file that holds the token")
    read_token_env: VariableName | None = Field(
        None, description="variable that holds a token for plan, which only reads"
    )
    state: StateUrl | None = Field(None, description="instead of the root's")
    manifests: list[str] | None = Field(None, min_length=1, description="instead of the root's")
    state_required: bool = Field(
        default=False, description="refuse to apply with a state that knows of no earlier run"
    )
    require_plan: bool = Field(default=False, description="refuse to apply anything but a saved plan")
    vars: Variables = Field({}, description="laid over the root's")
    concurrency: int = Field(8, ge=1, le=256, description="requests in flight")
    requests_per_second: float = Field(0, ge=0, strict=False, description="a ceiling; 0 = none")
    timeout: float = Field(30, gt=0, strict=False, description="seconds for one request")
    recheck_after: float = Field(
        300,
        ge=0,
        strict=False,
        description="seconds of writing after which what is left is observed again; 0 = never",
    )
    page_size: int = Field(200, ge=1, le=10_000, description="orders asked for in one page of the list")
    touchpoints: list[Annotated[str, Field(min_length=1)]] = Field(
        [],
        description="additional ids of touchpoints whose orders are listed side by side",
    )
    batch_size: int = Field(200, ge=1, le=10_000, description="orders in one import")
    send_token_in: Literal["body", "header"] = Field("body", description="where the token travels")
    amount_scale: int = Field(100, ge=1, description="orders/list shows amounts times this")
    definitions: Annotated[SendDefinitions, Field(strict=False)] = Field(
        SendDefinitions.AUTO, description="how definitions are sent"
    )
    skip_triggers: bool = Field(
        default=True, description="on every import; false lets imports message customers"
    )
    observe: Annotated[Observe, Field(strict=False)] = Field(Observe.AUTO, description="how orders are read")
    order_statuses: list[str] = Field([], description="order statuses beyond the documented ones")
    wire_format: Literal["json", "xml"] = Field("json", description="what the API is spoken to in")


class SettingsShape(_Strict):
    """The settings of one repository."""

    version: Literal[1] = Field(description="the version of this format")
    required_version: Annotated[str, AfterValidator(_specifier)] | None = Field(
        None, description="versions of reconciler that may be used, such as >=0.1"
    )
    project: str = Field(
        "default",
        min_length=1,
        max_length=255,
        description="whose record this is, where repositories share an account",
    )
    manifests: list[str] = Field(
        ["manifests"], min_length=1, description="files, folders or globs, relative to this file"
    )
    state: StateUrl = Field("sqlite:///.reconciler/state.db", description="where the record is kept")
    default_target: str | None = Field(None, description="the target that is meant without -t")
    vars: Variables = Field({}, description="variables for manifests, ${name}")
    acknowledge: list[AcknowledgeShape] = Field([], description="withheld items that are known and fine")
    targets: dict[str, TargetShape] = Field(min_length=1, description="by name")
    limits: LimitsShape = Field(default_factory=LimitsShape, description="refused when exceeded")
    line_transitions: dict[str, list[str]] = Field(
        {}, description='allowed moves of line statuses; "?" stands for a status that cannot be known'
    )
