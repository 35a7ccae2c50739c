"""Work that was asked for: what waits, who works on it, and what became of it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now

STATES: Final = ("waiting", "leased", "done", "failed", "set_aside", "withdrawn")
OPEN_STATES: Final = ("waiting", "leased")
OPEN: Final = "state IN ('waiting', 'leased')"
"""Of jobs that have not ended."""


def _where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """Return an index of the few rows that a condition holds for, however many ended long ago."""
    some = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=some, postgresql_where=some)


class Job(Table):
    """A piece of work; whoever holds the lease does it, and a lapsed lease frees it."""

    __tablename__ = "job"
    __table_args__ = (
        _where("ix_job_waiting", "state = 'waiting'", "rank", "id"),
        _where("ix_job_leased", "state = 'leased'", "leased_until"),
        _where("ix_job_open", OPEN, "unique_key", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the job.")
    kind: Mapped[str] = mapped_column(doc="What is to be done, e.g. ingest.")
    subject: Mapped[dict[str, Any]] = mapped_column(doc="What it is to be done to.")
    state: Mapped[str] = mapped_column(
        default="waiting",
        index=True,
        doc="waiting; leased, which is being worked on; done; failed, with the reason; set_aside: "
        "workers died with it, and it waits for somebody to ask again; withdrawn.",
        info={"choices": STATES},
    )
    rank: Mapped[int] = mapped_column(
        default=0, doc="Those of the least rank go first: what somebody waits for before bulk."
    )
    lot: Mapped[str | None] = mapped_column(index=True, doc="What was asked for together.")
    unique_key: Mapped[str | None] = mapped_column(
        doc="No two jobs that wait or are leased have the same: asked twice, it is one job."
    )
    machine: Mapped[str | None] = mapped_column(
        doc="The machine whose workers alone can do it, by host name; null means any."
    )
    attempt_count: Mapped[int] = mapped_column(default=0, doc="Times it was begun.")
    failure_count: Mapped[int] = mapped_column(
        default=0, doc="Times it failed since it was asked for, and was or will be tried again."
    )
    lapse_count: Mapped[int] = mapped_column(
        default=0, doc="Workers that died with it since it was asked for."
    )
    leased_by: Mapped[str | None] = mapped_column(
        doc="Worker that has it, or had it last: host, process, and which start of these it was."
    )
    leased_until: Mapped[datetime | None] = mapped_column(
        doc="When the lease lapses, unless its worker shows that it lives."
    )
    not_before: Mapped[datetime | None] = mapped_column(doc="When it is tried again.")
    done_count: Mapped[int] = mapped_column(default=0, doc="Parts of it that are done.")
    total_count: Mapped[int | None] = mapped_column(
        doc="Parts it has; null while that is not known."
    )
    result: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="What came of it."
    )
    reason: Mapped[str | None] = mapped_column(
        doc="Why it failed, was set aside, or waits to be tried again."
    )
    created_at: Mapped[datetime] = mapped_column(default=now, doc="When it was asked for.")
    begun_at: Mapped[datetime | None] = mapped_column(doc="When it was begun last.")
    ended_at: Mapped[datetime | None] = mapped_column(doc="When it ended, however it did.")
