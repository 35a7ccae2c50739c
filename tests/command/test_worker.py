"""`leyden worker` and `leyden status` say what waits and what became of it."""

import json
from pathlib import Path

import pytest

from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.command.program import called
from tests.ingest.working import ask_for, catalog_of, small_export


def test_where_no_warehouse_is_a_worker_makes_none(tmp_path: Path) -> None:
    done = called(tmp_path / "home", "worker", "--until-empty")
    assert done.returncode == 1
    assert "no warehouse is there yet" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_kind_that_is_none_is_refused_with_those_that_are(tmp_path: Path) -> None:
    done = called(tmp_path / "home", "worker", "--kind", "ingets")
    assert done.returncode == 1
    assert "did you mean ingest?" in done.stderr


def test_a_worker_without_jobs_ends_when_it_is_to_end_then(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_warehouse(Settings(home=home)).engine.dispose()
    done = called(home, "worker", "--until-empty")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("worker: 0 jobs done, in")


@pytest.mark.slow
def test_the_status_says_what_waits(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_warehouse(Settings(home=home)).engine.dispose()
    with catalog_of(Settings(home=home)) as engine:
        ask_for(engine, [small_export(tmp_path / "a.bdf.csv", 1)])
    assert "jobs      1 waiting, 0 worked on, 0 set aside\n" in called(home, "status").stdout
    document = json.loads(called(home, "status", "--json").stdout)
    assert document["jobs"]["waiting"] == 1
    assert called(home, "ingest", str(tmp_path / "a.bdf.csv")).returncode == 0
    # its own lot alone is done by an ingest
    assert json.loads(called(home, "status", "--json").stdout)["jobs"] == {
        **dict.fromkeys(("leased", "failed", "set_aside", "withdrawn"), 0),
        "waiting": 1,
        "done": 1,
    }
