"""A sheet says what the text would say that it was saved from."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from xlsxwriter import Workbook

from ingest.reading import HEAD_BYTES, Export, Reading
from ingest.recognize import reader_for
from schema.error import UnreadableExport
from tests.ingest.readers.sample import samples
from tests.ingest.readers.workbook import workbook


def saved(folder: Path, sheets: dict[str, str]) -> Export:
    path = folder / "test.xlsx"
    path.write_bytes(workbook(sheets))
    return Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)


def numbers(reading: Reading) -> dict[str, list[float]]:
    return {
        raw.name: np.asarray(raw.values, np.float64).tolist()
        for raw in reading.columns
        if isinstance(raw.values, np.ndarray)
    }


def test_a_sheet_says_what_its_text_says(tmp_path: Path) -> None:
    (sample, *_) = samples()["arbin_csv"]
    text = sample.content.decode()
    export = saved(tmp_path, {"Global_Info": "TEST REPORT", "Channel_1": text, "Chart": "x"})
    reader = reader_for(export)
    (reading,) = reader.read(export)
    (expected,) = reader_for(sample.written(tmp_path, sample.content)).read(
        sample.written(tmp_path, sample.content)
    )
    assert (reader.name, reading.facts["Sheet"]) == ("arbin_csv", "Channel_1")
    assert numbers(reading) == numbers(expected)
    assert reading.started_at == expected.started_at


def test_every_sheet_that_is_an_export_is_a_test(tmp_path: Path) -> None:
    table = "f/Hz,Zre/Ohm,Zim/Ohm\n1000,10,-1\n100,11,-2\n10,12,-3"
    export = saved(tmp_path, {"first": table, "notes": "words", "second": table})
    readings = reader_for(export).read(export)
    assert [each.facts["Sheet"] for each in readings] == ["first", "second"]


def test_a_fault_is_told_by_its_row(tmp_path: Path) -> None:
    (sample, *_) = samples()["arbin_csv"]
    text = sample.content.decode().replace("1.5,3.60", "x,3.60")
    export = saved(tmp_path, {"Channel_1": text})
    with pytest.raises(UnreadableExport, match="line 3"):
        reader_for(export).read(export)


def test_a_cell_at_the_end_of_the_world_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("far")
        sheet.write(0, 0, "words")
        sheet.write(1_048_575, 16_383, 1)
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    with pytest.raises(UnreadableExport, match="2 cells lie in an area of 1048576 rows and 16384"):
        reader_for(export)


@pytest.mark.parametrize("place", ["L2147483647", "I9999999999999999999", "ABCDE2"])
def test_a_cell_beyond_the_end_of_every_sheet_is_refused_by_name(
    tmp_path: Path, place: str
) -> None:
    whole = workbook({"far": "words,1"})
    path = tmp_path / "beyond.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as members,
        zipfile.ZipFile(path, "w") as spoiled,
    ):
        for member in members.namelist():
            content = members.read(member)
            spoiled.writestr(member, content.replace(b'r="B1"', f'r="{place}"'.encode()))
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    with pytest.raises(UnreadableExport, match=f"a cell at {place}: no sheet goes so far"):
        reader_for(export)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bomb.xlsx", "bomb.ndax"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as members:
        members.writestr("xl/workbook.xml", "<x/>")
        members.writestr("data.ndc", bytes(300 << 20))
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    with pytest.raises(UnreadableExport, match=r"data\.ndc: it unpacks to 315 MB"):
        reader_for(export).read(export)


@pytest.mark.parametrize("size", [b"2147483647", b"9223372036854775808", b"+99999999", b"9" * 5000])
def test_texts_that_are_told_of_and_not_there_take_no_memory(tmp_path: Path, size: bytes) -> None:
    export = saved(tmp_path, {"Channel_1": "a,b\n1,2"})
    with zipfile.ZipFile(export.path) as book:
        members = {each.filename: book.read(each) for each in book.infolist()}
    with zipfile.ZipFile(export.path, "w") as book:
        for name, content in members.items():
            book.writestr(name, content.replace(b'uniqueCount="2"', b'uniqueCount="%s"' % size))
    with pytest.raises(UnreadableExport, match="texts in"):
        reader_for(export)
