"""Work waiting for a worker."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now


class Job(Table):
    """A piece of work; whoever holds the lease does it, and a lapsed lease frees it."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the job.")
    kind: Mapped[str] = mapped_column(index=True, doc="What is to be done, e.g. ingest.")
    subject: Mapped[dict[str, Any]] = mapped_column(doc="What it is to be done to.")
    state: Mapped[str] = mapped_column(
        default="waiting", index=True, doc="waiting, leased, done or failed."
    )
    attempt_count: Mapped[int] = mapped_column(default=0, doc="Times it was begun.")
    leased_by: Mapped[str | None] = mapped_column(doc="Worker that holds it.")
    leased_until: Mapped[datetime | None] = mapped_column(doc="When the lease lapses.")
    reason: Mapped[str | None] = mapped_column(doc="Why it failed.")
    created_at: Mapped[datetime] = mapped_column(default=now, doc="When it was asked for.")
