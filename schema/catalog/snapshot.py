"""The clock of the warehouse: every committed change is one snapshot."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now


class Snapshot(Table):
    """One committed change of catalog and lake."""

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Number of the change, rising.")
    committed_at: Mapped[datetime] = mapped_column(default=now, doc="When it was committed.")
    action: Mapped[str] = mapped_column(doc="What was done, in a few words.")
    touched: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), doc="Tables it wrote to, by name; null when that is not known."
    )


class Allocation(Table):
    """The next free number of a table, so that lake files carry ids before they are committed."""

    __tablename__ = "allocation"

    kind: Mapped[str] = mapped_column(primary_key=True, doc="What is numbered.")
    next: Mapped[int] = mapped_column(Key, doc="The number the next one gets.")
