"""When an article was received, revised, accepted and published, on the article's first page."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from projects import built

REVIEW = "title: Larks\nlang: {lang}\nabstract: Words.\n{more}"
DATES = "dates: {received: 2026-08-03, accepted: 2026-10, published: 2026}\nlicence: CC BY 4.0\n"


def history(root: Path, more: str, lang: str = "en", template: str = "article") -> list[str]:
    made = built(root, REVIEW.format(lang=lang, more=more), template)
    assert made.diagnostics == ()
    found = html.document_fromstring(made.outputs[0].data).xpath("//p[@class='history']")
    return [" ".join(one.text_content().split()) for one in found]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Received: 3 August 2026 · Accepted: October 2026 · Published: 2026 · CC BY 4.0"),
        ("es", "Recibido: 3 de agosto de 2026 · Aceptado: octubre de 2026 · Publicado: 2026 · CC BY 4.0"),
        ("fr", "Reçu: 3 août 2026 · Accepté: octobre 2026 · Publié: 2026 · CC BY 4.0"),
        ("de", "Eingegangen: 3. August 2026 · Angenommen: Oktober 2026 · Veröffentlicht: 2026 · CC BY 4.0"),
    ],
)
def test_an_article_says_what_became_of_it_and_when(tmp_path: Path, lang: str, said: str) -> None:
    assert history(tmp_path, DATES, lang) == [said]


def test_an_article_without_dates_says_nothing_of_them(tmp_path: Path) -> None:
    assert history(tmp_path, "licence: CC BY 4.0\n") == []


@pytest.mark.parametrize("template", ["manuscript", "handout"])
def test_other_pages_do_not_say_it(tmp_path: Path, template: str) -> None:
    assert history(tmp_path, DATES, template=template) == []


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    made = built(tmp_path, REVIEW.format(lang="en", more="dates: {received: yesterday}\n"))
    assert [one.code for one in made.diagnostics] == ["bad-value"]
