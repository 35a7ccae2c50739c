"""The migrations and the models say the same."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from schema.catalog import Claim, Process, ProcessParameter, Snapshot, Study, Sweep, Table
from schema.catalog.connection import change
from schema.catalog.migration import REVISIONS, migrate, migrations
from schema.condition import condition
from schema.measure import measure


def revised(engine: Engine, revision: str) -> None:
    config: Config = migrations()
    with engine.execution_options(mode="migrate").begin() as connection:
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        if revision == "base" or (current is not None and revision < current):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def test_the_files_of_the_migrations_begin_with_their_revisions() -> None:
    scripts = ScriptDirectory.from_config(migrations()).walk_revisions()
    assert tuple(script.revision for script in scripts)[::-1] == REVISIONS


def test_the_migrated_catalog_is_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Table.metadata) == []


def test_every_named_constraint_of_the_models_is_in_the_migrated_catalog(engine: Engine) -> None:
    found = inspect(engine)
    for name, table in Table.metadata.tables.items():
        assert {key["name"] for key in found.get_foreign_keys(name)} == {
            str(key.name) for key in table.foreign_key_constraints
        }
        assert found.get_pk_constraint(name)["name"] == str(table.primary_key.name)
        assert {index["name"] for index in found.get_indexes(name)} - {
            unique["name"] for unique in found.get_unique_constraints(name)
        } == {str(index.name) for index in table.indexes}


def test_a_catalog_goes_down_to_nothing_and_up_again(engine: Engine) -> None:
    revised(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version", *Table.metadata.tables}


def test_a_claim_from_before_studies_is_kept_and_is_about_nothing_in_particular(
    engine: Engine,
) -> None:
    revised(engine, "base")
    revised(engine, "0001")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO claim (name, source, text, evidence) VALUES ('N1', 's', 't', '{}')")
        )
    migrate(engine)
    with Session(engine) as session:
        claim = session.scalars(select(Claim)).one()
        assert (claim.name, claim.source, claim.text, claim.evidence) == ("N1", "s", "t", {})
        assert (claim.study_id, claim.subject, claim.parameters) == (None, {}, {})


CONDITIONS = """
INSERT INTO process_parameter (process_id, name, value, text, unit, qualifier) VALUES
  (1, 'temperature', 1173.15, NULL, 'K', '~'),
  (1, 'duration', 360, NULL, 'min', '>='),
  (1, 'cooling', NULL, '2 - 5 K/min', 'K/min', NULL),
  (1, 'speed', 300, NULL, 'rpm', NULL),
  (1, 'ratio', 1.05, NULL, NULL, NULL),
  (1, 'atmosphere', NULL, 'argon', NULL, NULL)
"""


@pytest.mark.slow
def test_conditions_from_before_are_converted_and_what_was_written_is_kept(engine: Engine) -> None:
    revised(engine, "base")
    revised(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO process (id, name, kind) VALUES (1, 'p', 'sinter')"))
        connection.execute(text(CONDITIONS))
        connection.execute(
            text("INSERT INTO snapshot (committed_at, action) VALUES (:at, 'x')"),
            {"at": datetime(2026, 3, 1, tzinfo=UTC)},
        )
    migrate(engine)
    with Session(engine) as session:
        found = {
            row.name: (row.value, row.lower, row.upper, row.text, row.unit, row.written)
            for row in session.scalars(select(ProcessParameter))
        }
        assert session.scalars(select(Snapshot.touched)).all() == [None]
    assert found == {
        "temperature": (900, 900, 900, None, "°C", "~ 1173.15 K"),
        "duration": (6, 6, None, None, "h", ">= 360 min"),
        "cooling": (None, 2, 5, None, "°C/min", "2 - 5 K/min"),
        "speed": (300, 300, 300, None, "rpm", "300 rpm"),
        "ratio": (1.05, 1.05, 1.05, None, None, "1.05"),
        "atmosphere": (None, None, None, "argon", None, "argon"),
    }


def test_conditions_go_back_to_what_they_were_in_their_new_unit(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(Process(id=1, name="p", kind="sinter"))
        for name, written in {"temperature": "1173.15 K", "duration": "2-6 h"}.items():
            columns = condition(measure(written), written)
            session.add(ProcessParameter(process_id=1, name=name, **columns))
    revised(engine, "0002")
    with engine.connect() as connection:
        query = "SELECT name, value, text, unit FROM process_parameter ORDER BY name DESC"
        rows = [tuple(row) for row in connection.execute(text(query))]
    assert rows == [("temperature", 900, None, "°C"), ("duration", None, "2-6 h", "h")]


TEST = """
INSERT INTO test (id, name, origin, position, point_count, step_count, cycle_count, spectrum_count,
  facts, added_snapshot)
VALUES (1, 't', 't', 1, 31, 1, 1, 1, '{}', 1)
"""
SWEEP = """
INSERT INTO sweep (id, test_id, spectrum_count, input_hash, point_count, lowest_frequency_hertz,
  highest_frequency_hertz)
VALUES (1, 1, 1, 'a', 31, 0.1, 1e5)
"""


def test_a_sweep_from_before_is_kept_up_and_down_and_how_full_the_cell_was_stays_unknown(
    engine: Engine,
) -> None:
    revised(engine, "base")
    revised(engine, "0004")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO snapshot (id, committed_at, action) VALUES (1, :at, 'x')"),
            {"at": datetime(2026, 3, 1, tzinfo=UTC)},
        )
        connection.execute(text(TEST))
        connection.execute(text(SWEEP))
    migrate(engine)
    with Session(engine) as session:
        found = session.scalars(select(Sweep)).one()
        assert (found.input_hash, found.point_count, found.state_of_charge) == ("a", 31, None)
    revised(engine, "0004")
    assert "state_of_charge" not in {each["name"] for each in inspect(engine).get_columns("sweep")}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT input_hash FROM sweep")).scalars().all() == ["a"]


def test_a_name_of_a_claim_is_taken_once_in_a_study_and_once_outside(engine: Engine) -> None:
    def claim(study_id: int | None) -> Claim:
        return Claim(name="N1", source="s", text="t", study_id=study_id)

    with change(engine, "two studies") as (session, snapshot):
        for name in ("A", "B"):
            session.add(Study(name=name, sha256="0", document={}, added_snapshot=snapshot))
        session.flush()
        session.add_all([claim(1), claim(2), claim(None)])
    for study_id in (1, None):
        with pytest.raises(IntegrityError), change(engine, "again") as (session, _):
            session.add(claim(study_id))
