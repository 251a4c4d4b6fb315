"""The shape of a whole manifest file, put together from the kinds, and its JSON Schema for editors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, create_model

from reconciler.model.scalars import Word
from reconciler.ports import Kind, Kinds

TARGETS: Final = "targets"
_REFERENCE: Final = {"$ref": "#/$defs/variable"}
_STRICTER: Final = frozenset({"pattern", "enum", "const"})
_VARIABLE: Final = {"type": "string", "pattern": r"\$\{", "description": "A value that holds a variable."}


def file_shape(kinds: Kinds) -> type[BaseModel]:
    """Make the shape of a manifest file: one list of entries a kind, and the targets it is for."""
    return _shape(tuple(kinds.every()))


def shape_for(document: Mapping[Any, Any], kinds: Kinds) -> type[BaseModel]:
    """Make the shape of a manifest file with the sections that a document has, and no other.

    It takes and refuses the same of this document, and the shapes of kinds that are not in it are not made.
    """
    return _shape(tuple(kind for kind in kinds.every() if kind.section in document))


@lru_cache(maxsize=16)
def _shape(kinds: tuple[Kind, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        TARGETS: (
            list[Word] | None,
            Field(
                default=None,
                min_length=1,
                description="The file is for these targets only; left out, for every one.",
            ),
        )
    }
    for kind in kinds:
        fields[kind.section] = (_entries(kind), Field(default=None, description=kind.summary))
    return create_model(
        "Manifest",
        __config__=ConfigDict(extra="forbid", strict=True),
        __doc__="A manifest file.",
        **fields,
    )


def _entries(kind: Kind) -> Any:
    """Give the type of a section: entries of the kind's shape, or of its shapes told apart by `type`."""
    entry: Any = kind.shapes[0]
    if len(kind.shapes) > 1:
        entry = Annotated[Union[kind.shapes], Discriminator("type")]  # noqa: UP007  made of a tuple
    return list[entry] | None


def manifest_schema(kinds: Kinds) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a manifest file, for editors.

    It takes all that the program takes, and some of what only the program can refuse. A value that has to be
    more than any text may also be a text that holds a variable.
    """
    schema = file_shape(kinds).model_json_schema(by_alias=True)
    _without_titles(schema)
    for part in (schema, *schema["$defs"].values()):
        for name, value in part.get("properties", {}).items():
            part["properties"][name] = _or_variable(value)
    schema["$defs"]["variable"] = dict(_VARIABLE)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Manifest", **schema}


def _without_titles(node: Any) -> None:
    """Drop the titles that pydantic makes up from names, and the `default: null` that says nothing."""
    if isinstance(node, list):
        for each in node:
            _without_titles(each)
    elif isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        if "default" in node and node["default"] is None:
            del node["default"]
        for each in node.values():
            _without_titles(each)


def _or_variable(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a value that has to be more than any text also be a text with a variable in it."""
    if "anyOf" in schema:
        every = [leaf for each in schema["anyOf"] for leaf in _flat(_or_variable(each))]
        strict = [each for each in every if each != _REFERENCE]
        return {**schema, "anyOf": strict if len(strict) == len(every) else [*strict, _REFERENCE]}
    if isinstance(schema.get("additionalProperties"), dict):
        return {**schema, "additionalProperties": _or_variable(schema["additionalProperties"])}
    if schema.keys() & _STRICTER or schema.get("type") in ["integer", "boolean", "number"]:
        said = {key: schema[key] for key in ("description",) if key in schema}
        rest = {key: value for key, value in schema.items() if key not in said}
        return {**said, "anyOf": [rest, _REFERENCE]}
    return schema


def _flat(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
