"""SQLAlchemy, by which Superset, pandas and notebooks learn what there is and read it."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Published = Any
pytestmark = pytest.mark.postgres

TYPES = {
    "BIGINT": sa.BIGINT,
    "DOUBLE": postgresql.DOUBLE_PRECISION,
    "VARCHAR": sa.TEXT,
    "BOOLEAN": sa.BOOLEAN,
}


@pytest.fixture
def engine(published: Published) -> Iterator[sa.Engine]:
    engine = sa.create_engine(published.url.replace("postgresql", "postgresql+psycopg", 1))
    yield engine
    engine.dispose()


def test_reflection_finds_every_table_with_its_comment(
    engine: sa.Engine, published: Published
) -> None:
    found = sa.MetaData(schema="bi")
    found.reflect(engine)
    assert sorted(table.name for table in found.tables.values()) == published.names
    for name, table in published.tables.items():
        assert found.tables[f"bi.{name}"].comment == table.meaning, name


def test_reflection_finds_columns_types_and_comments(
    engine: sa.Engine, published: Published
) -> None:
    found = sa.Table("discharge_capacity", sa.MetaData(), schema="bi", autoload_with=engine)
    columns = [(each.name, type(each.type), each.comment) for each in found.columns]
    assert columns == [
        (name, TYPES[kind], comment)
        for name, kind, comment in published.columns("discharge_capacity")
    ]


def test_reflection_finds_the_keys_of_every_table(engine: sa.Engine, published: Published) -> None:
    inspector = sa.inspect(engine)
    for name, table in published.tables.items():
        primary = tuple(inspector.get_pk_constraint(name, "bi")["constrained_columns"])
        assert primary == (table.key if table.is_keyed else ()), name
        foreign = {
            key["constrained_columns"][0]: (key["referred_schema"], key["referred_table"])
            for key in inspector.get_foreign_keys(name, "bi")
        }
        there = {k: ("bi", other) for k, other in table.references.items()}
        assert foreign == there, name


def test_a_reflected_table_joins_along_its_foreign_key(
    engine: sa.Engine, published: Published
) -> None:
    metadata = sa.MetaData()
    capacity = sa.Table("discharge_capacity", metadata, schema="bi", autoload_with=engine)
    test = metadata.tables["bi.test"]
    query = (
        sa.select(test.c.test_name, sa.func.count())
        .select_from(capacity.join(test))
        .where(capacity.c.complete == sa.bindparam("complete"))
        .group_by(test.c.test_name)
        .order_by(test.c.test_name)
    )
    rows = published.answers["discharge_capacity"]
    at = list(capacity.columns.keys()).index("complete")
    complete = {number: sum(row[0] == number and row[at] for row in rows) for number in (1, 2)}
    with engine.connect() as connection:
        found = connection.execute(query, {"complete": True}).all()
    assert [tuple(row) for row in found] == [("gcpl.mpr", complete[1]), ("rate.nda", complete[2])]


def test_pandas_reads_the_very_numbers_of_the_metrics(
    engine: sa.Engine, published: Published
) -> None:
    for name, rows in published.answers.items():
        frame = pd.read_sql(published.select(name), engine)
        whole = frame.astype(object).where(frame.notna(), None)
        assert list(whole.itertuples(index=False, name=None)) == rows, name


def test_pandas_reads_one_test_by_a_parameter_in_pieces(
    engine: sa.Engine, published: Published
) -> None:
    query = sa.text("SELECT * FROM bi.discharge_capacity WHERE test_id = :test ORDER BY 2")
    pieces = list(pd.read_sql(query, engine, params={"test": 1}, chunksize=2))
    capacities = [row[2] for row in published.answers["discharge_capacity"] if row[0] == 1]
    assert len(pieces) == 3
    assert pd.concat(pieces)["discharge_capacity_ah"].tolist() == capacities


def test_a_long_query_is_cancelled_and_the_connection_goes_on(
    engine: sa.Engine, published: Published
) -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with (
            published.interrupting(driver.cancel_safe),
            pytest.raises(sa.exc.OperationalError, match="user request"),
        ):
            pd.read_sql(published.long, connection)
        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM bi.cell")) == 2
