"""The dimensions of the store, out of the catalog: those whose tables were written to since.

To take in one export among thousands of cells, nothing is read again of what the cells are made of.
"""

from collections.abc import Callable
from typing import Final

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import (
    Ancestor,
    Cell,
    FitChoice,
    Image,
    ImageObject,
    Material,
    Snapshot,
    Table,
    Test,
    TransportLayer,
    TransportNode,
    TransportRun,
)
from schema.catalog.structure import MEASURED
from service.metric.relation import IMAGE_OBJECT, RELATIONS, filled, stored_columns
from service.store.claim import reported
from service.store.making import provenance

Tables = dict[str, pa.Table]


def dimensions(session: Session, since: int | None) -> Tables:
    """Return each dimension that may have changed since a snapshot, all of them since None."""
    touched = _touched(session, since)
    found: Tables = {}
    for sources, read in SOURCES:
        if touched is None or not sources.isdisjoint(touched):
            found |= read(session)
    return found


def _touched(session: Session, since: int | None) -> set[str] | None:
    """Return the tables written to since a snapshot, None when that is not known."""
    if since is None:
        return None
    touched = session.scalars(select(Snapshot.touched).where(Snapshot.id > since)).all()
    known = [tables for tables in touched if tables is not None]
    return {name for tables in known for name in tables} if len(known) == len(touched) else None


def _rows(model: type[Table]) -> Callable[[Session], Tables]:
    """Return what reads a dimension that is one table of the catalog."""
    name = model.__tablename__
    columns = stored_columns(model)
    query = select(*(column.label(name) for name, column in columns.items()))
    if issubclass(model, MEASURED):
        query = query.join(Test, Test.id == model.test_id)
    if model in {Test, *MEASURED}:
        query = query.where(Test.removed_snapshot.is_(None))

    def read(session: Session) -> Tables:
        return {name: filled(session.execute(query).all(), RELATIONS[name])}

    return read


def _objects(session: Session) -> Tables:
    """Return what was measured in images, with the test of each."""
    query = (
        select(*stored_columns(ImageObject).values(), Image.test_id)
        .join(Image, Image.id == ImageObject.image_id)
        .join(Test, Test.id == Image.test_id)
        .where(Test.removed_snapshot.is_(None))
        .order_by(ImageObject.id)
    )
    return {IMAGE_OBJECT.name: filled(session.execute(query).all(), IMAGE_OBJECT)}


SOURCES: Final[tuple[tuple[frozenset[str], Callable[[Session], Tables]], ...]] = (
    (frozenset({"test"}), _rows(Test)),
    (frozenset({"cell"}), _rows(Cell)),
    (frozenset({"material"}), _rows(Material)),
    (frozenset({"ancestor"}), _rows(Ancestor)),
    *((frozenset({each.__tablename__, "test"}), _rows(each)) for each in MEASURED),
    (frozenset({"fit_choice"}), _rows(FitChoice)),
    (frozenset({"image_object", "image", "test"}), _objects),
    *(
        (frozenset({each.__tablename__}), _rows(each))
        for each in (TransportRun, TransportLayer, TransportNode)
    ),
    (
        frozenset(
            {
                *("cell_layer", "material", "substance", "ancestor"),
                *("process", "process_output", "process_parameter"),
            }
        ),
        provenance,
    ),
    (frozenset({"claim", "property", "substance", "material", "cell", "test"}), reported),
)
"""What reads dimensions, and the tables of the catalog it reads."""
