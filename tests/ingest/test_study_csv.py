"""A study in a folder of .csv is the document its workbook is, whatever program wrote it."""

from pathlib import Path

import pytest

from ingest.study.document import read_study
from ingest.study.template import write_template
from schema.error import InvalidStudy

CELLS = 'name,area,note\nS1,1 cm²,"dry, and\nsealed"\nS2,,\n'


def folder(tmp_path: Path, **tables: str) -> Path:
    path = tmp_path / "study"
    path.mkdir()
    (path / "study.csv").write_text("study,source\nA,notebook\n", encoding="utf-8")
    for name, text in tables.items():
        (path / f"{name}.csv").write_bytes(text.encode())
    return path


def test_a_file_is_a_section_with_the_headings_of_the_workbook(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        cells=CELLS,
        tests="cell,file,cycles\nS1,a.mpr,\nS1,b.mpr,instrument\n",
        file_names=(
            "name,pattern,cell.name,cell.properties.temperature\n"
            "cycling,{cell}_{t}C_*.mpr,{cell},{t} °C\n"
        ),
        layers="file_name,substance\ncycling,Li\n",
    )
    (path / "notes.txt").write_text("left alone")
    assert read_study(path).content == {
        "study": "A",
        "source": "notebook",
        "cells": {
            "S1": {
                "area": "1 cm²",
                "note": "dry, and\nsealed",
                "tests": ["a.mpr", {"file": "b.mpr", "cycles": "instrument"}],
            },
            "S2": {},
        },
        "file_names": {
            "cycling": {
                "pattern": "{cell}_{t}C_*.mpr",
                "cell": {"name": "{cell}", "properties": {"temperature": "{t} °C"}},
                "layers": [{"substance": "Li"}],
            }
        },
    }


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_stands_between_columns_is_seen_by_the_headings(
    tmp_path: Path, separator: str
) -> None:
    text = (
        f"\ufeffname{separator}area{separator}note\r\nS1{separator}1 cm²{separator}dry, sealed\r\n"
    )
    content = read_study(folder(tmp_path, cells=text)).content
    assert content["cells"] == {"S1": {"area": "1 cm²", "note": "dry, sealed"}}


def test_the_line_of_a_fault_is_that_where_its_row_begins(tmp_path: Path) -> None:
    with pytest.raises(InvalidStudy) as caught:
        read_study(folder(tmp_path, cells=f"{CELLS}S3,1 kg,\n"))
    assert caught.value.place == "cells.csv line 5"


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"cels": "name\nx\n"}, "did you mean cells"),
        ({"cells": 'name\n"x\n'}, r"cells\.csv: line 2: no table"),
        ({"cells": "name,name\nx,y\n"}, "stands here twice"),
    ],
)
def test_a_file_that_is_no_table_of_a_study_is_refused(
    tmp_path: Path, tables: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidStudy, match=reason):
        read_study(folder(tmp_path, **tables))


def test_what_is_no_utf8_is_refused_with_its_byte(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "cells.csv").write_bytes("name,area\nS1,1 cm²\n".encode("latin-1"))
    with pytest.raises(InvalidStudy, match=r"byte 18: no UTF-8 text.* save it as CSV UTF-8"):
        read_study(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidStudy, match="no table is there"):
        read_study(tmp_path / "empty")


def test_the_example_is_the_same_in_a_folder(tmp_path: Path) -> None:
    write_template(tmp_path / "study.yaml")
    write_template(tmp_path / "study")
    assert read_study(tmp_path / "study").content == read_study(tmp_path / "study.yaml").content
    headings = (tmp_path / "study" / "file_names.csv").read_text(encoding="utf-8-sig")
    assert headings.startswith("name,pattern,cell.name,")
