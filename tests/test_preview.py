"""The preview in a real browser: edits, errors and their mending, places, a slow reader, a server that is killed."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from lxml import html
from playwright.sync_api import Browser, FrameLocator, Page, expect

from browsers import DESK, accessibility_problems, browser, page_in
from conftest import DIPTYCH, ROOT
from diptych import press
from diptych.document import Options
from diptych.preview.server import open_door
from diptych.workspace import Workspace
from projects import REFERENCES

assert browser

LONG = "\n\n".join(f"      Paragraph {number} on birds that sing and fly and are seen." for number in range(60))
REVIEW = f"""
title: Birds
authors: [{{name: Ada Falk}}]
abstract: Larks [@falk] and wrens [@bird].
sections:
  - heading: Song
    text: |
      They sing.

{LONG}
bibliography: references.yaml
annotations:
  falk: {{importance: 2, text: The first of all.}}
"""


def write(root: Path, name: str, text: str) -> Path:
    folder = root / "content" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "references.yaml").write_text(REFERENCES, encoding="utf-8")
    (folder / "review.yaml").write_text(text, encoding="utf-8")
    return folder / "review.yaml"


class Server:
    """`diptych preview` in a project of two reviews."""

    def __init__(self, root: Path, port: int = 0) -> None:
        command = [DIPTYCH, "preview", "--no-open", "--port", str(port)]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert found, said
        self.address, self.port = found[0], int(found[1])
        self.get("choices")

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer; the server may still be opening its door."""
        for _ in range(100):
            try:
                return httpx.get(self.address + path, headers=headers, timeout=60)
            except httpx.ConnectError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self) -> str:
        """Ends it as Ctrl-C does; what else it said."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=20)
        return said


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    write(folder, "birds", REVIEW)
    write(folder, "fish", REVIEW.replace("Birds", "Fish").replace("birds", "fish"))
    return folder


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    started = Server(root)
    yield started
    assert started.stop() == ""  # no traceback, no warning
    assert not (root / "build").exists()


@pytest.fixture
def birds(root: Path) -> Iterator[Path]:
    """The file of the review; as it was, afterwards."""
    yield root / "content" / "birds" / "review.yaml"
    write(root, "birds", REVIEW)


def opened(page: Page, server: Server, review: str = "birds") -> FrameLocator:
    """The panel with the page, up to date."""
    page.goto(f"{server.address}?review={review}&template=article")
    expect(page.locator("#status")).to_have_text("Up to date", timeout=20_000)
    panel = page.frame_locator("#page")
    expect(panel.locator("h1")).to_be_visible()
    return panel


@pytest.mark.validator
def test_an_edit_is_seen_at_once_and_the_reader_keeps_the_place(browser: Browser, server: Server, birds: Path) -> None:
    with page_in(browser, viewport=DESK) as page:
        panel = opened(page, server)
        paragraph = panel.get_by_text("Paragraph 40 on")
        paragraph.scroll_into_view_if_needed()
        paragraph.click()
        before = paragraph.bounding_box()
        line = next(n for n, text in enumerate(REVIEW.splitlines(), 1) if "Paragraph 40 on" in text)
        expect(page.locator("#place")).to_have_text(f"content/birds/review.yaml:{line}")
        birds.write_text(REVIEW.replace("They sing.", "They sing. " + "And they sing again. " * 60), encoding="utf-8")
        expect(panel.get_by_text("And they sing again.").first).to_be_attached()
        after = paragraph.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 2
        page.reload()
        expect(page.locator("#review")).to_have_value("birds")


@pytest.mark.validator
def test_an_error_keeps_the_last_page_says_where_it_is_and_mends(browser: Browser, server: Server, birds: Path) -> None:
    with page_in(browser, viewport=DESK) as page:
        panel = opened(page, server)
        birds.write_text(REVIEW.replace("[@bird]", "[@brid]"), encoding="utf-8")
        expect(page.locator("#status")).to_have_text("This is the last state without errors.")
        expect(page.locator("#problem-list li").first).to_contain_text("no reference has the key “brid”")
        expect(page.locator(".problem-place").first).to_have_text("content/birds/review.yaml:4:36")
        expect(panel.locator("h1")).to_have_text("Birds")
        assert accessibility_problems(page) == []
        birds.write_text(REVIEW.replace("Birds", "Owls"), encoding="utf-8")
        expect(page.locator("#status")).to_have_text("Up to date")
        expect(panel.locator("h1")).to_have_text("Owls")
        expect(page.locator(".severity-error")).to_have_count(0)


FLAWLESS = (
    """
title: Birds
checks: {skip: [reference-incomplete, references-not-cited]}
sections:
  - heading: Song
    text: |
      Larks sing [@falk].

"""
    + LONG
    + "\nbibliography: references.yaml\n"
)


@pytest.mark.validator
def test_the_column_of_problems_is_there_where_there_are_any_and_the_reader_keeps_the_place(
    browser: Browser, server: Server, birds: Path
) -> None:
    birds.write_text(FLAWLESS, encoding="utf-8")
    with page_in(browser, viewport={"width": 1000, "height": 800}) as page:
        panel = opened(page, server)
        column, button = page.locator("#problems"), page.locator("#problems-button")
        expect(column).to_be_hidden()
        expect(button).to_be_disabled()
        paragraph = panel.get_by_text("Paragraph 40 on")
        paragraph.click()
        before = paragraph.bounding_box()
        assert accessibility_problems(page) == []
        birds.write_text(FLAWLESS.replace("@falk", "@flak"), encoding="utf-8")
        expect(column).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        after = paragraph.bounding_box()
        assert before
        assert after
        assert after["width"] < before["width"]
        assert abs(after["y"] - before["y"]) < 30  # its neighbour, the first in sight, has not moved
        button.click()
        expect(column).to_be_hidden()
        birds.write_text(FLAWLESS.replace("@falk", "@flank"), encoding="utf-8")
        expect(column).to_contain_text("flank")
        expect(column).to_be_hidden()


@pytest.mark.validator
def test_two_reviews_side_by_side_are_each_their_own(browser: Browser, server: Server, birds: Path) -> None:
    with page_in(browser) as one, page_in(browser) as other:
        ours, theirs = opened(one, server), opened(other, server, "fish")
        birds.write_text(REVIEW.replace("Birds", "Gulls"), encoding="utf-8")
        expect(ours.locator("h1")).to_have_text("Gulls")
        expect(theirs.locator("h1")).to_have_text("Fish")
        one.select_option("#review", "fish")
        expect(ours.locator("h1")).to_have_text("Fish")


@pytest.mark.validator
def test_a_reader_who_reads_nothing_keeps_nobody_waiting(browser: Browser, server: Server, birds: Path) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as slow, page_in(browser) as page:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        request = f"GET /events?review=birds&template=article&paper= HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
        slow.sendall(request.encode())
        panel = opened(page, server)
        for name in ("Wrens", "Rooks", "Kites"):
            birds.write_text(REVIEW.replace("Birds", name), encoding="utf-8")
            expect(panel.locator("h1")).to_have_text(name)


@pytest.mark.validator
def test_a_killed_server_is_told_and_found_again(browser: Browser, tmp_path: Path) -> None:
    file = write(tmp_path, "birds", REVIEW)
    server = Server(tmp_path)
    context = browser.new_context()  # the console complains, rightly, while there is no server
    page = context.new_page()
    panel = opened(page, server)
    server.process.kill()
    server.process.communicate(timeout=10)
    expect(page.locator("#status")).to_contain_text("The preview has stopped")
    file.write_text(REVIEW.replace("Birds", "Swans"), encoding="utf-8")
    again = Server(tmp_path, server.port)
    expect(panel.locator("h1")).to_have_text("Swans", timeout=20_000)
    context.close()
    assert again.stop() == ""


def test_the_pdf_is_the_one_that_a_build_makes_and_word_is_downloaded(server: Server, root: Path) -> None:
    view = "review=fish&template=handout&paper="
    with httpx.stream("GET", f"{server.address}events?{view}&pdf=1", timeout=60) as news:
        told = (json.loads(line[6:]) for line in news.iter_lines() if line.startswith("data: "))
        assert next(one for one in told if one["pdf-state"] != "building")["pdf-state"] == "ready"
    pdf, word = server.get(f"pdf?{view}"), server.get(f"word?{view}")
    file = root / "content" / "fish" / "review.yaml"
    made = press.build(Workspace(root), file.resolve(), ["handout"], ["pdf"])
    assert pdf.content == made.outputs[0].data
    assert word.headers["Content-Disposition"] == 'attachment; filename="fish-handout.docx"'
    assert "Fish" in zipfile.ZipFile(BytesIO(word.content)).read("word/document.xml").decode()


def test_the_newest_edit_has_the_pdf(server: Server, birds: Path) -> None:
    view = "review=birds&template=handout&paper=A5"
    with httpx.stream("GET", f"{server.address}events?{view}&pdf=1", timeout=60) as news:
        told = (json.loads(line[6:]) for line in news.iter_lines() if line.startswith("data: "))
        next(told)
        for name in ("One", "Two", "Three"):
            birds.write_text(REVIEW.replace("Birds", name), encoding="utf-8")
            time.sleep(0.3)
        state = next(one for one in told if one["pdf-state"] == "ready")
        assert state["pdf"] == 1  # those before it were given up
    titles = subprocess.run(["pdfinfo", "-"], input=server.get(f"pdf?{view}").content, capture_output=True, check=True)
    said = titles.stdout.decode()
    assert re.search(r"Title: +Three", said)
    assert "419.5" in said  # points: A5


ELSEWHERE = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
@pytest.mark.parametrize("path", ["", "page?review=fish&template=article", "choices"])
def test_pages_from_elsewhere_are_refused(server: Server, headers: dict[str, str], path: str) -> None:
    answer = server.get(path, **headers)
    assert answer.status_code == 403
    assert "Fish" not in answer.text


STRANGE = [
    "build",
    "content/birds/review.yaml",
    "..%2f..%2fetc%2fpasswd",
    "font/..%2fSourceSansPro-Regular.ttf",
    "font/passwd",
    "page?review=../birds&template=article",
    "page?review=birds&template=../article",
    "pdf?review=birds&template=article&paper=A5%7D",
    "word?review=nothing&template=article",
    "events?review=birds",
]


@pytest.mark.parametrize("path", STRANGE)
def test_no_other_address_leads_anywhere(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404


def test_answers_are_not_kept_not_framed_and_not_changed(server: Server) -> None:
    answer = server.get("")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert httpx.post(server.address).status_code == 403
    with open_door(0) as door:
        assert door.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("review", ["tour", "metastatic-sarcoma"])
@pytest.mark.parametrize("template", ["article", "manuscript"])
def test_each_block_says_the_line_that_it_is_written_on(review: str, template: str) -> None:
    file = ROOT / "content" / review / "review.yaml"
    (page,) = press.build(Workspace(ROOT), file, [template], ["html"], Options(preview=True)).outputs
    root = html.document_fromstring(page.data)
    placed = root.xpath("//*[@data-source]")
    assert len(placed) > 50
    for block in placed:
        name, _, line = block.get("data-source").rpartition(":")
        written = " ".join((ROOT / name).read_text(encoding="utf-8").splitlines()[int(line) - 1 : int(line) + 1])
        words = re.findall(r"[^\W\d_]{4,}", block.text_content())
        shown = any(word in written for word in words[:3]) or not words
        assert shown or "reference" in (block.get("class") or ""), (block.get("data-source"), words[:3])
    paragraphs = root.xpath("//div[contains(@class, 'text')]/p")
    assert [one.text_content()[:40] for one in paragraphs if not one.get("data-source")] == []


def test_outputs_that_are_no_preview_say_nothing_of_places(tmp_path: Path) -> None:
    file = write(tmp_path, "birds", REVIEW)
    made = press.build(Workspace(tmp_path), file, ["article"], ["html"])
    assert b"data-source" not in made.outputs[0].data
    assert b"review.yaml" not in made.outputs[0].data


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    write(tmp_path, "birds", REVIEW)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [DIPTYCH, "preview", "--no-open", "--port", port],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert f"port {port} cannot be used" in done.stderr
