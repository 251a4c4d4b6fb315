"""Definition: what is remembered and shown of a definition, with the default of a sensitive field masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reconciler.model.change import Secret
from reconciler.model.manifest import DefinitionManifest
from reconciler.model.secret import MASK, digest

DEFAULT: Final = "default_value"
_MASKED: Final = "digest"


def memorable(manifest: DefinitionManifest, salt: str) -> dict[str, Any]:
    """Give what the record keeps of a definition: its fields, a sensitive default as its digest alone."""
    fields = dict(manifest.fields)
    if manifest.sensitive and DEFAULT in fields:
        fields[DEFAULT] = {_MASKED: _digest(manifest, salt)}
    return fields


def comparable(spec: Mapping[str, Any], manifest: DefinitionManifest, salt: str) -> dict[str, Any]:
    """Give a definition's fields in the form in which a remembered spec can be compared with them.

    Whether the default is masked is the record's choice, so that masking it later is no change.
    """
    fields = dict(manifest.fields)
    if isinstance(spec.get(DEFAULT), Mapping) and DEFAULT in fields:
        fields[DEFAULT] = {_MASKED: _digest(manifest, salt)}
    return fields


def presentable(fields: Mapping[str, Any], manifest: DefinitionManifest, salt: str) -> dict[str, Any]:
    """Give fields as they are shown: a sensitive default as a `Secret`."""
    shown = dict(fields)
    if DEFAULT not in shown:
        return shown
    default = shown[DEFAULT]
    if isinstance(default, Mapping):
        shown[DEFAULT] = Secret(str(default.get(_MASKED, "")), MASK)
    elif manifest.sensitive:
        shown[DEFAULT] = Secret(digest(salt, manifest.address, DEFAULT, default), MASK)
    return shown


def _digest(manifest: DefinitionManifest, salt: str) -> str:
    return digest(salt, manifest.address, DEFAULT, manifest.fields[DEFAULT])
