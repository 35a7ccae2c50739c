"""Which exports rest on numbers of a former version: they are to be read again."""

from sqlalchemy import select, tuple_

from ingest.release import releases
from schema.catalog import RawFile
from schema.catalog.connection import look
from schema.warehouse import Warehouse


def outdated(warehouse: Warehouse) -> list[int]:
    """Return the exports whose numbers rest on a former version of reader or rules."""
    release = releases(_asked)
    with look(warehouse.engine) as session:
        living = RawFile.removed_snapshot.is_(None)
        read_by = tuple_(RawFile.reader, RawFile.reader_version)
        pairs = select(RawFile.reader, RawFile.reader_version).where(living).distinct()
        former = [
            (reader, version)
            for reader, version in session.execute(pairs)
            if release.get(reader, version) != version
        ]
        if not former:
            return []
        query = select(RawFile.id).where(living, read_by.in_(former)).order_by(RawFile.id)
        return list(session.scalars(query))


def _asked() -> dict[str, str]:
    from ingest.recognize import all_readers  # noqa: PLC0415 # a tenth of every start, see releases

    return {reader.name: reader.release for reader in all_readers()}
