"""A text as it lies there: its head decoded, its records left as they are."""

import codecs
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.parse import letter, text_file
from ingest.parse.text_file import TextFile
from ingest.reading import Export
from schema.error import UnreadableExport
from tests.law import law

LINES = st.text("ab1µ[\r\n\n", max_size=24).map(str.encode)


def file_of(folder: Path, content: bytes, encoding: str = "utf-8") -> TextFile:
    path = folder / "x.csv"
    path.write_bytes(content)
    return TextFile.of(Export(path, path.name, content[:4096], path), "test", encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1250", "cp437"])
def test_a_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    file = file_of(tmp_path, "T °C\n1\n".encode(encoding), encoding)
    assert file.text == file.head == "T °C\n1\n"
    content, start = file.in_utf8(1)
    assert content[start:].removeprefix(codecs.BOM_UTF8).decode() == "T °C\n1\n"


def test_a_mark_in_front_knows_the_encoding_better(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert file_of(tmp_path, "T °C\n".encode(encoding), "cp1252").text == "T °C\n"


def test_records_below_a_head_in_another_encoding_stay_as_they_are(tmp_path: Path) -> None:
    file = file_of(tmp_path, "T °C\n1\n2\n".encode("cp1252"), "cp1252")
    content, start = file.in_utf8(2)
    assert content is file.content
    assert content[start:] == b"1\n2\n"


def test_a_byte_that_is_no_text_is_told_by_its_place(tmp_path: Path) -> None:
    for content in (b"ab\n\xff\n", b"\r\n\r\xff"):
        with pytest.raises(UnreadableExport, match="byte 3: not utf-8 text"):
            _ = file_of(tmp_path, content).text


def test_lines_may_end_in_any_way(tmp_path: Path) -> None:
    assert file_of(tmp_path, b"a\rb\r").head == "a\nb\n"
    assert file_of(tmp_path, b"a\r\nb\r\n").head == "a\nb\n"


def test_of_a_long_text_the_head_has_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_file, "HEAD_BYTES", 5)
    assert file_of(tmp_path, b"abc\ndef\n").head == "abc\n"


@given(LINES)
@example("a\n[b\r[µ\n".encode())
@law(100)
def test_parts_are_the_text_and_lines_above_are_counted(content: bytes) -> None:
    file = TextFile(Export(Path("x"), "x", b"", Path("x")), "test", content)
    whole = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    marked = [place for place, line in enumerate(whole.split("\n")) if line.startswith("[")]
    parts = list(file.parts("["))
    assert [part.above for part in parts] == [0, *marked[1:]]
    assert "".join(part.text.replace("\r\n", "\n") for part in parts) == whole


@given(LINES, st.integers(0, 30))
@law(100)
def test_letters_are_counted_and_found_as_python_does(content: bytes, start: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter, "_BLOCK_BYTES", 4)
        assert letter.count(content, start, "\n") == content[start:].count(b"\n")
        paired = content.count(b"\r") == content.count(b"\r\n")
        assert letter.returns_are_paired(content) is paired
        begins = [0, *(place + 1 for place, byte in enumerate(content) if byte == ord("\n"))]
        lettered = [place for place in begins if content[place : place + 1] > b"@"]
        assert letter.lettered_lines(content) == lettered
        assert letter.is_ascii(content, start) is content[start:].isascii()


@pytest.mark.parametrize(("line", "start"), [(1, 0), (2, 2), (3, 3), (4, 5), (5, 5)])
def test_a_line_begins_behind_the_one_before(line: int, start: int) -> None:
    assert letter.line_start(b"a\n\nb\n", line) == start


@given(st.text("[a\n", max_size=40).map(str.encode), st.sampled_from([b"[", b"[a", b"[[a"]))
@law(50)
def test_a_mark_is_found_wherever_blocks_part_it(content: bytes, mark: bytes) -> None:
    everywhere = [place for place in range(len(content)) if content.startswith(mark, place)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter, "_BLOCK_BYTES", 3)
        assert [*letter.places(content, mark)] == everywhere
