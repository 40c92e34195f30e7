"""What hostile projects do, each attack of the catalogue in a watched process: nothing gets in, nothing gets out."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import projects
from attacks.catalogue import ATTACKS, SLOW, Attack
from attacks.papers import PAPERS
from attacks.watch import Seen, Site, site, watched
from diptych import press
from diptych.workspace import Workspace

PATIENT = 30  # seconds of the processor; the slowest takes three


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the program loads once, such as the names of citation styles, is there before processes are forked."""
    projects.built(tmp_path_factory.mktemp("warm"), "title: T\ncitation-style: nothing\nabstract: '[@a]'\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    """A project with references, and links out of it."""
    with site(tmp_path) as made:
        folder = made.root / "content" / "birds"
        folder.mkdir()
        (made.root / "templates" / "journals").mkdir(parents=True)
        (folder / "references.yaml").write_text(projects.REFERENCES, encoding="utf-8")
        (folder / "link.png").symlink_to(made.secret)
        (folder / "folder").symlink_to(made.root.parent)
        os.mkfifo(folder / "pipe")
        yield made


def plant(attack: Attack, place: Site) -> Path:
    """Writes the attack's files; the review comes back."""
    for name, content in attack.files.items():
        data = content if isinstance(content, bytes) else filled(content, place).encode()
        (place.root / "content" / "birds" / name).write_bytes(data)
    return place.root / "content" / "birds" / "review.yaml"


def filled(text: str, place: Site) -> str:
    """The text with the addresses of this place in it."""
    return text.replace("{url}", f"http://127.0.0.1:{place.port}").replace("{secret}", str(place.secret))


def assert_nothing_got_in(seen: Seen[press.Built]) -> press.Built:
    """The answer of a job that crashed not, called nobody, and opened nothing outside."""
    assert seen.crash == ""
    assert (seen.connections, seen.called) == (0, [])
    assert (seen.touched, seen.opened) == (0, [])
    assert seen.seconds < PATIENT
    assert seen.answer is not None
    return seen.answer


@pytest.mark.parametrize(
    "attack", [pytest.param(one, marks=[pytest.mark.long] * one.slow, id=str(one)) for one in ATTACKS]
)
def test_an_attack_ends_in_a_diagnostic(place: Site, attack: Attack) -> None:
    file = plant(attack, place)
    built = assert_nothing_got_in(
        watched(place, lambda: press.build(Workspace(place.root), file, ["article"], ["pdf", "docx"]))
    )
    errors = {problem.code for problem in built.diagnostics if problem.severity == "error"}
    assert attack.code in errors if attack.code else errors
    assert built.outputs == ()


def test_a_review_and_templates_that_are_links_out_of_the_project_are_not_read(place: Site, tmp_path: Path) -> None:
    folder = place.root / "content" / "linked"
    folder.mkdir()
    (folder / "review.yaml").symlink_to(place.secret)
    journals = place.root / "templates" / "journals"
    journals.rmdir()
    journals.parent.rmdir()
    outside = tmp_path / "outside" / "mine"
    outside.mkdir(parents=True)
    (outside / "template.yaml").write_text("description: M\nstylesheets: []\n", encoding="utf-8")
    (place.root / "templates").symlink_to(outside.parent)
    plain = place.root / "content" / "plain"
    plain.mkdir()
    (plain / "review.yaml").write_text("title: T\n", encoding="utf-8")
    for file, template, code in (
        (folder / "review.yaml", "article", "outside-project"),
        (plain / "review.yaml", "mine", "unknown-template"),
    ):
        seen = watched(place, lambda: press.build(Workspace(place.root), file, [template], ["html"]))  # noqa: B023
        assert [problem.code for problem in assert_nothing_got_in(seen).diagnostics] == [code]
    assert "mine" not in Workspace(place.root).template_names()


def test_a_template_whose_settings_nest_deeply_is_a_diagnostic(place: Site) -> None:
    folder = place.root / "templates" / "mine"
    folder.mkdir()
    (folder / "template.yaml").write_text("description: " + "[" * 10_000, encoding="utf-8")
    (place.root / "content" / "birds" / "review.yaml").write_text("title: T\n", encoding="utf-8")
    built = press.build(Workspace(place.root), place.root / "content" / "birds" / "review.yaml", ["mine"], ["html"])
    assert [problem.code for problem in built.diagnostics] == ["too-deep"]


def test_the_counts_in_the_security_policy_are_those_of_the_catalogue() -> None:
    policy = (Path(__file__).parents[1] / "SECURITY.md").read_text(encoding="utf-8")
    counts = {family: int(number) for family, number in re.findall(r"^\| ([^|]+) \| (\d+) \|$", policy, re.MULTILINE)}
    families = Counter(attack.family for attack in ATTACKS) + Counter({"papers to import": len(PAPERS)})
    assert counts == {**families, "all": families.total()}
    assert len({str(attack) for attack in ATTACKS}) == len(ATTACKS)
    assert {str(attack) for attack in ATTACKS} >= SLOW
