"""What a database can tell of its own damage is told, on either kind."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, text

from schema.catalog import Material, Substance
from schema.catalog.connection import change, connect, look
from schema.catalog.integrity import amiss
from schema.catalog.migration import open_catalog
from schema.settings import Settings


def lines(engine: Engine) -> list[str]:
    with look(engine) as session:
        return amiss(session)


def test_a_row_that_names_another_which_is_gone_is_told(engine: Engine) -> None:
    with change(engine, "enter") as (session, _):
        substance = Substance(name="LATP")
        session.add(substance)
        session.flush()
        session.add(Material(name="pellet", substance_id=substance.id))
    assert lines(engine) == []
    with engine.execution_options(mode="migrate").begin() as connection:  # nobody watches
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(delete(Substance))
    (line,) = lines(engine)
    assert "material" in line
    assert "substance" in line


@pytest.mark.parametrize("page", [1, 2, 5])
def test_a_page_of_sqlite_that_is_noise_is_told(tmp_path: Path, page: int) -> None:
    settings = Settings(home=tmp_path)
    open_catalog(settings).dispose()
    path = tmp_path / "catalog.sqlite"
    content = bytearray(path.read_bytes())
    content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(content)
    engine = connect(settings.catalog_url)
    assert lines(engine)
    engine.dispose()
