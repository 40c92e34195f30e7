"""The archive that a Word file is: what Python's own reader finds in it, and what is compressed once."""

from __future__ import annotations

import io
import zipfile

import pytest

from diptych.printers.word import archive as module
from diptych.printers.word.archive import archive

FONT = bytes(range(256)) * 200
FILES = [("word/document.xml", b"<w:p/>" * 900), ("word/fonts/font1.odttf", FONT), ("a.png", b"\x89PNG"), ("ü", b"")]


def test_the_archive_has_every_file_as_it_was() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as opened:
        assert opened.testzip() is None
        assert [(name, opened.read(name)) for name in opened.namelist()] == FILES


def test_nothing_in_it_depends_on_when_and_where_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as opened:
        said = {(one.date_time, one.create_system, one.external_attr >> 16) for one in opened.infolist()}
    assert said == {((1980, 1, 1, 0, 0, 0), 3, 0o644)}
    assert archive(FILES) == archive(FILES)


def test_pictures_are_not_compressed_a_second_time() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as opened:
        kinds = {one.filename: one.compress_type for one in opened.infolist()}
    assert kinds.pop("a.png") == zipfile.ZIP_STORED
    assert set(kinds.values()) == {zipfile.ZIP_DEFLATED}


def test_a_font_is_compressed_once_a_process_and_the_text_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = module.zlib.compressobj

    def counting(*how: int) -> object:
        made.append(1)
        return original(*how)

    monkeypatch.setattr(module.zlib, "compressobj", counting)
    files = [("word/document.xml", b"<w:p/>" * 9000), ("word/fonts/font1.odttf", b"only here" * 9000)]
    for _ in range(3):
        archive(files)
    assert len(made) == 4
