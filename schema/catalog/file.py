"""Which bytes everything rests on."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.table import Key, Table, now
from schema.catalog.test import Test


class RawFile(Table):
    """An export as it came, kept byte for byte under its hash."""

    __tablename__ = "raw_file"
    __table_args__ = (
        Index(
            "ix_raw_file_live",
            "sha256",
            unique=True,
            sqlite_where=text("removed_snapshot IS NULL"),
            postgresql_where=text("removed_snapshot IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the file.")
    name: Mapped[str] = mapped_column(doc="File name as it came.")
    origin: Mapped[str] = mapped_column(index=True, doc="Where it was found.")
    sha256: Mapped[str] = mapped_column(index=True, doc="Hash of its bytes, its name in the lake.")
    bytes: Mapped[int] = mapped_column(Key, doc="Size.", info={"unit": "byte"})
    reader: Mapped[str] = mapped_column(doc="Reader that read it.")
    reader_version: Mapped[str] = mapped_column(
        doc="Version of that reader, and of the rules by which cycles and charge are derived."
    )
    sidecar_sha256: Mapped[str | None] = mapped_column(
        doc="Hash of the sidecar that declared its columns."
    )
    growing: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        doc="Whether it was still written to: its bytes end with its last whole record.",
    )
    prefix_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("raw_file.id"),
        index=True,
        doc="The longer version of it whose bytes begin with its own: the lake has those alone; "
        "null where it has its own.",
    )
    prefix_patch: Mapped[list[tuple[int, str]] | None] = mapped_column(
        # exports are asked for without doubles, and PostgreSQL compares no json
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        doc="Bytes it had in the place of those of the longer version: where, and in hexadecimal.",
        info={"shown": False},
    )
    ingested_at: Mapped[datetime] = mapped_column(default=now, doc="When it was read.")
    added_snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), doc="Snapshot that brought it."
    )
    removed_snapshot: Mapped[int | None] = mapped_column(
        ForeignKey("snapshot.id"),
        doc="Snapshot that superseded it; null while it is alive.",
        info={"shown": False},
    )

    lake_files: Mapped[list["LakeFile"]] = relationship(back_populates="raw_file")


class LakeFile(Table):
    """A Parquet file derived from one export for one test."""

    __tablename__ = "lake_file"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the file.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    raw_file_id: Mapped[int] = mapped_column(
        ForeignKey("raw_file.id"), index=True, doc="The export it was read from."
    )
    kind: Mapped[str] = mapped_column(
        index=True, doc="points, steps, spectra, or a method's results."
    )
    path: Mapped[str] = mapped_column(unique=True, doc="Path inside the lake.")
    rows: Mapped[int] = mapped_column(Key, doc="Rows.", info={"unit": "1"})
    bytes: Mapped[int] = mapped_column(Key, doc="Size.", info={"unit": "byte"})
    sha256: Mapped[str] = mapped_column(doc="Hash of its bytes.")
    rows_sha256: Mapped[str | None] = mapped_column(
        doc="Hash of its rows, where more may follow them.", info={"shown": False}
    )
    added_snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), doc="Snapshot that brought it."
    )
    removed_snapshot: Mapped[int | None] = mapped_column(
        ForeignKey("snapshot.id"),
        doc="Snapshot that superseded it; null while it is alive.",
        info={"shown": False},
    )

    raw_file: Mapped[RawFile] = relationship(back_populates="lake_files")
    test: Mapped[Test] = relationship()
