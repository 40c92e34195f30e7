"""What `make` builds when what has changed, and what it says on a machine that lacks something.

The rules run for real, with a stand-in for the program that writes empty files and a line for each run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from diptych.batch.depfile import escaped

STAND_IN = """#!/bin/sh
# build content/REVIEW… --template TEMPLATE… --output build --format FORMAT,…
echo "run $*"
shift
while [ $# -gt 0 ]; do
    case $1 in
        content/*) reviews="$reviews $(basename "$1")"; shift ;;
        --template) templates="$templates $2"; shift 2 ;;
        --format) formats=$2; shift 2 ;;
        *) shift 2 ;;
    esac
done
for review in $reviews; do
    mkdir -p "build/$review"
    for template in $templates; do
        echo "built $review $template $formats"
        for form in $(echo "$formats" | tr , ' '); do echo >"build/$review/$review-$template.$form"; done
    done
done
"""
FILES = (
    "content/one/review.yaml",
    "content/one/figures/Figure 1 (50 %) #2.png",
    "content/two/review.yaml",
    "templates/article/template.yaml",
    "templates/article/style.css",
    "templates/handout/template.yaml",
    "templates/base.html.j2",
    "scripts/diptych/printers/pdf.py",
    "scripts/setup.sh",
    "scripts/system.sh",
    "requirements.lock",
    "pyproject.toml",
    ".venv/.installed",
)
EVERYTHING = {f"{review} {template} pdf,docx,html" for review in ("one", "two") for template in ("article", "handout")}
LONG_AGO, BEFORE, NOW = 1_000_000_000, 1_100_000_000, 1_200_000_000


class Project:
    """A small project with the real Makefile; times are set, never waited for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            self.write(name)
        program = self.write(".venv/bin/diptych", STAND_IN)
        program.chmod(0o755)
        shutil.copy(ROOT / "Makefile", folder)
        shutil.copy(ROOT / "scripts" / "build.sh", folder / "scripts")
        self.age()

    def write(self, name: str, text: str = "") -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def age(self) -> None:
        """Makes all that is there old: the sources older than what was built."""
        for file in [self.folder, *self.folder.rglob("*")]:
            moment = BEFORE if file.relative_to(self.folder).parts[:1] == ("build",) else LONG_AGO
            os.utime(file, (moment, moment))

    def touch(self, name: str) -> None:
        os.utime(self.folder / name, (NOW, NOW))

    def make(self, *arguments: str, status: int = 0) -> set[str]:
        """What was built: `REVIEW TEMPLATE FORMATS` of each run."""
        result = run(["make", *arguments], self.folder)
        assert result.returncode == status, result.stdout + result.stderr
        runs = [line.removeprefix("built ") for line in result.stdout.splitlines() if line.startswith("built ")]
        assert len(runs) == len(set(runs)), f"built twice: {runs}"
        return set(runs)


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The result of a command that does not know that a make runs above it."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def built(project: Project) -> Project:
    project.make()
    project.age()
    return project


@pytest.mark.parametrize("jobs", ["-j1", "-j4"])
def test_make_builds_every_review_in_every_template_once(project: Project, jobs: str) -> None:
    assert project.make(jobs) == EVERYTHING


def test_what_needs_the_same_templates_is_built_in_one_run(built: Project) -> None:
    built.touch("templates/base.html.j2")
    runs = [line for line in run(["make"], built.folder).stdout.splitlines() if line.startswith("run ")]
    assert [sorted(word for word in line.split() if word.startswith("content/")) for line in runs] == [
        ["content/one", "content/two"]
    ]


def test_a_second_make_does_nothing(built: Project) -> None:
    assert built.make() == set()
    assert run(["make"], built.folder).stdout == "Nothing to be done: every output is up to date.\n"


def test_a_dry_run_builds_nothing(project: Project) -> None:
    assert project.make("--dry-run") == set()
    assert not list(project.folder.glob("build/*"))


@pytest.mark.parametrize(
    "changed", ["content/two/review.yaml", "content/two", "content/one/figures/Figure 1 (50 %) #2.png"]
)
def test_a_change_in_a_review_rebuilds_that_review_alone(built: Project, changed: str) -> None:
    built.touch(changed)
    assert built.make() == {name for name in EVERYTHING if name.split()[0] == changed.split("/")[1]}


@pytest.mark.parametrize("changed", ["templates/article/style.css", "templates/article/template.yaml"])
def test_a_change_in_a_template_rebuilds_that_template_alone(built: Project, changed: str) -> None:
    built.touch(changed)
    assert built.make() == {name for name in EVERYTHING if "article" in name}


@pytest.mark.parametrize("changed", ["templates/base.html.j2", "scripts/diptych/printers/pdf.py", ".venv/.installed"])
def test_a_change_in_what_all_share_rebuilds_all(built: Project, changed: str) -> None:
    built.touch(changed)
    assert built.make() == EVERYTHING


def test_make_can_be_asked_whether_there_is_anything_to_do(built: Project) -> None:
    assert run(["make", "-q"], built.folder).returncode == 0
    assert run(["make", "-q", "handouts"], built.folder).returncode == 0
    built.touch("templates/handout/template.yaml")
    assert run(["make", "-q"], built.folder).returncode == 1
    assert run(["make", "-q", "handouts"], built.folder).returncode == 1
    assert run(["make", "-q", "articles"], built.folder).returncode == 0


def test_an_input_that_cannot_be_had_makes_make_fail(built: Project) -> None:
    built.write("build/manifest.d", "build/one/one-article.pdf: content/none\n")
    result = run(["make"], built.folder)
    assert result.returncode == 2
    assert "content/none" in result.stderr


def test_a_dry_run_names_what_is_out_of_date_and_nothing_else(built: Project) -> None:
    built.touch("content/two/review.yaml")
    said = run(["make", "-n"], built.folder).stdout
    assert [line.split()[2:5] for line in said.splitlines() if " build " in line] == [
        ["content/two", "--template", template] for template in ("article", "handout")
    ]
    built.age()
    assert " build " not in run(["make", "-n"], built.folder).stdout


def optional(name: str) -> str:
    """A prerequisite that need not be there, as `diptych build --depfile` writes it."""
    return f"$(if $(wildcard {escaped(name)}),{escaped(name)})"


RULES = f"""
INPUTS_1 := {optional("content/one/review.yaml")} {optional(FILES[1])}
INPUTS_2 := {optional("templates/article/style.css")} {optional("templates/article/none.css")}
KNOWN/build/one/one-article.pdf := yes
build/one/one-article.pdf: $(INPUTS_1) $(INPUTS_2)
KNOWN/build/one/one-article.docx := yes
build/one/one-article.docx: $(INPUTS_1) $(INPUTS_2)
KNOWN/build/one/one-article.html := yes
build/one/one-article.html: $(INPUTS_1) $(INPUTS_2)
"""


@pytest.mark.parametrize(
    ("changed", "rebuilt"),
    [
        ("content/one/review.yaml", {"one article pdf,docx,html", "one handout pdf,docx,html"}),
        ("content/one/figures/Figure 1 (50 %) #2.png", {"one article pdf,docx,html", "one handout pdf,docx,html"}),
        ("templates/base.html.j2", EVERYTHING - {"one article pdf,docx,html"}),  # which does not use it
        ("scripts/diptych/printers/pdf.py", EVERYTHING),
    ],
)
def test_what_diptych_knows_of_an_output_tells_make_when_to_build_it(
    built: Project, changed: str, rebuilt: set[str]
) -> None:
    built.write("build/manifest.d", RULES)
    built.age()
    assert built.make() == set()
    built.touch(changed)
    assert built.make() == rebuilt


def test_a_file_that_comes_and_was_asked_for_tells_make_too(built: Project) -> None:
    built.write("build/manifest.d", RULES)
    built.age()
    built.write("templates/article/none.css")
    assert built.make() == {"one article pdf,docx,html", "two article pdf,docx,html"}


def test_an_output_that_was_deleted_is_built_again(built: Project) -> None:
    (built.folder / "build/two/two-handout.docx").unlink()
    assert built.make() == {"two handout pdf,docx,html"}


def test_a_template_s_name_with_an_s_builds_that_template_of_every_review(project: Project) -> None:
    assert project.make("handouts") == {"one handout pdf,docx,html", "two handout pdf,docx,html"}


def test_a_single_output_can_be_asked_for(project: Project) -> None:
    assert project.make("build/two/two-handout.pdf") == {"two handout pdf,docx,html"}
    (project.folder / "build/two/two-handout.html").unlink()
    assert project.make("build/two/two-handout.html") == {"two handout pdf,docx,html"}


@pytest.mark.parametrize("name", ["build/none/none-handout.pdf", "build/one/one-none.pdf", "build/one/two-handout.pdf"])
def test_an_output_of_no_review_or_no_template_is_refused(project: Project, name: str) -> None:
    assert project.make(name, status=2) == set()


def test_a_failure_makes_make_fail(project: Project) -> None:
    project.write(".venv/bin/diptych", STAND_IN + "exit 1\n")
    assert project.make(status=2) == EVERYTHING


def test_what_was_built_before_survives_a_failure(built: Project) -> None:
    built.write(".venv/bin/diptych", "#!/bin/sh\nexit 1\n")
    built.touch("content/one/review.yaml")
    built.make(status=2)
    assert (built.folder / "build/one/one-article.pdf").exists()


def test_clean_empties_build_and_keeps_the_folder(built: Project) -> None:
    built.write("build/.gitignore", "*\n")
    built.make("clean")
    assert [file.name for file in (built.folder / "build").iterdir()] == [".gitignore"]


def test_a_review_s_folder_with_a_blank_in_its_name_is_reported(project: Project) -> None:
    project.write("content/my review/review.yaml")
    result = run(["make"], project.folder)
    assert result.returncode == 2
    assert "needs a name without blanks" in result.stderr


def test_help_names_every_target() -> None:
    listed = run(["make", "help"], ROOT).stdout
    targets = {line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if ": " in line}
    public = {name for name in targets if name.isalpha() and name.islower()} | {"handouts", "manuscripts", "articles"}
    assert {name for name in public if f"make {name} " not in listed} == set()
    assert len(public) > 10


# A machine that lacks something


def need(folder: Path, user: int, manager: str, *, works: bool = True) -> subprocess.CompletedProcess[str]:
    """`need Pango …` on a machine that has this package manager alone."""
    tools = {"id": f"echo {user}", manager: "exit 0" if works else "exit 1"}
    for name, script in tools.items():
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    command = [
        shutil.which("sh") or "/bin/sh",
        "-c",
        f". '{ROOT}/scripts/system.sh'; need Pango deb-pango rpm-pango pango",
    ]
    return run(command, folder, PATH=str(folder))


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt-get install -y --no-install-recommends deb-pango"),
        ("dnf", "sudo dnf install -y rpm-pango"),
    ],
)
def test_a_user_who_is_not_root_is_told_the_line_that_installs(tmp_path: Path, manager: str, line: str) -> None:
    result = need(tmp_path, 1000, manager)
    assert (result.returncode, result.stderr) == (1, f"diptych: Pango is missing. Run: {line}\n")


@pytest.mark.parametrize("manager", ["apt-get", "dnf"])
def test_root_gets_it_installed(tmp_path: Path, manager: str) -> None:
    result = need(tmp_path, 0, manager)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Installing Pango: {manager} install -y ")


def test_homebrew_installs_for_any_user(tmp_path: Path) -> None:
    result = need(tmp_path, 501, "brew")
    assert (result.returncode, result.stdout) == (0, "Installing Pango: brew install pango\n")


@pytest.mark.parametrize("manager", ["apt-get", "dnf", "brew"])
def test_a_failed_installation_says_what_to_run_and_stops(tmp_path: Path, manager: str) -> None:
    result = need(tmp_path, 0, manager, works=False)
    assert result.returncode == 1
    assert "Pango could not be installed. Run: " in result.stderr


def test_another_package_manager_is_told_the_names_to_look_for(tmp_path: Path) -> None:
    result = need(tmp_path, 0, "pacman")
    assert result.returncode == 1
    assert "Debian's names: deb-pango" in result.stderr


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        file = tmp_path / name
        file.write_text("#!/bin/sh\nexit 1\n")
        file.chmod(0o755)
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    result = run([str(tmp_path / "sh"), str(ROOT / "scripts/setup.sh")], tmp_path, PATH=str(tmp_path), PYTHON="")
    assert result.returncode == 1
    assert result.stderr.startswith("diptych: Python 3.11 or newer is missing.")
