"""Annotations: what a shape says about a place in it, found by following the place through its types.

Indexes say nothing about types, so they are left out of the way; what remains recurs by the thousand and is
remembered.
"""

from __future__ import annotations

import types
from functools import lru_cache
from typing import Literal, Union, get_args, get_origin

from pydantic import BaseModel

Path = tuple[str | int, ...]


@lru_cache(maxsize=1024)
def keys_at(shape: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Give the keys, as written, of the mapping at a place; empty when it has no shape of its own."""
    return _keys(shape, _way(path))


def choices_at(shape: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Give the words that are allowed at a place, empty when it takes others too."""
    found = (
        get_args(each) for each in _branches(_annotation(shape, _way(path))) if get_origin(each) is Literal
    )
    return tuple(map(str, next(found, ())))


def _way(path: Path) -> tuple[str | None, ...]:
    return tuple(None if isinstance(step, int) else step for step in path)


@lru_cache(maxsize=1024)
def _keys(shape: type[BaseModel], way: tuple[str | None, ...]) -> tuple[str, ...]:
    for each in _branches(_annotation(shape, way)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return tuple(field.alias or name for name, field in each.model_fields.items())
    return ()


def _annotation(shape: type[BaseModel], way: tuple[str | None, ...]) -> object:
    found: object = shape
    for step in way:
        inner = (_item(each) if step is None else _member(each, step) for each in _branches(found))
        found = next((each for each in inner if each is not None), None)
    return found


def _item(annotation: object) -> object:
    return get_args(annotation)[0] if get_origin(annotation) is list else None


def _member(annotation: object, step: str) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return next((field.annotation for name, field in fields if step in {name, field.alias}), None)
    return get_args(annotation)[1] if get_origin(annotation) is dict else None


def _branches(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else (annotation,)
