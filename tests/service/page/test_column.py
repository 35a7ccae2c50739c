"""What is said of columns is whole before it is tried, and only of files of their own upload."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.sidecar import Sidecar
from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.page.column_form import Column, columns, faults, sidecar
from tests.ingest.working import ask_for, jobs_of
from tests.service.asker import Asker

TABLE = {
    "delimiter": ";",
    "decimal": ",",
    "skip_lines": 2,
    "header": True,
    "units_below": False,
    "encoding": "cp1252",
    "columns": [
        {"name": "t", "quantity": "test_time_second", "unit": "min", "candidates": []},
        {"name": "I", "quantity": None, "unit": None, "candidates": []},
    ],
    "rows": [],
}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Return a new warehouse."""
    warehouse = open_warehouse(Settings(home=tmp_path / "home"))
    yield warehouse
    warehouse.engine.dispose()


def test_what_is_said_is_a_sidecar_that_readers_take() -> None:
    given = {
        "quantity-0": "test_time_second",
        "unit-0": "min",
        "quantity-1": "current_ampere",
        "unit-1": "mA",
        "sign-1": "negated",
    }
    text = sidecar(TABLE, columns(TABLE, given), "discharge")
    read = Sidecar.model_validate(yaml.safe_load(text))
    assert (read.delimiter, read.decimal, read.skip_lines, read.encoding) == (";", ",", 2, "cp1252")
    assert read.positive_current == "discharge"
    assert read.columns["I"].negated
    assert read.columns["t"].unit == "min"


def test_a_unit_that_nobody_said_is_asked_for_and_never_filled_in() -> None:
    declared = columns(TABLE, {"quantity-0": "test_time_second", "quantity-1": "current_ampere"})
    assert [each.unit for each in declared] == ["", ""]
    said = list(faults(declared, ""))
    assert [each.partition(":")[0] for each in said[:2]] == ["t", "I"]
    assert "positive current" in said[2]


def test_what_a_heading_says_is_proposed_until_somebody_says_otherwise() -> None:
    first, second = columns(TABLE, {})
    assert (first.quantity, first.unit, second.quantity) == ("test_time_second", "min", "")
    first, _ = columns(TABLE, {"quantity-0": "", "unit-0": ""})
    assert (first.quantity, first.unit) == ("", "")


def test_two_columns_of_one_name_cannot_be_declared() -> None:
    twice = [Column(place, "U", "voltage_volt", "V", "") for place in range(2)]
    assert any("Several columns are called U" in each for each in faults(twice, ""))


def test_a_quantity_that_is_none_is_declined() -> None:
    with pytest.raises(InvalidArgument):
        columns(TABLE, {"quantity-0": "phlogiston"})


def test_a_file_that_no_upload_brought_is_not_declared_there(
    warehouse: Warehouse, ask: Callable[[Settings], Any], tmp_path: Path
) -> None:
    (job_id,) = ask_for(warehouse.engine, [tmp_path / "passwords.csv"])
    service: Asker = ask(Settings(home=tmp_path / "home"))
    form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    address = f"/upload/{'0' * 32}/columns"
    content = f"job={job_id}&do=show"
    answer = service.request("POST", address, content=content, headers=form)
    assert answer.status_code == 404
    assert len(jobs_of(warehouse.engine)) == 1
    assert service.get(f"{address}?{content}").status_code == 404
