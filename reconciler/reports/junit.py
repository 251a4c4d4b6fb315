"""JUnit XML: each file that was checked as a suite, in which a finding is a case.

There is no word for a warning in it: such a case passes and says it on its output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from reconciler.model.diagnostic import Severity
from reconciler.reports.shown.findings import Finding
from reconciler.reports.shown.values import clean


def junit_text(findings: Sequence[Finding], checked: Iterable[str] = ()) -> str:
    """Write findings as test suites; `checked` are the files that were read, sound ones too."""
    suites: dict[str, list[Finding]] = {file: [] for file in checked}
    for each in findings:
        suites.setdefault(each.file, []).append(each)
    failures = sum(map(_is_failure, findings))
    tests = sum(max(1, len(found)) for found in suites.values())
    head = f'<testsuites name="reconciler validate" tests="{tests}" failures="{failures}" errors="0">'
    written = [_suite(file, found) for file, found in suites.items()]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *written, "</testsuites>"]) + "\n"


def _suite(file: str, found: Sequence[Finding]) -> str:
    name = escape(clean(file))
    cases = [_case(each) for each in found] or [f'    <testcase classname="{name}" name="is valid"/>']
    failures = sum(map(_is_failure, found))
    head = f'  <testsuite name="{name}" tests="{len(cases)}" failures="{failures}" errors="0" skipped="0">'
    return "\n".join([head, *cases, "  </testsuite>"])


def _case(each: Finding) -> str:
    file, message = escape(clean(each.file)), escape(each.message)
    place = f"{file}:{each.line}:{each.column}" if each.column else f"{file}:{each.line}"
    head = f'    <testcase classname="{file}" name="{message}" file="{file}" line="{each.line}">'
    if _is_failure(each):
        body = f'<failure type="error" message="{message}">{place}</failure>'
    else:
        body = f"<system-out>{each.diagnostic.severity} at {place}</system-out>"
    return f"{head}{body}</testcase>"


def _is_failure(each: Finding) -> bool:
    return each.diagnostic.severity is Severity.ERROR
