"""Bringing a catalog to this program's revision.

Almost always it is there already: Alembic, which takes a third of a second to import, is called
only when it is not.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from schema.catalog.connection import connect, serialize
from schema.error import CatalogNotMigrated
from schema.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
REVISIONS: Final = tuple(
    sorted(path.stem.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))
)
"""Of this program and those before it: the files of migrations/versions begin with theirs."""


def open_catalog(settings: Settings) -> Engine:
    """Return an engine on the catalog, created or migrated to this program's revision.

    Raises:
        CatalogNotMigrated: when a newer program wrote it.
        InvalidSetting: when LEYDEN_DATABASE_URL leads to no catalog.
    """
    engine = connect(settings.catalog_url)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def migrations() -> "Config":
    """Return the configuration of the migrations that ship with this program."""
    from alembic.config import Config  # noqa: PLC0415 # see above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Bring a catalog to this program's revision; of several at once one does it, the rest wait.

    Raises:
        CatalogNotMigrated: when a newer program wrote it.
    """
    with engine.execution_options(mode="look").connect() as connection:
        if _revision(connection) == REVISIONS[-1]:
            return
    from alembic import command  # noqa: PLC0415 # see above

    with engine.execution_options(mode="migrate").begin() as connection:
        serialize(connection)
        found = _revision(connection)
        if found not in {None, *REVISIONS}:
            raise CatalogNotMigrated(found, REVISIONS[-1])
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
