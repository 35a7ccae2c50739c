"""Where Alembic meets the catalog: on the connection handed over, or on LEYDEN_DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection

from schema.catalog import Table
from schema.catalog.connection import connect
from schema.settings import Settings


def run(connection: Connection) -> None:
    """Run the migrations asked for inside the transaction that is open, or in one of their own."""
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with connect(Settings().catalog_url).execution_options(mode="migrate").connect() as own:
        run(own)
