"""Templates that reach for what is not theirs, and printers given documents that refer outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attacks.templates import TEMPLATES
from attacks.watch import Seen, Site, site, watched
from diptych import press
from diptych.document import FORMATS, Document, Stylesheet
from diptych.workspace import Workspace
from test_attacks import assert_nothing_got_in, filled

ENGINES = [press.printer(name) for name in FORMATS]  # loaded before a process is forked and watched


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("texts")) as made:
        (made.root / "content" / "birds").mkdir()
        yield made


# Templates


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_reaches_nothing_outside(place: Site, name: str) -> None:
    folder = place.root / "templates" / "mine"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.yaml").write_text("description: M\nstylesheets: []\n", encoding="utf-8")
    body = filled(TEMPLATES[name], place)
    (folder / "document.html.j2").write_text(body, encoding="utf-8")
    plain = place.root / "content" / "plain"
    plain.mkdir(exist_ok=True)
    (plain / "review.yaml").write_text("title: T\n", encoding="utf-8")
    built = assert_nothing_got_in(
        watched(place, lambda: press.build(Workspace(place.root), plain / "review.yaml", ["mine"], ["html"]))
    )
    assert [problem.severity for problem in built.diagnostics] == ["error"]
    assert built.outputs == ()


# Printers, which do not rely on what was checked before them

ADDRESSES = (
    "{url}/x.png",
    "https://127.0.0.1/x.png",
    "file://{secret}",
    "{secret}",
    "../../../secret.txt",
    "//127.0.0.1/x",
)


@pytest.mark.parametrize("format_name", ["pdf", "docx", "html"])
def test_no_printer_fetches_what_a_document_refers_to(place: Site, format_name: str) -> None:
    pictures = "".join(f'<p><img src="{filled(one, place)}" alt="x"></p>' for one in ADDRESSES)
    css = "".join(f'p {{ background: url("{filled(one, place)}") }}' for one in ADDRESSES)
    page = f'<html lang="en"><head><title>T</title></head><body>{pictures}</body></html>'
    document = Document(page, (Stylesheet("a.css", css),), Workspace(place.root).address(place.root))
    seen: Seen[tuple[str, ...]] = watched(
        place,
        lambda: tuple(one.code for one in press.printer(format_name)(document, Workspace(place.root)).diagnostics),
    )
    assert (seen.crash, seen.connections, seen.called, seen.touched, seen.opened) == ("", 0, [], 0, [])
    assert seen.answer
