"""The way into the catalog: open it, look at it, change it.

Every change is one serialized transaction that adds a snapshot, so snapshots become visible in the
order of their numbers. Looking never waits for a change and sees one state from first to last.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from sqlalchemy import (
    Connection,
    Engine,
    UpdateBase,
    bindparam,
    case,
    create_engine,
    event,
    func,
    make_url,
    null,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from schema.catalog.history import History
from schema.catalog.job import Job
from schema.catalog.revision import Revision
from schema.catalog.snapshot import Allocation, Snapshot
from schema.catalog.sqlite import connect_sqlite, unusable, vacuum
from schema.catalog.table import Table
from schema.error import InvalidArgument, UnknownName

_LOCK: Final = 0x6C657964656E  # "leyden": the advisory lock that serializes changes on Postgres


def connect(url: str) -> Engine:
    """Return an engine on a catalog as it stands.

    Raises:
        InvalidSetting: when the URL leads to no SQLite file and no Postgres database.
    """
    try:
        target = make_url(url)
    except ArgumentError as fault:
        raise unusable(url, "it is not a URL") from fault
    if target.get_backend_name() in {"postgresql", "postgres"}:
        engine = create_engine(target.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    elif target.get_backend_name() == "sqlite" and target.database not in {None, "", ":memory:"}:
        engine = connect_sqlite(target)
    else:
        raise unusable(url, "a catalog is sqlite:///FILE or postgresql://HOST/DATABASE")
    try:
        with engine.connect():
            return engine
    except OperationalError as fault:
        engine.dispose()
        shown = target.render_as_string(hide_password=True)
        ours = "; can we write there? LEYDEN_HOME or this names another place"
        hint = ours if target.get_backend_name() == "sqlite" else ""
        raise unusable(shown, str(fault.orig).strip() + hint) from fault


def serialize(connection: Connection) -> None:
    """Wait until nobody else changes the catalog; SQLite has begun so already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


@contextmanager
def alone(engine: Engine, address: str | None = None) -> Iterator[Session]:
    """Yield a session in which nobody else changes the catalog; commit at the end.

    The snapshot it may add names the tables that were written to, and what people change of
    entries is in ``revision``, with the network address that asks for it.
    """
    writing = engine.execution_options(mode="change")
    touched: set[str] = set()

    def note(_connection: Connection, statement: object, *_rest: object) -> None:
        if isinstance(statement, UpdateBase):
            touched.add(str(statement.table))

    with Session(writing, expire_on_commit=False) as session, session.begin():
        connection = session.connection()
        serialize(connection)
        before = connection.scalar(_LAST)
        event.listen(connection, "before_execute", note)
        history = History(session, address)
        yield session
        session.flush()
        history.write(connection.scalar(_LAST) or 0)
        unnoted = {Snapshot.__tablename__, Job.__tablename__, Revision.__tablename__}
        changed = sorted(touched - unnoted)
        connection.execute(_TOUCH, {"before": before, "changed": changed})


@contextmanager
def change(
    engine: Engine, action: str, address: str | None = None
) -> Iterator[tuple[Session, int]]:
    """Yield a session and the number of the snapshot it adds; commit at the end, whole or not.

    Args:
        engine: of the catalog.
        action: what is done, in a few words.
        address: of the network, that asks for it.
    """
    with alone(engine, address) as session:
        snapshot = Snapshot(action=action)
        session.add(snapshot)
        session.flush()
        yield session, snapshot.id


@contextmanager
def aside(engine: Engine, *, durable: bool = True) -> Iterator[Session]:
    """Yield a session that writes what is no state of the warehouse, as jobs are: no snapshot.

    Others may write meanwhile on Postgres. Not ``durable`` is what may be lost in a power cut, for
    it is done again then; it does not wait for the disk.
    """
    writing = engine.execution_options(mode="change" if durable else "light")
    with Session(writing, expire_on_commit=False) as session, session.begin():
        if not durable and engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL synchronous_commit = off"))
        yield session


def analyze(engine: Engine) -> None:
    """Let the database count what its tables hold: after much was added its plans are better."""
    with engine.execution_options(mode="change").begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def forget_deleted(engine: Engine) -> bool:
    """Have the database give up the pages of what was deleted; return whether they are gone.

    They are not yet where somebody reads SQLite's file meanwhile, or its disk is full.
    """
    if engine.dialect.name != "sqlite":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM")
        return True
    return vacuum(engine)


@contextmanager
def look(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one state of the catalog and cannot change it."""
    reading = engine.execution_options(mode="look")
    if engine.dialect.name == "postgresql":
        reading = reading.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with Session(reading) as session:
        yield session


def current_snapshot(session: Session) -> int:
    """Return the number of the last committed change, 0 when there is none."""
    return session.scalar(_LAST) or 0


# what every file asks is built once
_LAST: Final = select(func.coalesce(func.max(Snapshot.id), 0))
_TOUCH: Final = (
    update(Table.metadata.tables[Snapshot.__tablename__])
    .where(Snapshot.id > bindparam("before"))
    .values(touched=bindparam("changed"))
)


def allocate(engine: Engine, kind: str, count: int) -> range:
    """Return numbers for new rows of table ``kind`` that nobody has had or will get.

    Committed at once: numbers that end up unused are lost. It does not wait for the disk: whatever
    is committed later waits for this too. Only tables that migrations entered into ``allocation``
    are numbered so.

    Raises:
        UnknownName: when the table numbers its rows by itself.
        InvalidArgument: when ``count`` is negative.
    """
    if count < 0:
        raise InvalidArgument("count", count, "a whole number from 0")
    with aside(engine, durable=False) as session:
        numbered = session.connection().execute(_allocation(kind), {"count": count}).first()
        if numbered is None:
            known = session.scalars(select(Allocation.kind)).all()
            raise UnknownName("numbered table", kind, known)
    return range(numbered.next - count, numbered.next)


@cache
def _allocation(kind: str) -> ReturningUpdate[tuple[int]]:
    allocation = Table.metadata.tables[Allocation.__tablename__].c
    used = func.max(Table.metadata.tables[kind].c.id) if kind in Table.metadata.tables else null()
    floor = select(func.coalesce(used, 0) + 1).scalar_subquery()
    free = case((allocation.next > floor, allocation.next), else_=floor)
    return (
        update(Table.metadata.tables[Allocation.__tablename__])
        .where(allocation.kind == kind)
        .values(next=free + bindparam("count"))
        .returning(allocation.next)
    )
