"""Every command, query and chart of docs/bi.md and dashboards/ works on the demo study."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import psycopg
import pytest
import yaml
from psycopg import sql
from typer.testing import CliRunner

from leyden import app
from schema.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
GRAFANA = json.loads((ROOT / "dashboards" / "grafana" / "leyden.json").read_text("utf-8"))
SUPERSET = ROOT / "dashboards" / "superset"
COMMANDS = [
    line.strip() for line in PAGE.splitlines() if re.match(r" {4}(LEYDEN_\S+ )*leyden ", line)
]
PUBLISHER = "postgresql://leyden@db.example.org/leyden"
READER = "reader@db.example.org/leyden"
pytestmark = pytest.mark.postgres


def blocks(language: str) -> list[str]:
    """Return the blocks of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Published:
    """The demo study, published by the commands of the page, and who may read it."""

    home: Path
    publisher: str
    reader: str
    partner: str
    file: Path

    def here(self, text: str) -> str:
        """Return a command or a program with the places of the page put at ours."""
        server = self.publisher.partition("@")[2]
        told = text.replace(PUBLISHER, self.publisher).replace("leyden.duckdb", str(self.file))
        told = told.replace(READER, f"{self.reader}@{server}")
        told = told.replace("--create-reader reader", f"--create-reader {self.reader}")
        return told.replace("--create-reader partner", f"--create-reader {self.partner}")

    def rows(self, query: str, reader: str = "") -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the columns and rows that a reader is answered."""
        place = f"postgresql://{reader or self.reader}@{self.publisher.partition('@')[2]}"
        with closing(psycopg.connect(place)) as connection:
            cursor = connection.execute(query.encode())
            return [each.name for each in cursor.description or ()], cursor.fetchall()


def leyden(home: Path, arguments: Sequence[str]) -> None:
    """Run a command of ours to its end, within this process: starting one is not what is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEYDEN_HOME", str(home))
        done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, (done.output, done.exception)


@pytest.fixture(scope="session")
def published(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Published]:
    """Publish by the commands of the page, to a database and roles that are dropped after."""
    server = os.environ.get("LEYDEN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    demo_warehouse: Settings = request.getfixturevalue("demo_warehouse")  # dear: none to skip
    name = f"leyden_{uuid4().hex}"
    there = Published(
        demo_warehouse.home,
        f"{server.rpartition('/')[0]}/{name}",
        f"{name}_reader",
        f"{name}_partner",
        tmp_path_factory.mktemp("bi") / "leyden.duckdb",
    )
    database = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            for command in COMMANDS:
                if command.startswith("leyden publish") and "--every" not in command:
                    leyden(demo_warehouse.home, shlex.split(there.here(command))[1:])
            yield there
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            for role in (there.reader, there.partner):
                drop = sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role))
                connection.execute(drop)


def test_the_settings_that_the_page_names_are_ours() -> None:
    named = set(re.findall(r"LEYDEN_(\w+)", PAGE))
    assert named
    assert {name.lower() for name in named} <= Settings.model_fields.keys()


def test_every_query_of_the_page_answers_a_reader_and_in_the_file_the_same(
    published: Published,
) -> None:
    assert len(blocks("sql")) >= 5
    with duckdb.connect(str(published.file), read_only=True) as connection:
        for query in blocks("sql"):
            names, rows = published.rows(query)
            told = connection.sql(query)
            assert rows
            assert told.columns == names
            assert len(told.fetchall()) == len(rows)


def test_a_reader_of_a_project_finds_the_cells_of_the_project_by_the_same_names(
    published: Published,
) -> None:
    # a pellet is of no project
    query = "SELECT count(*) FROM discharge_capacity JOIN test USING (test_id) WHERE cell_id > 0"
    (_, [(own,)]), (_, [(all_there_are,)]) = (
        published.rows(query, published.partner),
        published.rows(query),
    )
    assert own == all_there_are  # the demo is one project
    with pytest.raises(psycopg.errors.UndefinedTable):
        published.rows("SELECT * FROM survival", published.partner)


def test_the_pace_of_the_page_keeps_publishing(published: Published) -> None:
    (command,) = (each for each in COMMANDS if "--every" in each)
    arguments = shlex.split(published.here(command))[1:]
    with subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-m", "leyden", *arguments],
        env={**os.environ, "LEYDEN_HOME": str(published.home)},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        told = running.stdout.readline()
        assert running.poll() is None
        running.terminate()
    assert "snapshot" in told


@pytest.mark.drivers
def test_the_commands_of_psql_on_the_page_answer(published: Published) -> None:
    if not shutil.which("psql"):
        pytest.skip("psql is not installed: run .ci/drivers")
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    asked = [line for line in commands if line.startswith("psql ")]
    assert asked
    for line in asked:
        command = shlex.split(published.here(line))
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # psql
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) > 2


def test_what_the_page_asks_the_duckdb_command_line_answers(published: Published) -> None:
    asked = [line for block in blocks("sh") for line in block.splitlines() if "duckdb " in line]
    assert asked
    for line in asked:
        _, mode, path, _, query = shlex.split(published.here(line))
        assert mode == "-readonly"
        with duckdb.connect(path, read_only=True) as connection:
            assert connection.sql(query).fetchall()


def test_every_program_of_the_page_reads_the_same_rows(published: Published) -> None:
    programs = blocks("python")
    assert len(programs) >= 4
    counts = set()
    for program in programs:
        known: dict[str, Any] = {}
        exec(published.here(program), known)  # noqa: S102 # the page's own programs are what is tested
        counts.add(len(known["table"]))
        if engine := known.get("engine"):
            engine.dispose()
    _, [(count,)] = published.rows("SELECT count(*) FROM discharge_capacity WHERE test_id = 1")
    assert counts == {count}


def test_every_panel_of_grafana_shows_rows_by_the_columns_it_names(published: Published) -> None:
    values: dict[str, list[Any]] = {}
    for variable in GRAFANA["templating"]["list"]:
        if variable["type"] == "query":
            _, rows = published.rows(variable["query"])
            values[variable["name"]] = [value for (value,) in rows]
            assert rows
    for panel in GRAFANA["panels"]:
        (target,) = panel["targets"]
        query = target["rawSql"]
        for name, told in values.items():
            query = query.replace(f"${name})", ",".join(f"'{value}'" for value in told) + ")")
        names, rows = published.rows(query)
        assert rows, panel["title"]
        assert "$" not in query
        if panel["type"] == "trend":
            matrix, made_number = (each["options"] for each in panel["transformations"])
            x, series, y = (matrix[f"{each}Field"] for each in ("row", "column", "value"))
            assert {x, series, y} == set(names)
            assert made_number["conversions"][0]["targetField"] == f"{x}\\{series}"
            along = [row[names.index(x)] for row in rows]
            assert along == sorted(along), "a trend wants its x ascending"
            places = Counter((row[names.index(x)], row[names.index(series)]) for row in rows)
            assert max(places.values()) == 1, "a point would hide another"


def test_every_panel_of_grafana_asks_the_database_chosen_on_top() -> None:
    (database,) = (each for each in GRAFANA["templating"]["list"] if each["type"] == "datasource")
    asked = {"type": database["query"], "uid": f"${{{database['name']}}}"}
    assert len({panel["id"] for panel in GRAFANA["panels"]}) == len(GRAFANA["panels"])
    for panel in GRAFANA["panels"]:
        assert panel["datasource"] == asked
        assert [target["datasource"] for target in panel["targets"]] == [asked]


def exported(folder: str) -> dict[str, dict[str, Any]]:
    """Return what the Superset export has of a kind, by uuid."""
    files = (SUPERSET / folder).rglob("*.yaml")
    documents = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in files)
    return {document["uuid"]: document for document in documents}


def test_every_chart_of_superset_shows_rows_by_the_columns_it_names(published: Published) -> None:
    datasets = exported("datasets")
    found = {uuid: published.rows(each["sql"]) for uuid, each in datasets.items()}
    for uuid, (names, _) in found.items():
        assert names == [column["column_name"] for column in datasets[uuid]["columns"]]
    for chart in exported("charts").values():
        names, rows = found[chart["dataset_uuid"]]
        params = chart["params"]
        for suffix in ("", "_b") if "metrics_b" in params else ("",):
            kept = rows
            for each in params[f"adhoc_filters{suffix}"]:
                place = names.index(each["subject"])
                assert each["operator"] == "=="
                kept = [
                    row for row in kept if str(row[place]).rstrip("0") == str(each["comparator"])
                ]
            assert kept, chart["slice_name"]
            (metric,) = params[f"metrics{suffix}"]
            (column,) = re.fullmatch(r"AVG\((\w+)\)", metric["sqlExpression"]).groups()  # type: ignore[union-attr] # it must match
            assert column in names
            keys = [names.index(each) for each in (params["x_axis"], *params[f"groupby{suffix}"])]
            places = Counter(tuple(row[key] for key in keys) for row in kept)
            assert max(places.values()) == 1, "an average would hide rows"


def test_the_export_of_superset_is_whole_and_has_no_password() -> None:
    datasets, charts = exported("datasets"), exported("charts")
    (database,), (dashboard,) = exported("databases").values(), exported("dashboards").values()
    shown = [
        each["meta"]["uuid"]
        for each in dashboard["position"].values()
        if "meta" in each and "uuid" in each["meta"]
    ]
    assert sorted(shown) == sorted(charts)
    assert {chart["dataset_uuid"] for chart in charts.values()} == datasets.keys()
    assert {dataset["database_uuid"] for dataset in datasets.values()} == {database["uuid"]}
    assert {dataset["schema"] for dataset in datasets.values()} == {"bi"}
    assert ":XXXXXXXXXX@" in database["sqlalchemy_uri"]
    for filtered in dashboard["metadata"]["native_filter_configuration"]:
        for target in filtered["targets"]:
            columns = datasets[target["datasetUuid"]]["columns"]
            assert target["column"]["name"] in {column["column_name"] for column in columns}
