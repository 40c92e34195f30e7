"""The only door: what may be read through it, what not, and what it remembers."""

import hashlib
import pickle
from pathlib import Path

import pytest

from diptych import workspace
from diptych.workspace import RefusedError, Workspace

HOST = f"https://{workspace.PROJECT_HOST}"


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    """A project with one file, and a secret beside the project."""
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "project"
    (root / "figures").mkdir(parents=True)
    (root / "figures" / "lung 1.svg").write_text("<svg/>")
    return Workspace(root)


def refusal(project: Workspace, path: Path | str) -> tuple[str, str]:
    """The code and the words with which a file is refused."""
    with pytest.raises(RefusedError) as caught:
        project.read_bytes(path)
    assert not project.is_file(path)
    return caught.value.code, str(caught.value)


def test_a_file_under_the_root_is_read_and_its_hash_recorded(project: Workspace) -> None:
    assert project.read_bytes("figures/lung 1.svg") == b"<svg/>"
    assert project.reads == {"figures/lung 1.svg": hashlib.sha256(b"<svg/>").hexdigest()}
    assert project.is_file("figures/lung 1.svg")


def test_a_file_is_recorded_by_the_name_it_has_however_it_is_called(project: Workspace) -> None:
    project.read_bytes(project.root / "figures" / ".." / "figures" / "lung 1.svg")
    project.fetch(f"{HOST}/figures/./lung%201.svg")
    assert list(project.reads) == ["figures/lung 1.svg"]


def test_what_is_refused_is_not_recorded(project: Workspace) -> None:
    refusal(project, "../secret.txt")
    assert project.reads == {}


@pytest.mark.parametrize("path", ["../secret.txt", "figures/../../secret.txt", "/etc/passwd"])
def test_a_file_outside_the_root_is_refused(project: Workspace, path: str) -> None:
    assert refusal(project, path) == ("outside-project", "outside the project")


def test_a_link_out_of_the_project_is_refused(project: Workspace) -> None:
    (project.root / "link.txt").symlink_to(project.root.parent / "secret.txt")
    (project.root / "folder").symlink_to(project.root.parent)
    assert refusal(project, "link.txt")[0] == "outside-project"
    assert refusal(project, "folder/secret.txt")[0] == "outside-project"


def test_a_link_within_the_project_is_followed(project: Workspace) -> None:
    (project.root / "link.svg").symlink_to(project.root / "figures" / "lung 1.svg")
    assert project.read_bytes("link.svg") == b"<svg/>"


def test_a_link_to_itself_is_no_file(project: Workspace) -> None:
    (project.root / "loop").symlink_to(project.root / "loop")
    assert refusal(project, "loop")[0] == "no-such-file"


@pytest.mark.parametrize("path", ["figures/none.svg", "nul\0.svg", "x" * 5000, "figures/lung 1.svg/inner"])
def test_a_missing_file_is_refused(project: Workspace, path: str) -> None:
    assert refusal(project, path) == ("no-such-file", "no such file")


@pytest.mark.parametrize("path", ["figures", ".", ""])
def test_a_folder_is_refused(project: Workspace, path: str) -> None:
    assert refusal(project, path) == ("not-a-file", "not a file")


def test_a_file_that_is_too_large_is_refused_unread(project: Workspace) -> None:
    with (project.root / "large.bin").open("wb") as file:
        file.truncate(workspace.LARGEST_FILE + 1)
    with pytest.raises(RefusedError, match="larger than 64 MB") as caught:
        project.read_bytes("large.bin")
    assert caught.value.code == "too-large"


def test_a_refusal_travels_between_processes() -> None:
    travelled = pickle.loads(pickle.dumps(RefusedError("no such file", "no-such-file")))
    assert (str(travelled), travelled.code) == ("no such file", "no-such-file")


# Addresses in documents.


def test_an_address_of_the_project_is_its_file(project: Workspace) -> None:
    assert project.fetch(f"{HOST}/figures/lung%201.svg") == b"<svg/>"


@pytest.mark.parametrize(
    "path", ["../secret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "figures/..%2F../secret.txt", "//etc/passwd"]
)
def test_no_address_leads_out_of_the_project(project: Workspace, path: str) -> None:
    with pytest.raises(RefusedError):
        project.fetch(f"{HOST}/{path}")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.png",
        f"http://{workspace.PROJECT_HOST}/figures/lung%201.svg",
        f"https://user@{workspace.PROJECT_HOST}/figures/lung%201.svg",
        f"https://{workspace.PROJECT_HOST}:443/figures/lung%201.svg",
        "file:///etc/passwd",
        "/etc/passwd",
        "data:text/plain,x",
        "https://[",
        "",
    ],
)
def test_all_other_addresses_are_refused(project: Workspace, url: str) -> None:
    with pytest.raises(RefusedError, match="nothing from outside"):
        project.fetch(url)


def test_the_house_s_fonts_have_addresses(project: Workspace) -> None:
    assert project.fetch("font:SourceSerifPro-Regular.ttf")[:4] in (b"\0\1\0\0", b"OTTO")
    assert project.reads == {}


@pytest.mark.parametrize("name", ["None.ttf", "../SourceSerifPro-Regular.ttf", "/etc/passwd", ""])
def test_other_fonts_are_refused(project: Workspace, name: str) -> None:
    with pytest.raises(RefusedError, match="no such font"):
        project.fetch(f"font:{name}")


def test_an_address_names_no_machine(project: Workspace) -> None:
    assert project.address(project.root) == f"{HOST}/"
    assert project.address(project.root / "content" / "lung") == f"{HOST}/content/lung/"


def test_messages_name_files_from_the_root(project: Workspace) -> None:
    assert project.name(project.root / "content" / "a.yaml") == "content/a.yaml"
    assert project.name(Path("content/a.yaml")) == "content/a.yaml"
    assert project.name(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"


# Templates.


def test_a_template_of_the_project_wins_over_the_house_s(project: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    house = project.root.parent / "house"
    for folder, text in ((house, "house"), (project.root / "templates", "project")):
        (folder / "plain").mkdir(parents=True)
        (folder / "plain" / "style.css").write_text(text)
    (house / "plain" / "template.yaml").write_text("{}")
    monkeypatch.setattr(workspace, "house_templates", lambda: house)
    assert project.read_template("plain/style.css") == "project"
    assert project.read_template("plain/template.yaml") == "{}"
    assert project.reads["templates:plain/style.css"] == hashlib.sha256(b"project").hexdigest()
    assert project.template_names() == ["plain"]


@pytest.mark.parametrize("name", ["../secret.txt", "../../secret.txt", "/etc/passwd", "none.css", "nul\0.css", ""])
def test_what_is_no_template_is_refused(project: Workspace, name: str) -> None:
    (project.root / "templates").mkdir()
    with pytest.raises(RefusedError, match="no such template"):
        project.read_template(name)


def test_a_template_that_is_not_utf8_is_refused(project: Workspace) -> None:
    (project.root / "templates").mkdir()
    (project.root / "templates" / "a.css").write_bytes(b"\xff")
    with pytest.raises(RefusedError, match="not UTF-8"):
        project.read_template("a.css")


# The day.


@pytest.mark.parametrize(("epoch", "day"), [("0", "1970-01-01"), ("1795478400", "2026-11-24"), ("", None), ("²", None)])
def test_the_day_is_that_of_source_date_epoch(
    project: Workspace, monkeypatch: pytest.MonkeyPatch, epoch: str, day: str | None
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    today = project.today()
    assert (today.isoformat() if today else None) == day


# What else it was asked.


def test_what_was_asked_is_recorded_with_the_answer_and_can_be_asked_again(project: Workspace) -> None:
    (project.root / "link.svg").symlink_to("figures/lung 1.svg")
    project.is_file("figures/none.svg")
    project.read_bytes("link.svg")
    refusal(project, "../secret.txt")
    project.now()
    answers = dict(project.answers)
    assert answers["is-file:figures/none.svg"] == "no"
    assert answers["link:link.svg"] == "figures/lung 1.svg"
    assert "outside-project" in answers.values()
    assert {question: Workspace(project.root).ask(question) for question in answers} == answers
    (project.root / "figures" / "none.svg").write_text("<svg/>")
    assert Workspace(project.root).ask("is-file:figures/none.svg") == "yes"


def test_a_file_that_changes_meanwhile_is_read_as_it_was_at_first(project: Workspace) -> None:
    apart = project.apart()
    assert project.read_bytes("figures/lung 1.svg") == b"<svg/>"
    (project.root / "figures" / "lung 1.svg").write_text("<svg></svg>")
    assert apart.read_bytes("figures/lung 1.svg") == b"<svg/>"
    assert apart.reads == project.reads
