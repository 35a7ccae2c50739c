"""The migrations and the models say the same."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from schema.catalog import Claim, Table
from schema.catalog.connection import migrate, migrations


def revised(engine: Engine, revision: str) -> None:
    config: Config = migrations()
    with engine.execution_options(mode="migrate").begin() as connection:
        config.attributes["connection"] = connection
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


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
