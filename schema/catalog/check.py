"""What the last check of each file found, and what tables held when they were checked."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class FileCheck(Table):
    """The last check of a file of the lake."""

    __tablename__ = "file_check"

    path: Mapped[str] = mapped_column(primary_key=True, doc="Path inside the lake.")
    checked_at: Mapped[datetime] = mapped_column(index=True, doc="When it was hashed last.")
    fault: Mapped[str | None] = mapped_column(doc="What was wrong with it; null where nothing was.")


class TableDigest(Table):
    """What a table of the catalog held at a snapshot."""

    __tablename__ = "table_digest"

    name: Mapped[str] = mapped_column(primary_key=True, doc="Name of the table.")
    snapshot: Mapped[int] = mapped_column(Key, doc="The last one when it was read.")
    layout: Mapped[str] = mapped_column(doc="Its columns then.")
    sha256: Mapped[str] = mapped_column(doc="Hash of its rows.")
