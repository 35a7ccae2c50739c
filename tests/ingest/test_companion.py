"""What EC-Lab writes beside a test is of it: no refusal, and the start of a test that still ran."""

from datetime import datetime
from pathlib import Path

import pytest

from ingest.intake import take_in
from ingest.report import as_json, as_line
from schema.catalog import Test
from schema.catalog.connection import look
from schema.warehouse import Warehouse
from tests.ingest.readers.samples.biologic_mpr import LOG, mpr


@pytest.mark.parametrize("name", ["a.mps", "a.mpl", "a.sta", "a.MPL"])
def test_a_companion_lies_beside(empty_warehouse: Warehouse, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("EC-LAB SETTING FILE")
    outcome = take_in(empty_warehouse, tmp_path / name)
    assert outcome.status == "beside"
    assert as_json([outcome])["beside"] == 1
    assert as_line(outcome).startswith("beside    ")
    assert take_in(empty_warehouse, tmp_path / f"no{name}").status == "refused"


def test_the_log_beside_a_running_test_tells_when_it_began(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr((4, 6), log=False))

    def begun() -> datetime | None:
        outcome = take_in(empty_warehouse, path)
        assert outcome.status == "ingested"
        with look(empty_warehouse.engine) as session:
            return session.get_one(Test, outcome.tests[0]).started_at

    assert begun() is None
    path.with_suffix(".mpl").write_text(LOG)
    assert begun() == datetime(2026, 1, 16, 14, 5, 54, 213_000)  # noqa: DTZ001 - it tells no zone
    assert take_in(empty_warehouse, path).status == "already"
