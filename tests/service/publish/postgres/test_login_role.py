"""Readers read what is published, of their projects where they have some, and can do nothing else.

The warehouse of three tests, told of by a study: names of what project alpha has end in -a, those
of beta in -b. What is forbidden is tried with the read-only default off, so that grants refuse it.
"""

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from ingest.study.document import read_study
from ingest.study.entry import enter
from leyden import app
from schema.catalog import Cell
from schema.catalog.connection import change
from schema.error import InvalidArgument, PublicationFailed
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.publish.place import target_at
from service.publish.postgres.login_role import Reader, make_reader
from service.publish.publication import Publisher
from service.publish.star import star
from service.store.store import Store

pytestmark = pytest.mark.postgres

STUDY: Final = """
study: two projects
source: lab book
time_zone: UTC
substances:
  Li: {formula: Li}
  LATP-a: {properties: {shear_modulus: 40-60 GPa}}
  LATP-b: {properties: {shear_modulus: 41-61 GPa}}
materials:
  powder-a: {substance: LATP-a, kind: batch}
  powder-b: {substance: LATP-b, kind: batch}
  pellet-a: {substance: LATP-a, properties: {relative_density: 92 %}, tests: [peis.mpr]}
  pellet-b: {substance: LATP-b, properties: {relative_density: 93 %}}
processes:
  sinter-a: {kind: sinter, inputs: [powder-a], outputs: [pellet-a], parameters: {time: 6 h}}
  sinter-b: {kind: sinter, inputs: [powder-b], outputs: [pellet-b], parameters: {time: 7 h}}
protocols:
  long-a: {technique: GCPL, steps: [{mode: charge, duration: 1 h}]}
  long-b: {technique: GCPL, steps: [{mode: discharge, duration: 2 h}]}
cells:
  LFP-01:
    {project: alpha, protocol: long-a, tests: [gcpl.mpr],
     layers: [{substance: Li}, {material: pellet-a, thickness: 1 mm}]}
  LiS-02:
    {project: beta, protocol: long-b, tests: [rate.nda],
     layers: [{substance: Li}, {material: pellet-b, thickness: 2 mm}]}
  spare: {area: 1 cm²}
claims:
  N1-a: {text: much, quantity: discharge_capacity, value: 1 Ah, subject: {cell: LFP-01}}
"""
OWN: Final = {
    "alpha": {
        "cell_id": "SELECT cell_id FROM bi.cell WHERE cell_name = 'LFP-01'",
        "test_id": "SELECT test_id FROM bi.test WHERE test_name IN ('gcpl.mpr', 'peis.mpr')",
        "material_id": "SELECT material_id FROM bi.material WHERE material_name LIKE '%-a'",
        "process_id": "SELECT process_id FROM bi.process WHERE process_name LIKE '%-a'",
        "protocol_id": "SELECT protocol_id FROM bi.protocol WHERE protocol_name LIKE '%-a'",
        "substance_id": "SELECT substance_id FROM bi.substance WHERE name IN ('Li', 'LATP-a')",
    },
    "beta": {
        "cell_id": "SELECT cell_id FROM bi.cell WHERE cell_name = 'LiS-02'",
        "test_id": "SELECT test_id FROM bi.test WHERE test_name = 'rate.nda'",
        "material_id": "SELECT material_id FROM bi.material WHERE material_name LIKE '%-b'",
        "process_id": "SELECT process_id FROM bi.process WHERE process_name LIKE '%-b'",
        "protocol_id": "SELECT protocol_id FROM bi.protocol WHERE protocol_name LIKE '%-b'",
        "substance_id": "SELECT substance_id FROM bi.substance WHERE name IN ('Li', 'LATP-b')",
    },
}
"""The rows of a project by the names the study gives them."""
MIXED: Final = (*("claim", "claim_verdict", "survival", "log_rank", "replicate_statistic"),)
FEW: Final = (
    *("discharge_capacity", "coulombic_efficiency", "fade_rate", "theoretical_capacity"),
    *("replicate_statistic", "claim_subject"),
)
"""Metrics that a test of its own publishes, of every reach and cheap to compute each time anew.

The others are published once.
"""
REFUSED: Final = (
    "INSERT INTO {schema}.cell (cell_name) VALUES ('x')",
    "UPDATE {schema}.cell SET note = 'x'",
    "DELETE FROM {schema}.cell",
    "TRUNCATE bi.cell",
    "SELECT * FROM {schema}.cell FOR UPDATE",
    "BEGIN; LOCK TABLE {schema}.cell IN SHARE MODE",
    "COPY {schema}.cell FROM PROGRAM 'true'",
    "COPY {schema}.cell TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/leyden-never'",
    "CREATE TABLE {schema}.mine (a int)",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "SELECT 1 INTO TEMPORARY mine",
    "CREATE VIEW public.mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION {schema}.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE public.mine (a int)'; END $$",
    "DROP TABLE bi.cell",
    "DROP SCHEMA {schema} CASCADE",
    "ALTER TABLE {schema}.cell RENAME TO mine",
    "ALTER TABLE {schema}.cell OWNER TO {reader}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {publisher} GRANT INSERT ON TABLES TO {reader}",
    "COMMENT ON COLUMN {schema}.cell.note IS 'mine'",
    "CREATE INDEX ON bi.cell (note)",
    "SET ROLE {publisher}",
    "SET SESSION AUTHORIZATION {publisher}",
    "SET SESSION AUTHORIZATION {other}",
    "SELECT set_config('session_authorization', '{other}', false)",
    "SELECT set_config('role', '{other}', false)",
    "SET ROLE pg_read_all_data",
    "GRANT {other} TO {reader}",
    "GRANT pg_read_all_data TO {reader}",
    "ALTER ROLE {reader} SUPERUSER",
    "ALTER ROLE {reader} CONNECTION LIMIT 100",
    "ALTER ROLE {other} SET search_path = public",
    "CREATE ROLE mine",
    "DROP ROLE {other}",
    "REASSIGN OWNED BY {publisher} TO {reader}",
    "ALTER SYSTEM SET log_statement = 'none'",
    "SELECT * FROM bi_store.layout",
    "SELECT * FROM bi_store.reader_project",
    "SELECT * FROM bi_store.own_cell",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
)


@dataclass(frozen=True)
class Desk:
    """A published database with readers of everything, alpha, beta and nothing."""

    url: str
    settings: Settings
    names: Mapping[str, str]
    metrics: Mapping[str, Metric]

    def connect(self, reader: str | None = None) -> psycopg.Connection[Any]:
        """Return a connection of a reader, or of the publisher."""
        user = {"user": self.names.get(reader, reader)} if reader else {}
        return psycopg.connect(make_conninfo(self.url, **user), autocommit=True)

    def publish(self, *, but: str | None = None) -> None:
        """Publish what there is, without one of the metrics."""
        warehouse = open_warehouse(self.settings)
        metrics = {name: each for name, each in self.metrics.items() if name != but}
        store = Store(warehouse.engine, warehouse.lake, metrics)
        try:
            publisher = Publisher(store, warehouse.engine, metrics)
            assert publisher.publish(target_at(self.url)).failed == ()
        finally:
            store.close()
            warehouse.engine.dispose()

    def project_views(self) -> list[str]:
        """Return the names in bi_mine."""
        query = "SELECT relname FROM pg_class WHERE relnamespace = 'bi_mine'::regnamespace"
        with self.connect() as connection:
            return sorted(name for (name,) in connection.execute(query))


def reader_at(url: str, name: str, *projects: str, password: str = "") -> Reader:
    return make_reader(target_at(url), star(read_metrics()), name, projects, password)


def metrics_called(names: Sequence[str]) -> Mapping[str, Metric]:
    metrics = read_metrics()
    return {name: metrics[name] for name in names}


@contextmanager
def desk(home: Path, metrics: Mapping[str, Metric]) -> Iterator[Desk]:
    """Publish a warehouse to a new database and make the readers; all of it is gone after."""
    server = os.environ.get("LEYDEN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    settings = Settings(home=home)
    document = home / "study.yaml"
    document.write_text(STUDY, encoding="utf-8")
    warehouse = open_warehouse(settings)
    enter(warehouse.engine, read_study(document))
    warehouse.engine.dispose()
    unique = uuid4().hex[:8]
    names = {each: f"{each}_{unique}" for each in ("all", "alpha", "beta", "nothing")}
    database = sql.Identifier(f"readers_{unique}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            url = f"{server.rpartition('/')[0]}/readers_{unique}"
            here = Desk(url, settings, names, metrics)
            here.publish()
            reader_at(here.url, names["all"])
            for project in ("alpha", "beta", "nothing"):
                reader_at(here.url, names[project], project)
            yield here
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            for name in names.values():
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def here(_homes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk for reading only."""
    home = tmp_path_factory.mktemp("readers") / "home"
    shutil.copytree(_homes[1], home)
    with desk(home, read_metrics()) as opened:
        yield opened


@pytest.fixture
def spare(here: Desk) -> Iterator[str]:
    """Return the name of a role that is not there yet, and will not be after."""
    name = f"spare_{uuid4().hex[:8]}"
    yield name
    with here.connect() as publisher:
        if publisher.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchall():
            publisher.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
            publisher.execute("DELETE FROM bi_store.reader_project WHERE reader = %s", (name,))


@pytest.fixture
def publisher(
    warehouse: Any,  # noqa: ANN401 # a fixture
    publishing: Callable[..., Any],
) -> Any:  # noqa: ANN401 # a class of the conftest
    """Return who publishes the warehouse of three tests, few of its metrics."""
    return publishing(warehouse.settings, metrics_called(FEW))


@pytest.fixture
def own(_homes: tuple[Path, Path], tmp_path: Path) -> Iterator[Desk]:
    """Return a desk that is the test's own."""
    shutil.copytree(_homes[1], tmp_path / "home")
    with desk(tmp_path / "home", metrics_called(FEW)) as opened:
        yield opened


def wanted_rows(connection: psycopg.Connection[Any], view: str, project: str) -> Counter[str]:
    """Return the rows of a table whose ids all are a project's, and that have one."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'bi'"
    columns = {
        name for (name,) in connection.execute(f"{query} AND table_name = %s", (view,)).fetchall()
    }
    owned = [each for each in OWN[project] if each in columns]
    assert owned, view
    conditions = [f"({each} IS NULL OR {each} IN ({OWN[project][each]}))" for each in owned]
    conditions.append(f"num_nonnulls({', '.join(owned)}) > 0")
    where = " AND ".join(conditions)
    rows = connection.execute(f'SELECT t::text FROM bi."{view}" AS t WHERE {where}').fetchall()
    return Counter(row for (row,) in rows)


def assert_each_sees_its_own(desk: Desk) -> int:
    """Compare every view of both projects with the tables; return the rows that were compared."""
    views, total = set(desk.project_views()) - {"published"}, 0
    with desk.connect() as publisher:
        for project in ("alpha", "beta"):
            with desk.connect(project) as reader:
                for view in sorted(views):
                    rows = reader.execute(f'SELECT t::text FROM "{view}" AS t').fetchall()
                    seen = Counter(row for (row,) in rows)
                    assert seen == wanted_rows(publisher, view, project), (project, view)
                    total += seen.total()
    return total


@pytest.mark.parametrize("statement", REFUSED)
def test_what_a_reader_may_not_do_is_refused(here: Desk, statement: str) -> None:
    with here.connect() as connection:
        publisher = connection.info.user
    for reader, schema, other in (("all", "bi", "alpha"), ("alpha", "bi_mine", "beta")):
        names = {"reader": here.names[reader], "other": here.names[other], "schema": schema}
        with here.connect(reader) as connection:
            connection.execute("SET default_transaction_read_only = off")
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement.format(publisher=publisher, **names))


def test_by_default_nothing_is_written_whatever_the_grants(here: Desk) -> None:
    for reader in ("all", "alpha"):
        with here.connect(reader) as connection:
            with pytest.raises(errors.ReadOnlySqlTransaction):
                connection.execute("ALTER ROLE CURRENT_USER SET statement_timeout = 0")
            settings = ("statement_timeout", "idle_in_transaction_session_timeout", "search_path")
            shown = [connection.execute(f"SHOW {each}").fetchall()[0][0] for each in settings]
            assert shown == ["30s", "30s", {"all": "bi", "alpha": "bi_mine"}[reader]]


def test_what_a_reader_grants_has_no_effect(here: Desk) -> None:
    query = "SELECT relname, relacl::text FROM pg_class WHERE relname = 'cell' ORDER BY oid"
    with here.connect("all") as connection:
        before = connection.execute(query).fetchall()
        connection.execute("SET default_transaction_read_only = off")
        connection.execute("GRANT SELECT ON bi.cell TO PUBLIC")
        assert connection.execute(query).fetchall() == before


def test_a_reader_has_eight_connections(here: Desk) -> None:
    with ExitStack() as opened:
        for _ in range(8):
            opened.enter_context(here.connect("beta"))
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            here.connect("beta")


def test_a_reader_reads_every_table_in_every_way(here: Desk) -> None:
    with here.connect("all") as reader, here.connect() as publisher:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'bi'"
        tables = [name for (name,) in publisher.execute(query)]
        assert len(tables) > 50
        for name in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            assert (
                reader.execute(count).fetchall()
                == publisher.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("bi", name))
                ).fetchall()
            )
        with reader.transaction(), reader.cursor("served") as cursor:
            assert len(cursor.execute("SELECT * FROM cycle").fetchall()) == 8
        with reader.cursor().copy("COPY cell TO STDOUT") as copied:
            assert b"LFP-01" in b"".join(bytes(each) for each in copied)
        query = "SELECT col_description('cell'::regclass, attnum) FROM pg_attribute"
        query += " WHERE attrelid = 'cell'::regclass AND attname = 'area_cm2'"
        assert "In cm²." in reader.execute(query).fetchall()[0][0]


def test_a_reader_is_told_of_keys_where_bi_tools_ask_for_them(here: Desk) -> None:
    query = """
        SELECT constraint_type, count(*) FROM information_schema.table_constraints
        WHERE table_schema = 'bi' AND constraint_type LIKE '%KEY' GROUP BY constraint_type
    """
    with here.connect("all") as reading, here.connect() as publishing:
        keys = reading.execute(query).fetchall()
        assert {kind for kind, _ in keys} == {"PRIMARY KEY", "FOREIGN KEY"}
        assert sorted(keys) == sorted(publishing.execute(query).fetchall())


def test_a_reader_of_a_project_sees_its_rows_in_every_view(here: Desk) -> None:
    assert assert_each_sees_its_own(here) > 1000
    with here.connect("alpha") as alpha, here.connect("beta") as beta:
        cells = "SELECT cell_name, project FROM cell"
        assert alpha.execute(cells).fetchall() == [("LFP-01", "alpha")]
        assert beta.execute(cells).fetchall() == [("LiS-02", "beta")]
        capacity = "SELECT count(*) FROM discharge_capacity JOIN test USING (test_id) JOIN cell"
        capacity += " USING (cell_id)"
        assert alpha.execute(capacity).fetchall() == [(5,)]
        assert beta.execute(capacity).fetchall() == [(3,)]
        conditions = "SELECT process_name, process_parameter_name, value FROM process_parameter"
        conditions += " JOIN process USING (process_id)"
        assert alpha.execute(conditions).fetchall() == [("sinter-a", "time", 6.0)]
        assert alpha.execute("SELECT protocol_name FROM protocol").fetchall() == [("long-a",)]
        properties = "SELECT name, value, substance FROM property ORDER BY property_id"
        assert alpha.execute(properties).fetchall() == [("relative_density", 0.92, None)]


def test_nothing_in_any_view_is_called_as_what_another_project_has(here: Desk) -> None:
    with here.connect("alpha") as alpha, here.connect("beta") as beta:
        for reader, others in ((alpha, ("-b", "LiS-02", "beta")), (beta, ("-a", "LFP-01", "alp"))):
            for view in set(here.project_views()) - {"published"}:
                for (row,) in reader.execute(f'SELECT t::text FROM "{view}" AS t'):
                    fields = row.strip("()").split(",")
                    assert not [each for each in fields if each.endswith(others)], (view, row)


def test_what_mixes_projects_has_no_view_and_its_table_is_shut(here: Desk) -> None:
    views = here.project_views()
    assert set(MIXED).isdisjoint(views)
    assert {"cycle", "series", "cell", "published", "theoretical_capacity"} <= set(views)
    assert not [name for name in views if name.startswith("claim")]
    with here.connect("alpha") as reader:
        for name in ("survival", "cell", "claim", "published"):
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute(f"SELECT * FROM bi.{name}")
        with pytest.raises(errors.UndefinedTable):
            reader.execute("SELECT * FROM survival")


def test_a_reader_of_a_project_is_told_of_its_views_but_not_how_much_there_is(here: Desk) -> None:
    with here.connect("alpha") as reader:
        rows = reader.execute("SELECT * FROM published").fetchall()
        assert {row[0] for row in rows} == set(here.project_views()) - {"published"}
        assert {(row[3], row[4]) for row in rows} == {(None, None)}


def test_an_error_raised_of_each_row_tells_nothing_of_rows_one_may_not_see(here: Desk) -> None:
    leaks = "SELECT * FROM {}cell WHERE CAST(cell_name AS integer) = 1"
    with here.connect() as publisher, pytest.raises(errors.InvalidTextRepresentation):
        publisher.execute(leaks.format("bi."))
    with here.connect("nothing") as reader:
        assert reader.execute(leaks.format("")).fetchall() == []
        assert reader.execute("SELECT 1 / (area_cm2 - 1) FROM cell").fetchall() == []
        assert reader.execute("SELECT * FROM pg_stats WHERE schemaname = 'bi'").fetchall() == []
    with here.connect("alpha") as reader, pytest.raises(errors.InvalidTextRepresentation) as fault:
        reader.execute(leaks.format(""))
    assert "LFP-01" in str(fault.value)


def test_a_reader_made_again_is_the_same_reader(here: Desk, spare: str) -> None:
    query = """
    SELECT 'role', r::text FROM pg_roles AS r WHERE rolname = %(name)s
    UNION ALL SELECT 'setting', s::text FROM pg_db_role_setting AS s
        JOIN pg_roles ON pg_roles.oid = setrole WHERE rolname = %(name)s
    UNION ALL SELECT 'later', a::text FROM pg_default_acl, unnest(defaclacl) AS a
    UNION ALL SELECT relname, a::text FROM pg_class, unnest(relacl) AS a
    UNION ALL SELECT nspname, a::text FROM pg_namespace, unnest(nspacl) AS a
    UNION ALL SELECT datname, a::text FROM pg_database, unnest(datacl) AS a
        WHERE datname = current_database()
    UNION ALL SELECT 'project', p::text FROM bi_store.reader_project AS p
    ORDER BY 1, 2
    """

    def state() -> list[Any]:
        with here.connect() as publisher:
            return publisher.execute(query, {"name": spare}).fetchall()

    assert reader_at(here.url, spare).password is not None
    everything = state()
    assert reader_at(here.url, spare) == Reader(spare, "bi", None, ())
    assert state() == everything
    reader_at(here.url, spare, "alpha", "alpha")
    of_alpha = state()
    with here.connect(spare) as reader:
        assert reader.execute("SELECT count(*) FROM cell").fetchall() == [(1,)]
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM bi.cell")
    reader_at(here.url, spare, "alpha", "beta")
    with here.connect(spare) as reader:
        assert reader.execute("SELECT count(*) FROM cell").fetchall() == [(2,)]
    reader_at(here.url, spare, "alpha")
    assert state() == of_alpha
    reader_at(here.url, spare)
    assert state() == everything
    with here.connect(spare) as reader:
        assert reader.execute("SELECT count(*) FROM cell").fetchall() == [(3,)]
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM bi_mine.cell")


def test_a_role_made_by_others_or_raised_by_hand_is_left_alone(here: Desk, spare: str) -> None:
    reader_at(here.url, spare)
    with here.connect() as publisher:
        publisher.execute(f"GRANT pg_read_all_data TO {spare}")
        with pytest.raises(PublicationFailed, match="was given more by hand"):
            reader_at(here.url, spare, "alpha")
        publisher.execute(f"REVOKE pg_read_all_data FROM {spare}")
        publisher.execute(f"DROP OWNED BY {spare}; DROP ROLE {spare}; CREATE ROLE {spare}")
        query = f"SELECT r::text, rolpassword FROM pg_authid AS r WHERE rolname = '{spare}'"
        before = publisher.execute(query).fetchall()
        with pytest.raises(PublicationFailed, match="was not made by Leyden"):
            reader_at(here.url, spare, "alpha", password=uuid4().hex)
        assert publisher.execute(query).fetchall() == before


def test_no_reader_of_a_project_is_made_where_everybody_reads_everything(
    here: Desk, spare: str
) -> None:
    with here.connect() as publisher:
        publisher.execute("GRANT USAGE ON SCHEMA bi TO PUBLIC")
        with pytest.raises(PublicationFailed, match="REVOKE ALL ON SCHEMA bi FROM PUBLIC"):
            reader_at(here.url, spare, "beta")
        publisher.execute("REVOKE USAGE ON SCHEMA bi FROM PUBLIC")


def test_a_reader_is_refused_where_there_can_be_none(tmp_path: Path, database: str) -> None:
    with pytest.raises(InvalidArgument, match="a file has no roles"):
        reader_at(str(tmp_path / "star.duckdb"), "anna")
    for name in ("", "x" * 64):
        with pytest.raises(InvalidArgument, match="1 to 63 bytes"):
            reader_at(database, name)
    with pytest.raises(PublicationFailed, match="publish first"):
        reader_at(database, "anna")


def test_the_command_line_makes_a_reader_and_tells_its_password_once(
    here: Desk, spare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEYDEN_READER_PASSWORD", raising=False)
    command = ["publish", here.url, "--create-reader", spare, "--project", "alpha"]
    first, second = (CliRunner().invoke(app, command) for _ in range(2))
    message = f"publish: {spare} reads schema bi_mine of postgresql://"
    assert first.output.startswith("password ")
    assert message in first.output
    assert second.output.startswith(message)
    assert "password" not in second.output
    for wrong in (["--project", "alpha"], ["--create-reader", spare, "--every", "60s"]):
        refused = CliRunner().invoke(app, ["publish", here.url, *wrong])
        assert isinstance(refused.exception, InvalidArgument)


def outdate(desk: Desk, *tables: str) -> None:
    """Make tables as if an earlier Leyden had published them, with a column more."""
    with desk.connect() as publisher:
        for name in tables:
            publisher.execute(f"ALTER TABLE bi.{name} ADD COLUMN former text")
            keys = "SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u') AND conrelid = "
            ((key,),) = publisher.execute(f"{keys}'bi.{name}'::regclass").fetchall()
            publisher.execute(f"ALTER TABLE bi.{name} RENAME CONSTRAINT {key} TO {name}_former")
            publisher.execute(
                "UPDATE bi_store.layout SET version = '', columns = columns || '{former text}'"
                " WHERE table_name = %s",
                (name,),
            )


def add_cell(desk: Desk, name: str, project: str) -> None:
    warehouse = open_warehouse(desk.settings)
    with change(warehouse.engine, name) as (session, _):
        session.add(Cell(name=name, project=project))
    warehouse.engine.dispose()


def test_the_views_follow_what_is_published(own: Desk) -> None:
    before = own.project_views()
    assert_each_sees_its_own(own)
    add_cell(own, "more", "nothing")  # some rows of some tables
    own.publish()
    assert_each_sees_its_own(own)
    outdate(
        own, "cell", "coulombic_efficiency", "replicate_statistic"
    )  # tables that are built anew
    with own.connect("alpha") as reader:
        assert "former" not in reader.execute("SELECT * FROM cell").fetchall()
    own.publish()
    assert_each_sees_its_own(own)
    assert own.project_views() == before
    add_cell(own, "and more", "nothing")
    own.publish(but="fade_rate")  # a table that goes, and comes back
    assert set(before) - set(own.project_views()) == {"fade_rate"}
    own.publish()
    assert own.project_views() == before
    assert_each_sees_its_own(own)
    with own.connect("all") as reader:
        for name in ("cell", "fade_rate"):
            reader.execute(f"SELECT * FROM {name}")
    with own.connect("nothing") as reader:
        assert reader.execute("SELECT count(*) FROM cell").fetchall() == [(2,)]


def test_views_of_an_earlier_leyden_are_made_anew(own: Desk) -> None:
    with own.connect() as publisher:
        publisher.execute("CREATE OR REPLACE VIEW bi_store.own_cell AS SELECT cell_id FROM bi.cell")
        publisher.execute(
            "UPDATE bi_store.project_view SET definition = 'before' WHERE view_name = 'own_cell'"
        )
    add_cell(own, "more", "nothing")
    own.publish()
    assert_each_sees_its_own(own)


def test_a_view_that_somebody_built_is_never_dropped(own: Desk) -> None:
    with own.connect() as publisher:
        publisher.execute("CREATE VIEW public.theirs AS SELECT count(*) FROM bi_mine.cell")
    outdate(own, "cell")
    with pytest.raises(AssertionError, match=r"public\.theirs is built on it"):
        own.publish()
    with own.connect() as publisher:
        assert publisher.execute("SELECT * FROM public.theirs").fetchall() == [(0,)]
    with own.connect("beta") as reader:
        assert reader.execute("SELECT cell_name FROM cell").fetchall() == [("LiS-02",)]


def test_who_reads_while_views_are_made_anew_meets_no_error(own: Desk) -> None:
    stop = Event()
    query = """
    SELECT cell_name, count(*) FROM discharge_capacity
    JOIN test USING (test_id) JOIN cell USING (cell_id) GROUP BY cell_name
    """
    wanted = {"alpha": [("LFP-01", 5)], "beta": [("LiS-02", 3)]}

    def read(project: str) -> int:
        count = 0
        with own.connect(project) as reader:
            while not stop.is_set():
                assert reader.execute(query).fetchall() == wanted[project]
                count += 1
        return count

    with ThreadPoolExecutor(2) as crew:
        reading = [crew.submit(read, project) for project in wanted]
        try:
            for name in ("cell", "discharge_capacity", "test"):
                outdate(own, name)
                own.publish()
        finally:
            stop.set()
        assert min(each.result() for each in reading) > 20


@pytest.fixture
def guarded() -> Iterator[tuple[str, Path]]:
    """Return the URL and the log of a server that asks everybody for a password, and logs all."""
    if not os.environ.get("LEYDEN_TEST_POSTGRES_URL"):
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    script = Path(__file__).parents[4] / ".ci" / "postgres"
    with tempfile.TemporaryDirectory() as top:
        Path(top).chmod(0o755)  # the server has a user of its own
        folder = Path(top) / "server"
        environment = {**os.environ, "LEYDEN_TEST_POSTGRES_FOLDER": str(folder)}

        def ci(word: str) -> str:
            command = [str(script), word]
            return subprocess.run(  # noqa: S603 # our own script
                command, env=environment, check=True, capture_output=True, text=True
            ).stdout.strip()

        url = ci("start")
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ALTER ROLE leyden PASSWORD 'of the publisher'")
                connection.execute("ALTER SYSTEM SET log_statement = 'all'")
                rules = folder / "data" / "pg_hba.conf"
                rules.write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
                connection.execute("SELECT pg_reload_conf()")
            yield make_conninfo(url, password="of the publisher"), folder / "log"  # noqa: S106 # of this server
        finally:
            ci("stop")


def test_a_password_is_kept_from_the_server_and_lets_in(
    guarded: tuple[str, Path],
    publisher: Any,  # noqa: ANN401 # a fixture
) -> None:
    conninfo, log = guarded
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    at = f"{parts['host']}:{parts['port']}/{parts['dbname']}"
    url = f"postgresql://leyden:of%20the%20publisher@{at}"
    publisher.to(url)
    reader_made = reader_at(url, "anna")
    assert reader_made.password is not None
    assert len(reader_made.password) >= 32
    passwords = {"anna": reader_made.password, "ben": f"geheim! ü {uuid4().hex}"}
    assert reader_at(url, "ben", password=passwords["ben"]).password is None
    for name, password in passwords.items():
        with psycopg.connect(conninfo, user=name, password=password) as reader:
            assert reader.execute("SELECT count(*) FROM cell").fetchall() == [(2,)]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(conninfo, user=name, password="another")  # noqa: S106 # none at all
        assert password not in log.read_text(encoding="utf-8")
    with psycopg.connect(conninfo) as connection:
        query = "SELECT rolpassword FROM pg_authid WHERE rolname IN ('anna', 'ben')"
        verifiers = [row for (row,) in connection.execute(query)]
        assert [each.partition("$")[0] for each in verifiers] == ["SCRAM-SHA-256"] * 2
    assert "ALTER ROLE" in log.read_text(encoding="utf-8")
    assert reader_at(url, "anna").password is None
    with psycopg.connect(conninfo, user="anna", password=reader_made.password):
        pass  # made again it kept its password
    reader_at(url, "anna", password=passwords["ben"])
    with psycopg.connect(conninfo, user="anna", password=passwords["ben"]):
        pass


@pytest.fixture
def roles(database: str) -> Iterator[tuple[str, str]]:
    """Return the names of a publisher who may make roles and of a reader; both are gone after."""
    unique = uuid4().hex[:8]
    names = f"publisher_{unique}", f"reader_{unique}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {names[0]} LOGIN CREATEROLE")
        connection.execute(f"GRANT CREATE ON DATABASE {connection.info.dbname} TO {names[0]}")
        try:
            yield names
        finally:
            for name in names[::-1]:
                connection.execute(f"DROP OWNED BY {name} CASCADE")
                connection.execute(f"DROP ROLE {name}")


def test_a_publisher_that_owns_no_database_tells_what_its_owner_has_to_run(
    database: str,
    roles: tuple[str, str],
    publisher: Any,  # noqa: ANN401 # a fixture
) -> None:
    modest = database.replace("leyden@", f"{roles[0]}@", 1)
    publisher.to(modest)
    role = reader_at(modest, roles[1], "alpha")
    assert [each.split(" ON ")[0] for each in role.left_open] == [
        "REVOKE TEMPORARY",
        "REVOKE EXECUTE",
    ]
    with psycopg.connect(database, autocommit=True) as owner:
        for statement in role.left_open:
            owner.execute(sql.SQL(statement))
    assert reader_at(modest, roles[1], "alpha").left_open == ()


def test_a_reader_that_the_owner_makes_reads_what_the_publisher_publishes(
    database: str,
    roles: tuple[str, str],
    publisher: Any,  # noqa: ANN401 # a fixture
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    modest = database.replace("leyden@", f"{roles[0]}@", 1)
    publisher.to(modest)
    assert reader_at(database, roles[1], "alpha").left_open == ()
    with change(warehouse.engine, "more") as (session, _):
        session.add(Cell(name="more", project="alpha"))
    publisher.to(modest)  # it may still make the temporary tables it needs
    with psycopg.connect(database.replace("leyden@", f"{roles[1]}@", 1)) as reader:
        assert reader.execute("SELECT cell_name FROM cell").fetchall() == [("more",)]
