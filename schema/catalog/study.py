"""What was told of materials, cells and claims in one document, and every state it had."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now


class Study(Table):
    """A study document as it was applied; a later state supersedes it and it is kept."""

    __tablename__ = "study"
    __table_args__ = (
        Index(
            "ix_study_live",
            "name",
            unique=True,
            sqlite_where=text("removed_snapshot IS NULL"),
            postgresql_where=text("removed_snapshot IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of this state of the study.")
    name: Mapped[str] = mapped_column(index=True, doc="Name of the study.")
    sha256: Mapped[str] = mapped_column(doc="Hash of the document.")
    document: Mapped[dict[str, Any]] = mapped_column(
        doc="The document, as it was applied.",
        info={"shown": False},  # every claim of it would bring it again
    )
    applied_at: Mapped[datetime] = mapped_column(default=now, doc="When it was applied.")
    added_snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), doc="Snapshot that brought it."
    )
    removed_snapshot: Mapped[int | None] = mapped_column(
        ForeignKey("snapshot.id"),
        doc="Snapshot that superseded it; null while it is alive.",
        info={"shown": False},
    )
