"""Whether tables hold what they held, where nobody has changed them since.

A database does not see a number that a disk turned into another. Every change of the catalog names
the tables that it wrote to, so a table that none has named since its rows were hashed has the same.
"""

import hashlib
from collections.abc import Set as AbstractSet
from typing import Final

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from schema.catalog.check import FileCheck, TableDigest
from schema.catalog.connection import alone, current_snapshot, look
from schema.catalog.job import Job
from schema.catalog.snapshot import Allocation, Snapshot
from schema.catalog.table import Table

_WRITTEN_BESIDE: Final = {
    each.__tablename__ for each in (Job, Allocation, Snapshot, FileCheck, TableDigest)
}
"""Tables that are written to without a snapshot that says so."""
_ROWS_AT_ONCE: Final = 10_000


def altered(engine: Engine) -> list[str]:
    """Return which tables hold other rows though nobody changed them, and remember all others.

    A table that is not as it was stays in the list until it is changed or the catalog is restored.
    """
    with look(engine) as session:
        snapshot = current_snapshot(session)
        before = {each.name: each for each in session.scalars(select(TableDigest))}
        since = min((each.snapshot for each in before.values()), default=0)
        touched = dict(
            session.execute(select(Snapshot.id, Snapshot.touched).where(Snapshot.id > since)).all()
        )
        now = {name: _digest(session, name) for name in sorted(_ever_touched(session))}
    lines, renewed = [], []
    for name, sha256 in now.items():
        former, layout = before.get(name), _layout(name)
        if former and former.layout == layout and not _is_touched(name, former.snapshot, touched):
            if former.sha256 != sha256:
                lines.append(
                    f"table {name} holds other rows than at snapshot {former.snapshot}, though "
                    "nothing changed it since"
                )
            continue
        renewed.append(TableDigest(name=name, snapshot=snapshot, layout=layout, sha256=sha256))
    if renewed:
        with alone(engine) as session:
            names = [each.name for each in renewed]
            session.execute(delete(TableDigest).where(TableDigest.name.in_(names)))
            session.add_all(renewed)
    return lines


def _ever_touched(session: Session) -> AbstractSet[str]:
    """Return the tables that changes wrote to: of these alone it is known when they change."""
    found: set[str] = set()
    for names in session.scalars(select(Snapshot.touched).where(Snapshot.touched.is_not(None))):
        found |= set(names or ())
    return (found & Table.metadata.tables.keys()) - _WRITTEN_BESIDE


def _is_touched(name: str, since: int, touched: dict[int, list[str] | None]) -> bool:
    return any(
        names is None or name in names for number, names in touched.items() if number > since
    )


def _layout(name: str) -> str:
    return ",".join(column.name for column in Table.metadata.tables[name].columns)


def _digest(session: Session, name: str) -> str:
    """Return the hash of all rows of a table, in the order of its key."""
    table, digest = Table.metadata.tables[name], hashlib.sha256()
    rows = session.execute(
        select(table).order_by(*table.primary_key.columns),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
