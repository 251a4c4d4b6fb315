"""Whatever stands in a file or comes from a server: our own words, soon, and in bounded memory."""

import asyncio
import copy
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reconciler.model.approval import Approval
from reconciler.model.diagnostic import Severity
from reconciler.model.fingerprint import digest_of
from reconciler.ports import Accepted, Broken, Denied, ImportAnswer, Refused, Unanswered
from reconciler.reports.json import plan_document
from reconciler.settings import FILE, Misused, choose, read
from reconciler.shelves import KINDS
from reconciler.stages.recall import BODY, NotAPlan, recall
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire
from tests.stages.shops import LAVISH, a_line, an_order, shop, status

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([10**30, -(10**400), 1e308, float("inf"), float("nan"), 0.1])
    | st.sampled_from(["", "0", "1", "new", "l1", "2026-01-01T00:00:00Z", "${x}", "*", "?", "\ud800", "\0"])
    | st.text(max_size=4)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["external_id", "status", "error", "result", "a"]), inner)
    ),
    max_leaves=5,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every container of plain data with each of its keys or indexes."""
    if not isinstance(node, dict | list):
        return []
    steps = list(node) if isinstance(node, dict) else list(range(len(node)))
    return [(node, step) for step in steps] + [each for step in steps for each in places(node[step])]


@st.composite
def mutations(draw: Any, base: Any) -> Any:
    """Replace, drop or double a few parts of something sound."""
    data = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        found = places(data)
        if not found:
            break
        container, step = draw(st.sampled_from(found))
        match draw(st.sampled_from(["replace", "drop", "double", "wrap"])):
            case "replace":
                container[step] = draw(VALUES)
            case "drop":
                del container[step]
            case "double" if isinstance(container, list):
                container.append(copy.deepcopy(container[step]))
            case _:
                container[step] = [container[step]]
    return data


# ------------------------------------------------------------------ settings

SETTINGS = {
    "version": 1,
    "required_version": ">=0.1",
    "project": "default",
    "manifests": ["manifests"],
    "state": "sqlite:///${STATE}/state.db",
    "vars": {"x": 1},
    "acknowledge": [{"address": "order/*", "reason": "r", "until": "2026-12-31"}],
    "targets": {
        "shop": {
            "url": "https://market.example",
            "account": "acme",
            "token_env": "TOKEN",
            "read_token_env": "READ",
            "require_plan": True,
            "timeout": 30,
            "concurrency": 8,
            "order_statuses": ["new"],
        }
    },
    "limits": {"max_order_share": 0.3},
    "line_transitions": {"new": ["delivered"], "?": ["new"]},
}


def judged(source: bytes) -> None:
    """Read settings and choose a target: a value, diagnostics or a misuse, and nothing else."""
    with TemporaryDirectory(prefix="hostile-") as folder:
        (Path(folder) / FILE).write_bytes(source)
        found = read(Path(folder))
        if found.shape is None:
            assert any(each.severity is Severity.ERROR for each in found.diagnostics)
            return
        for name in found.shape.targets:
            with suppress(Misused):
                choose(found.shape, found.root, name, {"STATE": "/s"}, found.document)


@given(mutations(SETTINGS))
def test_settings_of_any_shape_are_read_or_refused(data):
    judged(json.dumps(data, ensure_ascii=True).encode())


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
@example(b"version: 1\ntargets: {a: {url: 'https://['}}\n")
@example(b"version: 1\ntargets: {a: {url: 'https://\xc2\xad'}}\n")
@example(b"version: 1\ntargets: {a: {url: 'https://a:99999'}}\n")
@example(b"version: 1\ntargets: {? [a] : {url: 'https://a'}}\n")
def test_settings_of_any_bytes_are_read_or_refused(source):
    judged(source)


# ------------------------------------------------------------------ plan files


def _a_plan() -> dict[str, Any]:
    with shop(rules=LAVISH) as opened:
        opened.market.put_all([an_order("o1", [a_line("l1")]), an_order("o2", [a_line("l1")])])
        opened.want(
            custom_line_statuses=[status("packed")],
            orders=[
                {"external_id": "o1", "line_status": "packed"},
                an_order("o2", [a_line("l1", "delivered")], status="paid"),
            ],
        )
        document = plan_document(opened.plan(), exit_code=0, tool_version="0")
    read_again: dict[str, Any] = json.loads(json.dumps(document))
    return read_again


PLAN = _a_plan()


def test_the_plan_that_is_spoilt_here_is_sound():
    assert isinstance(recall(json.dumps(PLAN)), Approval)


@given(mutations(PLAN), st.booleans())
def test_a_plan_file_of_any_shape_is_read_or_refused_even_with_a_digest_that_fits(data, fits):
    if fits and isinstance(data, dict) and all(key in data for key in BODY):
        data["digest"] = digest_of({key: data[key] for key in BODY})
    with suppress(NotAPlan):
        assert isinstance(recall(json.dumps(data)), Approval)


@given(st.text(max_size=60))
@example("[" * 100_000)
@example('{"command": "plan", "format_version": "1.0", "target": ' + "9" * 5000 + "}")
def test_a_plan_file_of_any_text_is_refused(text):
    with pytest.raises(NotAPlan):
        recall(text)


# ------------------------------------------------------------------ the server's answers

LISTED = {
    "error": 0,
    "error_text": "",
    "result": [
        {
            "external_id": "o-1",
            "endpoint": "site",
            "status": "new",
            "total_price": 90000,
            "currency": "USD",
            "create_time": "2026-01-01T00:00:00Z",
            "update_time": "2026-01-01T00:00:00Z",
            "tags": ["one"],
            "custom_fields": {"slot": 2},
            "lines": [{"external_id": "l-1", "status": "new", "count": 1, "final_price_per_item": 900}],
        }
    ],
    "next_cursor": "",
}
XML = b"""<?xml version="1.0"?><xml><error>0</error><error_text></error_text><result><order>
<external_id>o-1</external_id><lines><line><external_id>l-1</external_id></line></lines></order></result></xml>"""
ORDER = an_order("o-1", [a_line("l-1")])
DEEP = (b"[" * 9_000, b'{"error": ' + b"9" * 5_000 + b"}", b'{"error": 0, "result": ' + b"[" * 900)
ANSWERS = (
    mutations(LISTED).map(lambda data: json.dumps(data).encode())
    | st.binary(max_size=60)
    | st.sampled_from(DEEP)
    | st.tuples(st.integers(0, len(XML)), st.binary(max_size=6)).map(
        lambda cut: XML[: cut[0]] + cut[1] + XML[cut[0] :]
    )
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(ANSWERS, min_size=1, max_size=3),
    st.sampled_from(["json", "xml"]),
    st.sampled_from([200, 400, 502]),
)
def test_any_answer_is_understood_or_called_broken_denied_or_unanswered(bodies, wire_format, code):
    asked = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        assert asked < 400, "asked without end"
        return httpx.Response(code, content=bodies[min(asked, len(bodies)) - 1])

    ambient = Ambient(sleep=lambda _: None, random=lambda: 0.0)
    transport = httpx.MockTransport(answer)
    with Wire("https://market.example", ambient=ambient, transport=transport) as wire:
        dialect = Dialect(wire_format=wire_format)
        target = Altcraft(wire, token=lambda: "t", in_use=KINDS.order.fields_in_use, dialect=dialect)
        for ask in (
            lambda: [*target.walk(None)],
            lambda: target.status("o-1"),
            lambda: target.import_orders({}, [ORDER]),
            lambda: asyncio.run(target.update_line("o-1", "l-1", "delivered", repeatable=False)),
        ):
            asked = 0
            with suppress(Broken, Denied):
                said = ask()
                if isinstance(said, ImportAnswer):
                    assert isinstance(said.orders["o-1"], Accepted | Refused | Unanswered)


# ------------------------------------------------------------------ memory

LIMITED = """\
import resource, sys, zlib
import httpx
from reconciler.shelves import KINDS
from reconciler.ports import Broken
from reconciler.stages.load import parse
from reconciler.stages.recall import NotAPlan, recall
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire

resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

doubled = "\\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60))
assert parse(("a0: &a0 [x, x]\\n" + doubled).encode(), "bomb.yaml").diagnostics
assert parse(b"[" * 200_000, "deep.yaml").diagnostics
assert parse(b"{a: " * 200_000, "deeper.yaml").diagnostics
try:
    recall("[" * 1_000_000)
except NotAPlan:
    pass

class AsFromSocket(httpx.SyncByteStream):
    def __init__(self, content):
        self.content = content

    def __iter__(self):
        for start in range(0, len(self.content), 65_536):
            yield self.content[start : start + 65_536]


laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
laughing = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><xml><error>0</error><result>&l11;</result></xml>'
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
swollen = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(1024)), packer.flush()])
for wire_format, content, headers in (
    ("xml", laughing.encode(), {}),
    ("json", swollen, {"Content-Encoding": "gzip"}),
    ("xml", swollen, {"Content-Encoding": "gzip"}),
    ("xml", b"<a>" * 1_000_000, {}),
):
    def answer(_):
        return httpx.Response(200, headers=headers, stream=AsFromSocket(content))
    ambient = Ambient(sleep=lambda _: None, random=lambda: 0.0)
    with Wire("https://market.example", ambient=ambient, transport=httpx.MockTransport(answer)) as wire:
        dialect = Dialect(wire_format=wire_format)
        target = Altcraft(wire, token=lambda: "t", in_use=KINDS.order.fields_in_use, dialect=dialect)
        try:
            list(target.walk(None))
        except Broken:
            continue
        sys.exit(f"{wire_format} {headers} was taken for an answer")
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_bombs_of_every_kind_are_refused_in_bounded_memory():
    ended = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout.split()[1]) < 700, "MiB at the highest"
