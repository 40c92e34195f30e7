import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diptych import batch
from diptych.cli import main
from projects import write

GOOD = "title: Birds\nbibliography: references.yaml\nsections: [{heading: Larks, text: 'Up [@falk].'}]\n"


def run(root: Path, *arguments: str) -> Result:
    before = Path.cwd()
    os.chdir(root)
    try:
        return CliRunner().invoke(main, arguments, catch_exceptions=False)
    finally:
        os.chdir(before)


def files(folder: Path) -> list[str]:
    """The files in the folder, but for what a build keeps for the next one."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(file.as_posix() for file in found if file.name != "manifest.json" and ".diptych" not in file.parts)


def test_every_review_becomes_every_template_in_both_formats(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    result = run(tmp_path, "build")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "build") == [
        f"birds/birds-{template}.{form}"
        for template in ("article", "handout", "manuscript")
        for form in ("docx", "pdf")
    ]
    first = result.stdout.splitlines()[0].split()
    assert first[0] == "build/birds/birds-article.pdf"
    assert first[1:5:3] == ["1", "words"]


def test_what_was_built_is_said_in_columns(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    lines = run(tmp_path, "build").stdout.splitlines()
    assert len({line.index(" words ") for line in lines}) == 1, lines
    assert {line.split()[2] for line in lines if "pdf" in line} == {"page", "pages"}, lines


@pytest.mark.parametrize("named", ["birds", "content/bird", "brids", "content/birds.yaml"])
@pytest.mark.parametrize("verb", ["build", "check", "stats"])
def test_a_review_that_is_not_there_is_answered_with_the_one_that_is_meant(
    tmp_path: Path, verb: str, named: str
) -> None:
    write(tmp_path, GOOD)
    result = run(tmp_path, verb, named)
    assert result.exit_code == 2
    assert "  = help: did you mean “content/birds”?" in result.stderr.splitlines()


@pytest.mark.parametrize("path", ["content", "content/birds", "content/birds/review.yaml", "."])
def test_a_path_is_a_folder_of_reviews_a_review_or_its_file(tmp_path: Path, path: str) -> None:
    write(tmp_path, GOOD)
    where = path if path != "." else "content/birds"
    result = run(tmp_path, "build", where, "-t", "handout", "-f", "html", "-o", "out")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out") == ["birds/birds-handout.html"]


def test_templates_and_formats_may_be_repeated_or_listed(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    result = run(tmp_path, "build", "-t", "handout,article", "-t", "article", "-f", "html")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "build") == ["birds/birds-article.html", "birds/birds-handout.html"]


def test_quiet_says_nothing_when_all_is_well(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert run(tmp_path, "build", "-q", "-f", "html").output == ""


def test_results_and_problems_come_as_json(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "lang: fi\n")
    result = run(tmp_path, "build", "--json", "-t", "article", "-f", "html")
    found = json.loads(result.stdout)
    assert [(one["review"], one["template"], one["format"]) for one in found["outputs"]] == [
        ("birds", "article", "html")
    ]
    assert [(one["code"], one["file"], one["line"], one["column"]) for one in found["diagnostics"]] == [
        ("language-without-words", "content/birds/review.yaml", 4, 7)
    ]


def test_content_with_problems_exits_with_1_and_reports_them_all(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("@falk", "@falkk").replace("title: Birds", "title: Birds\nlang: fi"))
    result = run(tmp_path, "build", "-f", "html")
    assert result.exit_code == 1
    assert "error[unknown-citation]" in result.stderr
    assert "warning[language-without-words]" in result.stderr


def test_existing_outputs_survive_a_failed_build(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    run(tmp_path, "build", "-f", "html", "-t", "article")
    before = (tmp_path / "build/birds/birds-article.html").read_bytes()
    file.write_text(GOOD + "tilte: x\n", encoding="utf-8")
    assert run(tmp_path, "build", "-f", "html", "-t", "article").exit_code == 1
    assert (tmp_path / "build/birds/birds-article.html").read_bytes() == before
    assert files(tmp_path / "build") == ["birds/birds-article.html"]


def test_one_review_with_problems_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "content" / "apes").mkdir()
    (tmp_path / "content" / "apes" / "review.yaml").write_text("titel: Apes\n", encoding="utf-8")
    result = run(tmp_path, "build", "-f", "html", "-t", "article")
    assert result.exit_code == 1
    assert "did you mean “title”?" in result.stderr
    assert files(tmp_path / "build") == ["birds/birds-article.html"]


def test_strict_counts_warnings_as_errors(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "lang: fi\n")
    assert run(tmp_path, "build", "-f", "html").exit_code == 0
    assert run(tmp_path, "build", "-f", "html", "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "nowhere"], "there is no review at “nowhere”"),
        (["build", "-t", "handuot"], "did you mean “handout”?"),
        (["build", "-f", "odt"], "there is no format “odt”; there are: pdf, docx, html"),
        (["bulid"], "No such command"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_there_is(tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path, GOOD)
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_template_with_an_error_exits_with_3(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "templates" / "article").mkdir(parents=True)
    (tmp_path / "templates" / "article" / "document.html.j2").write_text("{{ nothing }}", encoding="utf-8")
    assert run(tmp_path, "build", "-f", "html", "-t", "article").exit_code == 3


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "out").write_text("a file, not a folder")
    result = CliRunner().invoke(
        main, ["build", str(tmp_path / "content"), "-f", "html", "-o", str(tmp_path / "out" / "x")]
    )
    assert result.exit_code == 2
    assert "error[cannot-write]" in result.stderr


def test_a_review_of_another_project_is_built_with_that_projects_templates(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write(here, GOOD)
    write(there, GOOD)
    (there / "templates" / "article").mkdir(parents=True)
    (there / "templates" / "article" / "style.css").write_text("p { color: #123456 }", encoding="utf-8")
    result = run(here, "build", str(there / "content" / "birds"), "-f", "html", "-t", "article")
    assert result.exit_code == 0, result.output
    assert "#123456" in (here / "build/birds/birds-article.html").read_text(encoding="utf-8")


def test_templates_are_listed_with_what_they_are_for(tmp_path: Path) -> None:
    lines = run(tmp_path, "templates").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["article", "handout", "manuscript"]
    assert all(len(line.split()) > 4 for line in lines)


def test_the_schema_is_json(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "schema").stdout)["properties"]["title"]["description"]


def test_help_does_not_load_the_engines() -> None:
    program = "import sys; from diptych.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    check = "print(sorted({'weasyprint', 'docx', 'ziamath'} & set(sys.modules)), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", program + check], capture_output=True, text=True, check=True)
    assert result.stderr == "[]\n"


@pytest.mark.parametrize("module", ["diptych.batch.worker", "diptych.style"])
def test_no_program_is_started_to_find_the_engines(module: str) -> None:
    program = (
        "import subprocess, os\n"
        "def refuse(*arguments, **options): raise SystemExit(f'started {arguments}')\n"
        "subprocess.Popen.__init__ = os.posix_spawn = os.system = refuse\n"
        f"import {module}, sys\n"
        "assert 'weasyprint.text.ffi' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_where_the_libraries_have_other_names_they_are_searched_for() -> None:
    program = (
        "import ctypes.util\n"
        "from diptych import libraries\n"
        "libraries.loads = lambda name: False\n"
        "search, asked = ctypes.util.find_library, []\n"
        "ctypes.util.find_library = lambda name: asked.append(name) or search(name)\n"
        "import diptych.bindings\n"
        "assert 'libpango-1.0-0' in asked and ctypes.util.find_library('nothing') is None and asked[-1] == 'nothing'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_makes_instances_of_fonts_is_loaded_when_it_is_called() -> None:
    program = (
        "import sys\n"
        "from diptych import bindings\n"
        "from weasyprint.pdf import fonts\n"
        "assert not {*bindings.LATER} & {*sys.modules}\n"
        "options = fonts.subset.Options(hinting=False)\n"
        "from fontTools import subset\n"
        "assert type(options) is subset.Options and options.hinting is False\n"
        "from fontTools.varLib import instancer\n"
        "assert fonts.instantiateVariableFont is not instancer.instantiateVariableFont\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a" / "b.txt"
    batch.write_whole(target, b"old")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        batch.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert files(tmp_path) == ["a/b.txt"]


def test_what_is_written_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    batch.write_whole(tmp_path / "ours", b"x")
    (tmp_path / "theirs").write_bytes(b"x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_check_says_what_build_does_not(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "annotations: {falk: {text: Why.}}\nchecks: {skip: [reference-incomplete]}\n")
    assert "annotation-without-grade" not in run(tmp_path, "build", "-f", "html").stderr
    checked = run(tmp_path, "check")
    assert checked.exit_code == 0
    assert "info[annotation-without-grade]" in checked.stderr
    assert checked.stdout == "1 review checked: 2 remarks\n"
    assert files(tmp_path) == ["build/birds/" + name for name in BIRDS] + [
        "content/birds/references.yaml",
        "content/birds/review.yaml",
    ]


BIRDS = ("birds-article.html", "birds-handout.html", "birds-manuscript.html")


def test_check_exits_with_1_on_problems_and_gives_them_as_json(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("@falk", "@falkk"))
    checked = run(tmp_path, "check", "--json")
    assert checked.exit_code == 1
    assert [one["code"] for one in json.loads(checked.stdout)] == ["unknown-citation"]
