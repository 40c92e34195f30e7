"""A real browser for tests, and what axe finds on a page in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
MODULES = Path(__file__).parent / "validators" / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PHONE, DESK = {"width": 390, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it; started once for a file of tests."""
    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield started
        started.close()


@contextmanager
def page_in(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of its own; fails where the browser complains of anything in its console."""
    context = browser.new_context(reduced_motion="reduce", bypass_csp=False, **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda problem: said.append(str(problem)))
    yield page
    context.close()
    assert said == []


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds, all of its rules and best practices: the rule and the element, one a line."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert found["passes"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
