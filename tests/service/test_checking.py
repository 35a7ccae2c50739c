"""A service checks by itself, and tells what it found."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from schema.catalog.connection import look
from schema.checking import standing
from tests.service.asker import asked

Bench = Any


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait for what a thread beside is about to do."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_service_checks_at_its_pace_and_tells_of_damage(warehouse: Bench) -> None:
    pace = {"check_every_second": 0.1, "check_percent": 100.0}
    path = next((warehouse.lake.folder / "points").glob("1-*.parquet"))
    with asked(warehouse.settings.model_copy(update=pace)) as asker:
        wait_for(lambda: asker.number("leyden_checks_total") >= 1)
        before = asker.number("leyden_check_faults")
        path.chmod(0o644)
        path.write_bytes(b"rot")
        wait_for(lambda: asker.number("leyden_check_faults") > before)
        question = "{ check { fileCount checkedCount oldestCheckedAt faults { path reason } } }"
        check = asker.data(question)["check"]
    reasons = {each["path"]: each["reason"] for each in check["faults"]}
    name = path.relative_to(warehouse.lake.folder).as_posix()
    assert reasons[name].startswith("bytes 3, the catalog says")
    assert check["checkedCount"] == check["fileCount"] > 0
    assert check["oldestCheckedAt"] is not None


def test_a_service_that_is_not_asked_to_checks_nothing(warehouse: Bench) -> None:
    with asked(warehouse.settings) as asker:
        assert asker.number("leyden_checks_total") == 0
    with look(warehouse.engine) as session:
        assert standing(session).checked_count == 0
