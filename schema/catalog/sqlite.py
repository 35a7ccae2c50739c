"""A catalog in a file of SQLite: how it is opened, waited for, and rid of what was deleted."""

from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_LOCKED, DatabaseError
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from time import monotonic, sleep
from typing import Final

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DatabaseError as CatalogError
from sqlalchemy.pool import ConnectionPoolEntry

from schema.error import CatalogLocked, InvalidSetting

_PATIENCE_SECOND: Final = 30.0
_BRIEF_MILLISECOND: Final = 2_000
_TAKEN: Final = (SQLITE_BUSY, SQLITE_LOCKED)
_SETUP: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)
_BEGIN: Final = {
    # pragmas of the connection, and what it begins with
    "look": ("PRAGMA foreign_keys = ON", "PRAGMA query_only = ON", "BEGIN DEFERRED"),
    "change": (
        "PRAGMA foreign_keys = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA synchronous = FULL",
        "BEGIN IMMEDIATE",
    ),
    # what is written so survives the death of every process, yet not a power cut
    "light": (
        "PRAGMA foreign_keys = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA synchronous = NORMAL",
        "BEGIN IMMEDIATE",
    ),
    # a table is rebuilt under its children, and the pragma does nothing inside a transaction
    "migrate": (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA query_only = OFF",
        "PRAGMA synchronous = FULL",
        "BEGIN IMMEDIATE",
    ),
}


def connect_sqlite(target: URL) -> Engine:
    """Return an engine on a file, which is made where there is none.

    Raises:
        InvalidSetting: when its folder cannot be made.
    """
    folder = Path(str(target.database)).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        reason = f"{folder}: {fault.strerror}; LEYDEN_HOME or this names another place"
        raise unusable(str(target), reason) from fault
    engine = create_engine(
        target.set(drivername="sqlite+pysqlite"), execution_options={"mode": "change"}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: we do, below
        for pragma in _SETUP:
            _patiently(connection, pragma, str(target.database))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        *pragmas, statement = _BEGIN[connection.get_execution_options()["mode"]]
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 # it has just been had
        for pragma in pragmas:
            _patiently(driver, pragma, str(target.database))
        connection.exec_driver_sql(statement)

    @event.listens_for(engine, "handle_error")
    def name_fault(context: ExceptionContext) -> None:
        fault = context.original_exception
        if getattr(fault, "sqlite_errorcode", None) in _TAKEN:
            raise CatalogLocked(str(target.database), _PATIENCE_SECOND)
        if isinstance(fault, UnicodeDecodeError):
            raise CatalogError(context.statement, None, _undecodable(fault)) from fault

    return engine


def _patiently(connection: SqliteConnection, pragma: str, database: str) -> None:
    """Set up a connection; several that make one file at once wait for each other."""
    deadline = monotonic() + _PATIENCE_SECOND
    while True:
        try:
            connection.execute(pragma)
        except SqliteError as fault:  # SQLite does not wait before it turns a journal to WAL
            if fault.sqlite_errorcode not in _TAKEN:
                raise
            if monotonic() > deadline:
                raise CatalogLocked(database, _PATIENCE_SECOND) from fault
            sleep(0.01)
        except UnicodeDecodeError as fault:
            raise _undecodable(fault) from fault
        else:
            return


def _undecodable(fault: UnicodeDecodeError) -> DatabaseError:
    """Return as damage what is no text, as the words are in which SQLite complains of a damage."""
    said = fault.object.decode(errors="backslashreplace")
    damage = DatabaseError(f"what is no text is in it: {said}")
    damage.sqlite_errorcode = SQLITE_CORRUPT
    return damage


def unusable(url: str, reason: str) -> InvalidSetting:
    """Return the refusal of a URL that leads to no catalog."""
    return InvalidSetting("LEYDEN_DATABASE_URL", url, reason)


def vacuum(engine: Engine) -> bool:
    """Rebuild the file without what was deleted; return whether nothing of it is left.

    Some is where somebody reads the file meanwhile, or its disk is full.
    """
    raw = engine.raw_connection()  # every other begins a transaction
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA query_only = OFF")
        cursor.execute(f"PRAGMA busy_timeout = {_BRIEF_MILLISECOND}")
        cursor.execute("VACUUM")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except SqliteError as fault:
        if fault.sqlite_errorcode not in {*_TAKEN, SQLITE_FULL}:
            raise
        return False
    finally:
        raw.invalidate()  # it is not to be as impatient with others
        raw.close()
    return not busy
