"""By what a measurement is known again, and which exports hold one that another counts for."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class RecordMean(Table):
    """The mean of what was measured over the first records of a test.

    Tests that begin alike have like means: they are looked up by these before records are compared.
    """

    __tablename__ = "record_mean"
    __table_args__ = (Index("ix_record_mean_mean", "record_count", "mean"),)

    test_id: Mapped[int] = mapped_column(
        ForeignKey("test.id"), primary_key=True, doc="The test.", autoincrement=False
    )
    record_count: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        autoincrement=False,
        doc="So many first records: 1, 2, 4, 8 … and all of them.",
        info={"unit": "1"},
    )
    mean: Mapped[float] = mapped_column(
        doc="Mean of the real impedance, else the voltage, else the intensity."
    )
    longest: Mapped[bool] = mapped_column(
        doc="Whether the test has fewer than twice as many records."
    )


class Twin(Table):
    """A test within an export that another export's test counts for."""

    __tablename__ = "twin"

    raw_file_id: Mapped[int] = mapped_column(
        ForeignKey("raw_file.id"), primary_key=True, doc="The export.", autoincrement=False
    )
    position: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="Place among the tests of the export, from 1."
    )
    test_id: Mapped[int] = mapped_column(
        ForeignKey("test.id"), index=True, doc="The test that has the same measurement and counts."
    )
    point_count: Mapped[int] = mapped_column(
        doc="Records that this export has of it.", info={"unit": "1"}
    )
    reason: Mapped[str] = mapped_column(doc="Why it does not count.")
