"""A study in a workbook is the document its YAML is, and its faults have a sheet and a cell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from ingest.study.document import read_study
from schema.error import InvalidStudy

Rows = Sequence[Sequence[object]]
HEAD: Mapping[str, Rows] = {"study": [["study"], ["A"]]}


def workbook(tmp_path: Path, sheets: Mapping[str, Rows]) -> Path:
    path = tmp_path / "study.xlsx"
    with Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_sheets_become_one_document(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {
            "tests": [["file", "cell", "material"], ["a.mpr", "x", None], ["z.mpr", None, "m"]],
            "layers": [["cell", "substance", "thickness"], ["x", "Li", None], ["x", "PB", "1 µm"]],
            "cells": [["name", "symmetric", "area"], ["x", False, "1 cm²"], [None, None, None]],
            "materials": [["name", "properties.relative density"], ["m", "92 %"], [7, None]],
            "substances": [["name", "electrons"], ["Li", 1], ["PB", 0.5]],
            "processes": [
                ["name", "kind", "inputs", "outputs", "performed_at"],
                ["p", "sinter", "7;", "m", datetime(2026, 3, 1, 9, 30)],  # noqa: DTZ001 — as a sheet holds it
            ],
            "process_parameters": [["process", "name", "value"], ["p", "temperature", "900 °C"]],
            "protocols": [["name"], ["c"]],
            "protocol_steps": [
                ["protocol", "mode", "repeat"],
                ["c", "rest", None],
                ["c", "loop", 3],
            ],
            "claims": [
                ["name", "text", "subject.cell", "verdict", "why", "evidence"],
                ["N1", "dead", "x", "untestable", "no test", "a.mpr; x"],
            ],
            "study": [["study", "time_zone"], ["A", "Europe/Zurich"]],
        },
    )
    assert read_study(path).content == {
        "study": "A",
        "time_zone": "Europe/Zurich",
        "substances": {"Li": {"electrons": 1.0}, "PB": {"electrons": 0.5}},
        "materials": {
            "m": {"properties": {"relative density": "92 %"}, "tests": ["z.mpr"]},
            "7": {},
        },
        "processes": {
            "p": {
                "kind": "sinter",
                "inputs": ["7"],
                "outputs": ["m"],
                "performed_at": "2026-03-01T09:30:00",
                "parameters": {"temperature": "900 °C"},
            }
        },
        "protocols": {"c": {"steps": [{"mode": "rest"}, {"mode": "loop", "repeat": 3}]}},
        "cells": {
            "x": {
                "symmetric": False,
                "area": "1 cm²",
                "layers": [{"substance": "Li"}, {"substance": "PB", "thickness": "1 µm"}],
                "tests": ["a.mpr"],
            }
        },
        "claims": {
            "N1": {
                "text": "dead",
                "subject": {"cell": "x"},
                "verdict": "untestable",
                "why": "no test",
                "evidence": ["a.mpr", "x"],
            }
        },
    }


@pytest.mark.parametrize(
    ("place", "reason", "sheets"),
    [
        ("cells!C3", "kg", {"cells": [["name", "note", "area"], ["x"], ["y", "n", "1 kg"]]}),
        ("cells!B2", "area", {"cells": [["name", "area"], ["x", 12]]}),
        ("cells!B2", "did you mean area", {"cells": [["name", "aera"], ["x", "1 cm²"]]}),
        ("cells!A3", "twice", {"cells": [["name"], ["x"], ["x"]]}),
        ("cells!C1", "twice", {"cells": [["name", "area", "area"], ["x"]]}),
        ("cells!B2", "no heading", {"cells": [["name"], ["x", "1 cm²"]]}),
        ("cells!A2", "no name", {"cells": [["name", "area"], [None, "1 cm²"]]}),
        ("cels", "did you mean cells", {"cels": [["name"], ["x"]]}),
        ("study!A3", "one study", {"study": [["study"], ["A"], ["B"]]}),
        ("layers!A2", "no cell is called", {"layers": [["cell", "substance"], ["x", "Li"]]}),
        (
            "layers!A2",
            "a layer names",
            {"cells": [["name"], ["x"]], "layers": [["cell", "thickness"], ["x", "1 µm"]]},
        ),
        (
            "layers!C3",
            "thickness",
            {
                "cells": [["name"], ["x"]],
                "layers": [["cell", "substance", "thickness"], ["x", "Li"], ["x", "Li", "thin"]],
            },
        ),
        (
            "tests!A2",
            "cell or material",
            {"cells": [["name"], ["x"]], "tests": [["file"], ["a.mpr"]]},
        ),
        (
            "process_parameters!C2",
            "no value",
            {
                "processes": [["name", "kind"], ["p", "mill"]],
                "process_parameters": [["process", "name", "value"], ["p", "speed"]],
            },
        ),
        (
            "claims!D2",
            "Vxy",
            {"claims": [["name", "text", "a", "value"], ["N", "t", None, "3 Vxy"]]},
        ),
        ("claims!C2", "#N/A", {"claims": [["name", "text", "note"], ["N", "t", "#N/A"]]}),
        ("study!A1", "no study", {"study": [["study"]]}),
    ],
)
def test_a_fault_is_refused_with_its_sheet_and_cell(
    tmp_path: Path, place: str, reason: str, sheets: Mapping[str, Rows]
) -> None:
    with pytest.raises(InvalidStudy) as caught:
        read_study(workbook(tmp_path, {**HEAD, **sheets}))
    assert (caught.value.place, reason in str(caught.value)) == (place, True), caught.value


def test_columns_beyond_z_have_two_letters(tmp_path: Path) -> None:
    headings = ["name", *(f"properties.p{n}" for n in range(26))]
    rows = [headings, ["m", *["1 V"] * 25, "1 Vx"]]
    with pytest.raises(InvalidStudy) as caught:
        read_study(workbook(tmp_path, {**HEAD, "materials": rows}))
    assert caught.value.place == "materials!AA2"


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.xlsx"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InvalidStudy, match="no workbook"):
        read_study(path)
