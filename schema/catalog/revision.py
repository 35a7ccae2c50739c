"""What people changed of entries: one row a change, only ever added to."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now

ACTIONS: Final = ("enter", "change", "remove", "revert", "erase")
"""What may be done to an entry."""
_STATE: Final = JSON(none_as_null=True)


class Revision(Table):
    """A change of an entry: what it was before and after; the database refuses to alter it.

    Of what was erased the values before and after are taken away, and nothing else ever is.
    """

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_entry", "kind", "entry_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the change, rising.")
    snapshot_id: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), index=True, doc="Snapshot that brought it."
    )
    changed_at: Mapped[datetime] = mapped_column(default=now, doc="When it was made.")
    kind: Mapped[str] = mapped_column(
        doc="What was changed: cell, material, process, substance, protocol, property, claim, "
        "study, reference_phase, sensitivity_set, transport_run, image, test or file."
    )
    entry_id: Mapped[int] = mapped_column(Key, doc="Key of the entry among those of its kind.")
    name: Mapped[str] = mapped_column(index=True, doc="Name of the entry, after the change.")
    action: Mapped[str] = mapped_column(
        doc="What was done: enter, change, remove, revert or erase.", info={"choices": ACTIONS}
    )
    before: Mapped[dict[str, Any] | None] = mapped_column(
        _STATE, doc="What it was before; null where it was not there, or was erased since."
    )
    after: Mapped[dict[str, Any] | None] = mapped_column(
        _STATE, doc="What it was after; null where it is not there any more, or was erased since."
    )
    person: Mapped[str | None] = mapped_column(doc="Who changed it, where that is known.")
    address: Mapped[str | None] = mapped_column(
        doc="Network address it was changed from; null on the machine itself."
    )
