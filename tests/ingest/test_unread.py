"""A file that no reader knows is told what it is, and what to do instead."""

import gzip
import zipfile
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for
from schema.error import RefusedExport


def refusal(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    with pytest.raises(RefusedExport) as refused:
        reader_for(export)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "it is a picture (PNG)"),
        (b"%PDF-1.7", "it is a PDF; export the table itself"),
        (gzip.compress(b"x", mtime=0), "it is a gzip; call it .gz"),
        (b"EC-LAB SETTING FILE\r\n", "it is the settings of a BioLogic test (.mps); ingest the"),
        (b"PAR1....PAR1", "it is a Parquet table without the names"),
        (
            b"Data Point,Test Time (s),Step Time (s),Cycle Index,Current (A),Voltage (V)\n1,2,3\n",
            "it looks like Arbin csv and xlsx without Step Index, Charge Capacity",
        ),
        (b"some words\n", "docs/readers.md lists the formats"),
        (b"", "docs/readers.md lists the formats"),
    ],
)
def test_what_it_is_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    told = refusal(tmp_path / "file", content)
    assert told.startswith("no reader knows this file")
    assert reason in told


def test_a_zip_without_an_export_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("notes.txt", "x")
    assert "it is a zip" in refusal(path)


def test_a_workbook_is_told_by_its_sheets(tmp_path: Path) -> None:
    with Workbook(tmp_path / "plan.xlsx") as book:
        for name in ("Plan", "Notes"):
            book.add_worksheet(name).write(0, 0, "words")
    told = refusal(tmp_path / "plan.xlsx")
    assert told == "no reader knows a sheet of this workbook: Plan, Notes"


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("xl/workbook.xml", "<")
    assert refusal(path).startswith("it is damaged: ")
