"""Shows the reports of failed assertions in pytest, and writes them as JUnit XML: `pytest --qkv-junit qkv.xml`."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List
from xml.etree import ElementTree

import pytest

from . import _check
from ._report import Report

_CHECKED = pytest.StashKey[List[Report]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("qkv", "attention kernels")
    group.addoption("--qkv-junit", metavar="PATH", help="write each check of an attention as JUnit XML")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Gathered(config), "qkv-gathered")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    reports: List[Report] = []
    item.stash[_CHECKED] = reports
    _check.ON_REPORT.append(reports.append)
    try:
        yield
    finally:
        _check.ON_REPORT.remove(reports.append)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Iterator[None]:
    outcome = yield
    if call.when != "call":
        return
    reports = item.stash.get(_CHECKED, [])
    result = outcome.get_result()
    # A dictionary of plain data goes from the processes of pytest-xdist to the one that writes.
    result.qkv_checks = [
        {
            "ok": report.ok,
            "summary": report.summary,
            "text": "" if report.ok else str(report),
        }
        for report in reports
    ]
    raised = call.excinfo.value if call.excinfo else None
    if result.failed and not isinstance(raised, _check.AttentionError):
        # `assert qkv.check(…)` says no more than that it is not true.
        for report in reports:
            if not report.ok:
                result.sections.append(("qkv", str(report)))


class _Gathered:
    """The checks of a session, for its last line and for the file."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: List[Dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for index, checked in enumerate(getattr(report, "qkv_checks", [])):
            self._rows.append({**checked, "test": report.nodeid, "index": index})

    def pytest_sessionfinish(self) -> None:
        path = self._config.getoption("--qkv-junit")
        if path and not hasattr(self._config, "workerinput"):
            _junit(self._rows).write(path, encoding="utf-8", xml_declaration=True)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._rows:
            wrong = sum(not row["ok"] for row in self._rows)
            terminalreporter.write_line(f"qkv: {len(self._rows)} attentions checked, {wrong} wrong")


def _junit(rows: List[Dict[str, Any]]) -> ElementTree.ElementTree:
    wrong = sum(not row["ok"] for row in rows)
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(suites, "testsuite", name="qkv", tests=str(len(rows)), failures=str(wrong))
    for row in rows:
        file, _, name = row["test"].partition("::")
        number = f" [{row['index']}]" if row["index"] else ""
        case = ElementTree.SubElement(suite, "testcase", classname=file, name=f"{name}{number}")
        if not row["ok"]:
            ElementTree.SubElement(case, "failure", message=row["summary"]).text = row["text"]
    return ElementTree.ElementTree(suites)
