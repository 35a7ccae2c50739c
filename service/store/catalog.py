"""What the catalog says at one snapshot, as far as the store follows it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy.orm import Session

from schema.catalog.connection import current_snapshot
from service.store.dimension import dimensions
from service.store.location import live_files
from service.store.state import EMPTY, LiveFile, StoreState


@dataclass(frozen=True, slots=True)
class CatalogState:
    """What the catalog says.

    Attributes:
        snapshot: its last one.
        files: every live file of a test, by its number.
        rows: of each dimension that may have changed, by its name.
    """

    snapshot: int
    files: Mapping[int, LiveFile]
    rows: Mapping[str, pa.Table]


def catalog_state(session: Session, since: int | None, former: StoreState = EMPTY) -> CatalogState:
    """Return what the catalog says, and its dimensions that changed since a snapshot.

    ``former`` is the state before: what it knows of files is not read again.
    """
    snapshot = current_snapshot(session)
    return CatalogState(snapshot, live_files(session, former), dimensions(session, since))
