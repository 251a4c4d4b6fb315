"""Scribble: sound manifests and one fault in each, written the way that many different hands would.

A fault is named by its path in the data and by the part of it that ought to be pointed at, never by a line:
where that is in the text, the node graph of another parser says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal

Path = tuple[str | int, ...]
Part = Literal["key", "value"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where it has to be named."""

    kind: str
    path: Path
    part: Part


BUILT_IN: Final = ("new", "delivering", "delivered")
"""What lines say: a fault in a definition must not become one of its users as well."""


def manifest(random: Random) -> dict[str, Any]:
    """Make up a sound manifest."""
    statuses = [f"status_{number}" for number in range(random.randint(1, 4))]
    return {
        "custom_line_statuses": [
            {"external_id": each, "name": f"Status {each[7:]}", "type": "in_process"} for each in statuses
        ],
        "custom_fields": [
            {
                "external_id": f"field_{number}",
                "name": f"Field {number}",
                "entity_type": "order",
                "value_type": "unicode",
                "default_value": "none",
            }
            for number in range(random.randint(1, 4))
        ],
        "orders": [
            {
                "external_id": f"order {number}",
                "hold": "once",
                "lines": [
                    {"external_id": f"l{line}", "status": random.choice(BUILT_IN), "from": ["new"]}
                    for line in range(random.randint(1, 4))
                ],
            }
            for number in range(random.randint(1, 12))
        ],
    }


def spoilt(data: dict[str, Any], random: Random) -> Fault:
    """Put one fault into a manifest."""
    section = random.choice(list(data))
    entry = random.randrange(len(data[section]))
    path: Path = (section, entry)
    node = data[section][entry]
    if section == "orders" and random.random() < 0.7:
        line = random.randrange(len(node["lines"]))
        path, node = (*path, "lines", line), node["lines"][line]
    kind = random.choice(list(_WAYS))
    return _WAYS[kind](node, path, random)


def _unknown_key(node: dict[str, Any], path: Path, random: Random) -> Fault:
    key = random.choice(["externalid", "Status", "x-note", "entity", "line"])
    every = list(node.items())
    place = random.randint(0, len(every))
    every.insert(place, (key, "anything"))
    node.clear()
    node.update(every)
    return Fault("a key that is not known", (*path, key), "key")


def _wrong_type(node: dict[str, Any], path: Path, random: Random) -> Fault:
    key = random.choice([key for key in node if key != "default_value"])
    node[key] = (
        random.choice([{"a": 1}, True])
        if key in {"lines", "from"}
        else [["nothing"], {"a": "b"}][random.randrange(2)]
    )
    return Fault("a value of another type", (*path, key), "value")


def _wrong_word(node: dict[str, Any], path: Path, random: Random) -> Fault:
    words = [key for key in ("type", "hold", "status", "entity_type", "value_type") if key in node]
    if not words:
        return _wrong_type(node, path, random)
    key = random.choice(words)
    node[key] = "nothing_like_it"
    return Fault("a word that is not known", (*path, key), "value")


def _empty(node: dict[str, Any], path: Path, _: Random) -> Fault:
    node["external_id"] = ""
    return Fault("an empty id", (*path, "external_id"), "value")


def _missing(node: dict[str, Any], path: Path, _: Random) -> Fault:
    del node["external_id"]
    return Fault("a key that is missing", path, "value")


_WAYS: Final[dict[str, Callable[[dict[str, Any], Path, Random], Fault]]] = {
    "unknown key": _unknown_key,
    "wrong type": _wrong_type,
    "wrong word": _wrong_word,
    "empty": _empty,
    "missing": _missing,
}


def written(data: dict[str, Any], random: Random) -> str:
    """Write data as YAML in a style that changes from one value to the next."""
    return "\n".join(["# made up", *_mapping(data, 0, random)]) + "\n"


def _mapping(data: dict[str, Any], indent: int, random: Random) -> Iterator[str]:
    for key, value in data.items():
        yield from _noise(indent, random)
        name = f'"{key}"' if random.random() < 0.1 else key
        yield from _entry(" " * indent + name + ":", value, indent, random)


def _entry(head: str, value: Any, indent: int, random: Random) -> Iterator[str]:
    deeper = indent + random.choice([2, 2, 2, 4])
    if isinstance(value, dict | list) and value and random.random() < 0.7:
        yield head + random.choice(["", "", "  # so"])
        if isinstance(value, dict):
            yield from _mapping(value, deeper, random)
        else:
            yield from _sequence(value, deeper, random)
    elif random.random() < 0.1:
        yield head
        yield " " * deeper + _flow(value, random)
    else:
        yield head + " " * random.randint(1, 3) + _flow(value, random) + random.choice(["", "", " # so"])


def _sequence(data: list[Any], indent: int, random: Random) -> Iterator[str]:
    for item in data:
        yield from _noise(indent, random)
        if isinstance(item, dict) and item and random.random() < 0.7:
            first, *rest = _mapping(item, indent + 2, random)
            while not first.strip() or first.lstrip().startswith("#"):
                first, *rest = rest
            yield " " * indent + "- " + first[indent + 2 :]
            yield from rest
        else:
            yield " " * indent + "- " + _flow(item, random)


def _noise(indent: int, random: Random) -> Iterator[str]:
    match random.randrange(12):
        case 0:
            yield ""
        case 1:
            yield " " * indent + "# Ünïcode: a remark, with: signs"
        case _:
            pass


def _flow(value: Any, random: Random) -> str:
    space = " " * random.randrange(2)
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {_flow(each, random)}" for key, each in value.items())
        return "{" + space + inside + space + "}"
    if isinstance(value, list):
        return "[" + space + f",{space} ".join(_flow(each, random) for each in value) + space + "]"
    if isinstance(value, str):
        plain = value and not value[0].isdigit() and random.random() < 0.6
        return value if plain else json.dumps(value) if random.random() < 0.5 else f"'{value}'"
    return json.dumps(value)
