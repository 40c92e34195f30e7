"""The table of agreement at the end of what pytest prints; conftest.py brings it in."""

from __future__ import annotations

import pytest

NAME = "agreement with citeproc-js"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the tables that tests recorded under NAME, on whichever worker they ran."""
    for outcome in ("passed", "failed"):
        for result in terminalreporter.getreports(outcome):
            for name, value in result.user_properties:
                if name == NAME:
                    terminalreporter.section(NAME)
                    terminalreporter.line(str(value))
