"""A warehouse is had back as it was: every answer of the demo is the same elsewhere."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from schema.inspection import inspect
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.graphql.build.table import camel
from service.graphql.schema import own
from service.metric.library import read_metrics
from service.shown import shown
from tests.command.program import called, environment
from tests.service.asker import Asker, asked

Copied = Callable[[Settings, Path], AbstractContextManager[Settings]]
ROWS = ("steps", "cycles", "spectra", "diffraction", "photoemission", "tests", "cells")


@pytest.fixture(scope="module")
def home(
    demo_warehouse: Settings, copied: Copied, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Yield a warehouse of the demo."""
    with copied(demo_warehouse, tmp_path_factory.mktemp("backup") / "home") as settings:
        yield settings


def question(field: str) -> str:
    """Return the question for every column of a metric, of all tests."""
    query = own().query_type
    assert query is not None
    kind = query.fields[field].type
    assert isinstance(kind, GraphQLObjectType)
    columns = [
        name
        for name, each in kind.fields.items()
        if is_leaf_type(get_named_type(each.type))
        and not any(map(is_required_argument, each.args.values()))
    ]
    return f"{{ {field} {{ {' '.join(columns)} }} }}"


def answers(asker: Asker) -> dict[str, Any]:
    """Return what a service answers about everything."""
    fields = [camel(name) for name in shown(read_metrics())]
    found: dict[str, Any] = {field: asker.answer(question(field)) for field in fields}
    found |= {name: asker.get(f"/arrow/{name}?format=csv").text for name in ROWS}
    found["claims"] = asker.answer("{ claims { name value claimVerdicts: verdict } }")
    return found


@pytest.mark.slow
def test_every_answer_of_the_demo_is_the_same_where_it_was_restored(
    home: Settings, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "backups", tmp_path / "elsewhere"
    taken = called(home.home, "backup", str(folder), "--json")
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout)["lacking"] == []
    assert called(home.home, "backup", "verify", str(folder)).returncode == 0
    restored = called(elsewhere, "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    # sums over points are rounded as they come, which several threads change
    alike = {"query_threads": 1, "query_timeout_second": 600.0}
    with asked(home.model_copy(update=alike)) as asker:
        before = answers(asker)
    with asked(Settings(home=elsewhere).model_copy(update=alike)) as asker:
        after = answers(asker)
    assert len(before) > 60
    assert [name for name in before if before[name] != after[name]] == []
    assert not [name for name, each in before.items() if "INTERNAL" in str(each)]
    assert called(elsewhere, "check").returncode == 0


@pytest.mark.slow
def test_backups_are_listed_verified_and_told_apart_by_what_they_end_with(
    home: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    nothing = called(home.home, "backup", "list", str(folder))
    assert nothing.returncode == 1
    assert "no backup is there; `leyden backup FOLDER` makes one" in nothing.stderr
    for _ in range(2):
        assert called(home.home, "backup", str(folder)).returncode == 0
    listed = json.loads(called(home.home, "backup", "list", str(folder), "--json").stdout)
    assert [each["number"] for each in listed["backups"]] == [1, 2]
    file = max((folder / "files").glob("*/*"), key=lambda path: path.stat().st_size)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1])
    damaged = called(home.home, "backup", "verify", str(folder), "--every")
    assert damaged.returncode == 3
    assert str(file) in damaged.stdout
    again = called(home.home, "restore", str(folder))
    assert again.returncode == 1
    assert "something is there already" in again.stderr
    wrong = called(tmp_path / "none", "restore", str(folder), "--as-of", "yesterday")
    assert wrong.returncode == 2


@pytest.mark.slow
def test_a_backup_taken_while_files_are_ingested_names_nothing_that_it_lacks(
    demo_study: Path, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "backups"
    exports = tmp_path / "exports"
    exports.mkdir()
    for path in sorted((demo_study / "exports").glob("synthetic-pellet-*"))[:6]:
        shutil.copy(path, exports)
    command = [sys.executable, "-m", "leyden", "ingest", str(exports)]
    counts = []
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL) as ingesting:  # noqa: S603 # our own program
        while ingesting.poll() is None:
            taken = called(home, "backup", str(folder), "--json")
            if taken.returncode == 0:
                document = json.loads(taken.stdout)
                assert document["lacking"] == []
                counts.append(document["files"])
    assert ingesting.returncode == 0
    assert called(home, "backup", str(folder)).returncode == 0
    assert counts == sorted(counts)
    assert called(home, "backup", "verify", str(folder), "--every").returncode == 0
    for number in {1, len(counts) // 2 + 1, len(counts) + 1}:
        elsewhere = tmp_path / f"restored-{number}"
        done = called(elsewhere, "restore", str(folder), "--as-of", str(number))
        assert done.returncode == 0, done.stderr
        warehouse = open_warehouse(Settings(home=elsewhere))
        assert inspect(warehouse.engine, warehouse.lake).faults == ()
        warehouse.engine.dispose()


@pytest.mark.slow
def test_ctrl_c_ends_a_backup_and_leaves_no_half_of_one(home: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    command = [sys.executable, "-m", "leyden", "backup", str(folder)]
    with subprocess.Popen(command, env=environment(home.home), stderr=subprocess.PIPE) as process:  # noqa: S603 # our own program
        while not list(folder.glob("files/*/*")) and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode in {0, 130}
    assert called(home.home, "backup", str(folder)).returncode == 0
    assert called(home.home, "backup", "verify", str(folder), "--every").returncode == 0
    assert not list(folder.rglob("*.tmp*"))
