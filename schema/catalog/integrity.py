"""Whether the catalog itself is whole, as far as its database can tell.

SQLite checks its pages, indexes and references. PostgreSQL is asked for every row of every table,
and for its indexes by amcheck where that is installed, else by reading each whole. Neither knows of
a number that turned into another: that is digest.py.
"""

from collections.abc import Iterator
from sqlite3 import SQLITE_CORRUPT, SQLITE_NOTADB
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Select, and_, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from schema.catalog.table import Table

_NO_TEXT: Final = "Could not decode to UTF-8"
_INDEXES: Final = """
SELECT index.indexrelid::regclass::text, index.indrelid::regclass::text
FROM pg_index AS index
JOIN pg_class AS class ON class.oid = index.indexrelid
JOIN pg_am AS method ON method.oid = class.relam
WHERE method.amname = 'btree' AND class.relnamespace = current_schema()::regnamespace
    AND index.indrelid::regclass::text = ANY(:tables) AND index.indpred IS NULL
ORDER BY 1
"""


def is_corrupt(fault: DBAPIError) -> bool:
    """Return whether a fault reports a file of SQLite that is damaged, or none."""
    if str(fault.orig).startswith(_NO_TEXT):  # the driver says so, without a code
        return True
    return getattr(fault.orig, "sqlite_errorcode", None) in {SQLITE_CORRUPT, SQLITE_NOTADB}


def amiss(session: Session) -> list[str]:
    """Return what is wrong with a catalog, a line each; nothing is changed.

    The session is of no more use where something could not be read.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    try:
        return list(_of_sqlite(session) if sqlite else _of_postgresql(session))
    except DBAPIError as fault:
        return [f"it cannot be read: {str(fault.orig).splitlines()[0]}"]


def _of_sqlite(session: Session) -> Iterator[str]:
    for (line,) in session.execute(text("PRAGMA integrity_check(100)")):
        if line != "ok":
            yield line.replace("\n", " ")
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row} of {table} names a row of {parent} that is not there"


def _of_postgresql(session: Session) -> Iterator[str]:
    for name, table in Table.metadata.tables.items():
        every = select(func.sum(func.length(text(f"{name}::text")))).select_from(table)
        session.execute(every).all()  # every page, and what is stored out of line
        for constraint in table.foreign_key_constraints:
            if count := session.scalar(_lacking(constraint)):
                yield f"{count} rows of {name} name rows of {constraint.referred_table} not there"
    is_installed = select(func.count()).select_from(text("pg_extension WHERE extname = 'amcheck'"))
    by_amcheck = bool(session.scalar(is_installed))
    tables = list(Table.metadata.tables)
    for index, table_name in session.execute(text(_INDEXES), {"tables": tables}).all():
        if by_amcheck:
            check = text("SELECT bt_index_check(CAST(:index AS regclass), true)")
            session.execute(check, {"index": index})
        else:
            yield from _differing(session, index, table_name)


def _lacking(constraint: ForeignKeyConstraint) -> Select[int]:
    """Return the question how many rows name others that are not there."""
    pairs = [(each.parent, each.column) for each in constraint.elements]
    target = constraint.referred_table.alias("named")
    joined = and_(*(child == target.c[parent.name] for child, parent in pairs))
    first = pairs[0]
    return (
        select(func.count())
        .select_from(constraint.table.outerjoin(target, joined))
        .where(*(child.is_not(None) for child, _ in pairs), target.c[first[1].name].is_(None))
    )


def _differing(session: Session, index: str, table: str) -> Iterator[str]:
    """Yield a line where an index, read whole, has other rows than its table."""
    columns = session.scalar(
        text("SELECT pg_get_indexdef(CAST(:index AS regclass), 1, true)"), {"index": index}
    )
    counts = []
    for way in ("seqscan", "indexonlyscan"):
        for each in ("seqscan", "bitmapscan", "indexscan", "indexonlyscan"):
            is_on = each == way or (way == "indexonlyscan" and each == "indexscan")
            session.execute(text(f"SET LOCAL enable_{each} = {'on' if is_on else 'off'}"))
        ordered = f"SELECT {columns} AS value FROM {table} ORDER BY {columns}"  # noqa: S608 # of pg_index
        counted = f"SELECT count(value) FROM ({ordered}) AS ordered"  # noqa: S608 # the same
        counts.append(session.scalar(text(counted)))
    if counts[0] != counts[1]:
        yield f"index {index} has {counts[1]} rows of {counts[0]} of {table}; REINDEX makes it anew"
