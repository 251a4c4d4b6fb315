"""Forge: a stand-in for `gh` and `glab`, which no test may ask for real. Keeps comments and issues in a file.

Run as the command itself. It knows the few calls that the kit makes and refuses every other one, so that a
call that the real command would not take is no success here by accident.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

PLACE = Path(os.environ.get("FORGE", "forge.json"))


def _load() -> dict[str, Any]:
    empty: dict[str, Any] = {"calls": [], "comments": [], "issues": [], "deny": [], "plans": {}, "runs": {}}
    return {**empty, **(json.loads(PLACE.read_text()) if PLACE.exists() else {})}


def _options(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Divide arguments into words and options with a value."""
    flags = {"--paginate", "--silent", "--force"}
    words, options = [], {}
    rest = iter(arguments)
    for each in rest:
        if each in flags:
            continue
        if each.startswith("-"):
            options[each] = next(rest)
        else:
            words.append(each)
    return words, options


def _body(options: dict[str, str]) -> str:
    if "--body-file" in options:
        return Path(options["--body-file"]).read_text()
    name, _, value = options["-F"].partition("=")
    assert (name, value[0]) == ("body", "@")
    return Path(value[1:]).read_text()


def _api(path: str, options: dict[str, str], kept: dict[str, Any]) -> str:
    method = options.get("-X", "GET")
    if re.search(r"(comments|notes)(\?.*)?$", path) and method == "GET":
        return json.dumps(kept["comments"])
    if method == "POST":
        kept["comments"].append({"id": len(kept["comments"]) + 1, "body": _body(options)})
        return ""
    if method in {"PATCH", "PUT"}:
        number = int(path.rpartition("/")[2])
        (comment,) = [each for each in kept["comments"] if each["id"] == number]
        comment["body"] = _body(options)
        return ""
    if path.endswith(("/pulls", "/merge_requests")):
        return json.dumps(kept["merges"])
    if "/jobs/artifacts/" in path:
        return str(kept["plans"][path])
    raise SystemExit(f"no such call: {method} {path}")


def _issue(words: list[str], options: dict[str, str], kept: dict[str, Any]) -> str:
    if words[1] == "list":
        return json.dumps([each for each in kept["issues"] if each["open"]])
    if words[1] == "create":
        number = len(kept["issues"]) + 1
        issue = {"number": number, "title": options["--title"], "body": _body(options), "open": True}
        kept["issues"].append(issue)
        return ""
    (issue,) = [each for each in kept["issues"] if each["number"] == int(words[2])]
    if words[1] == "edit":
        issue["body"] = _body(options)
    else:
        issue["open"] = False
    return ""


def _answer(words: list[str], options: dict[str, str], kept: dict[str, Any]) -> str:
    match words[:2]:
        case ["api", path]:
            return _api(path, options, kept)
        case ["issue", _]:
            return _issue(words, options, kept)
        case ["label", "create"]:
            return ""
        case ["run", "list"]:
            return json.dumps(kept["runs"].get(options["--commit"], []))
        case ["run", "download"]:
            plan = kept["plans"][words[2]]
            (Path(options["--dir"]) / "plan.json").write_text(plan)
            return ""
        case _:
            raise SystemExit(f"no such call: {words}")


def main() -> None:
    """Answer one call, and remember it."""
    kept = _load()
    words, options = _options(sys.argv[1:])
    kept["calls"].append(sys.argv[1:])
    method = options.get("-X", " ".join(words[:2]))
    try:
        if method in kept["deny"]:
            raise SystemExit("HTTP 403: Resource not accessible by integration")
        sys.stdout.write(_answer(words, options, kept))
    finally:
        PLACE.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
