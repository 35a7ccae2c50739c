"""A running service publishes what has changed, and reports when it could not."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

Bench = Any
Asker = Any
_PATIENCE_SECOND = 60.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for something to hold."""
    deadline = time.monotonic() + _PATIENCE_SECOND
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        time.sleep(0.05)


def count_of_tests(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM test").fetchall()
    return int(count)


@pytest.mark.slow
def test_a_service_publishes_what_comes_while_it_runs(
    warehouse: Bench, ask: Callable[..., Asker], metrics_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "star.duckdb"
    to_file = {"publish_target": str(path), "publish_every_second": 0.1}
    asker = ask(warehouse.settings.model_copy(update=to_file), metrics_folder)
    until(lambda: asker.number("leyden_published_snapshot") > 0)
    assert count_of_tests(path) == 3
    warehouse.add_test("new.mpr", stretches=warehouse.stretches(2))
    until(lambda: count_of_tests(path) == 4)
    assert asker.number("leyden_publications_failed_total") == 0
    assert asker.data("{ tests { totalCount } }") == {"tests": {"totalCount": 4}}


def test_a_service_whose_target_is_away_goes_on_answering_and_tells(
    warehouse: Bench, ask: Callable[..., Asker], metrics_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "not there yet" / "star.duckdb"
    to_file = {"publish_target": str(path), "publish_every_second": 0.1}
    asker = ask(warehouse.settings.model_copy(update=to_file), metrics_folder)
    until(lambda: asker.number("leyden_publications_failed_total") > 1)
    assert asker.data("{ tests { totalCount } }") == {"tests": {"totalCount": 3}}
    path.parent.mkdir()
    until(lambda: asker.number("leyden_published_snapshot") > 0)
    assert count_of_tests(path) == 3
