"""The example of a study passes as it stands, and says the same in YAML and in .xlsx."""

from pathlib import Path

import pytest

from ingest.study.document import read_study
from ingest.study.entry import enter
from ingest.study.template import write_template
from schema.error import InvalidStudy
from schema.warehouse import Warehouse


@pytest.mark.parametrize("name", ["study.yaml", "study.xlsx"])
def test_the_example_can_be_entered_as_it_stands(
    empty_warehouse: Warehouse, tmp_path: Path, name: str
) -> None:
    write_template(tmp_path / name)
    entered = enter(empty_warehouse.engine, read_study(tmp_path / name))
    assert (entered.status, entered.counts["cells"]) == ("entered", 2)


def test_both_kinds_of_example_say_the_same(tmp_path: Path) -> None:
    write_template(tmp_path / "study.yaml")
    write_template(tmp_path / "study.xlsx")
    yaml, sheet = read_study(tmp_path / "study.yaml"), read_study(tmp_path / "study.xlsx")
    assert yaml.content == sheet.content
    assert yaml.sha256 == sheet.sha256


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "study.yaml"
    mine.write_text("study: mine\n")
    with pytest.raises(InvalidStudy, match="there already"):
        write_template(mine)
    assert mine.read_text() == "study: mine\n"


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    for name in ("nowhere/study.yaml", "nowhere/study.xlsx", "study.txt"):
        with pytest.raises(InvalidStudy):
            write_template(tmp_path / name)
