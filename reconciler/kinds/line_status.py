"""Line status: the definition of a custom status of order lines.

Its type says what the status means to the platform, and moving a line to it may start an automation scenario.
It can be said, never read, changed in type or taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.custody import Adopt, External, check_custody, mode_of
from reconciler.model.document import Document
from reconciler.model.draft import Draft
from reconciler.model.findings import Findings
from reconciler.model.manifest import (
    BUILT_IN_STATUSES,
    Catalogue,
    DefinitionManifest,
    StatusFacts,
    StatusType,
)
from reconciler.model.scalars import Id, Text
from reconciler.model.text import counted, listed
from reconciler.model.usage import Usage
from reconciler.ports import Reading, Terms

TypeName = Literal["delivered", "canceled", "refunded", "in_process"]


class LineStatusEntry(BaseModel):
    """A custom line status as a manifest declares it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        defer_build=True,
        json_schema_extra={
            "if": {"properties": {"external": {"enum": [False, None]}}},
            "then": {"required": ["name", "type"]},
        },
    )

    external_id: Id = Field(
        description="The status's id, as order lines use it; not the id of a built-in status."
    )
    name: Text | None = Field(default=None, description="The label that people see.")
    type: TypeName | None = Field(
        default=None, description="What it means to the platform; it can never be changed."
    )
    triggers: bool | None = Field(
        default=None,
        description="False: you vouch that no automation hangs on it, so that it may be said twice.",
    )
    external: External = None
    adopt: Adopt = None


class LineStatus:
    """The kind `line_status`."""

    name: str = "line_status"
    section: str = "custom_line_statuses"
    shapes: tuple[type[BaseModel], ...] = (LineStatusEntry,)
    summary: str = "The definition of a custom status of order lines."
    capabilities: Mapping[str, str] = {
        "read": "Never: no method lists statuses. One that some line is shown with is known to exist.",
        "write": "Inside an import of orders. The answer says nothing about definitions.",
        "edit": "The name can be said again; what that does is not documented. The type is fixed.",
        "delete": "Never. A definition is permanent.",
        "triggers": "Defining it fires none; moving a line to it may, unless triggers: false vouches for it.",
    }

    def facts(self, entry: BaseModel) -> tuple[Address, StatusFacts]:
        """Tell what the status means and whether moving a line to it may fire triggers."""
        declared = cast("LineStatusEntry", entry)
        type_ = StatusType(declared.type) if declared.type else None
        return address.line_status(declared.external_id), StatusFacts(type_, declared.triggers is not False)

    def salvage(self, entry: Mapping[str, Any]) -> Mapping[Address, StatusFacts]:
        """Tell what a broken entry likely declares, so that its use is not a second error."""
        external_id = entry.get("external_id")
        return {address.line_status(external_id): StatusFacts(None)} if isinstance(external_id, str) else {}

    def shape_of(self, _data: Mapping[str, Any]) -> type[BaseModel]:
        """Every entry has the same shape."""
        return LineStatusEntry

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        terms: Terms,
    ) -> Reading:
        """Turn an entry into its manifest."""
        del catalogue, terms
        declared = cast("LineStatusEntry", entry)
        findings = Findings(document, path)
        _check(declared, findings)
        if findings.failed:
            return Reading((), findings.diagnostics, findings.dependent)
        said = {"external_id": declared.external_id, "name": declared.name, "type": declared.type}
        manifest = DefinitionManifest(
            address=address.line_status(declared.external_id),
            fields={key: value for key, value in said.items() if value is not None},
            origin=findings.at(),
            mode=mode_of(declared),
            triggers=declared.triggers is not False,
        )
        return Reading((manifest,), findings.diagnostics, findings.dependent)

    def frozen(self, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the fields that differ and that no import may change: the type (A33)."""
        return ("type",) if recorded.get("type") not in {None, wanted.get("type")} else ()

    def encode(self, manifest: DefinitionManifest) -> Mapping[str, Any]:
        """Give the object for the import's `custom_line_statuses`."""
        return dict(manifest.fields)

    def external(self, where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Draft:
        """Write the entry of one that lines are shown with; its name and type are shown nowhere."""
        del catalogue
        return Draft(
            {"external_id": where.parts[0], "external": True},
            {"external_id": f"seen on lines of {counted(uses[where].orders, 'order')}"},
            ("name and type cannot be read: Market > Settings, statuses of order items",),
        )

    def restated(self, spec: Mapping[str, Any]) -> Draft | None:
        """Write the entry of one that the record holds."""
        complete = all(spec.get(key) for key in ("external_id", "name", "type"))
        return Draft({key: spec[key] for key in ("external_id", "name", "type")}) if complete else None


def _check(declared: LineStatusEntry, findings: Findings) -> None:
    subject = f"line status {declared.external_id}"
    if declared.external_id in BUILT_IN_STATUSES:
        findings.error(
            f"{subject} has the id of a built-in status",
            "external_id",
            advice=f"built-in statuses need no declaration: {listed(BUILT_IN_STATUSES)}; choose another id",
        )
    missing = [key for key in ("name", "type") if getattr(declared, key) is None]
    if missing and not declared.external:
        findings.dependent_error(
            f"{subject} lacks {listed(missing)}",
            advice="a status that is kept elsewhere needs only external: true",
        )
    check_custody(declared, subject, findings)
