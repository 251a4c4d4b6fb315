"""Schemas: the four formats as JSON Schema, draft 2020-12, by the word that `schema` takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_text(name: str) -> str:
    """Write the schema that `SCHEMAS` names as indented JSON that ends with a newline."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"


def _manifest() -> Mapping[str, Any]:
    from reconciler.shelves import KINDS
    from reconciler.stages.validate import manifest_schema

    return manifest_schema(KINDS)


def _settings() -> Mapping[str, Any]:
    """Give what pydantic says of the settings' shape, without the titles that it makes up from names."""
    from reconciler.settings.shape import SettingsShape

    plain = _without_titles(SettingsShape.model_json_schema())
    return {"$schema": _DRAFT, "title": "Settings", **plain}


def _plan() -> Mapping[str, Any]:
    from reconciler.reports.plan_schema import PLAN_SCHEMA

    return PLAN_SCHEMA


def _report() -> Mapping[str, Any]:
    from reconciler.reports.report_schema import REPORT_SCHEMA

    return REPORT_SCHEMA


def _without_titles(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_titles(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_titles(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }


SCHEMAS: Final[Mapping[str, Callable[[], Mapping[str, Any]]]] = {
    "manifest": _manifest,
    "settings": _settings,
    "plan": _plan,
    "report": _report,
}
