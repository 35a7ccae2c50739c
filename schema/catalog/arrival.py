"""Files of watched folders, from when they are first seen."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table, now

STATES: Final = ("growing", "stable", "ingested", "beside", "removed", "refused", "gone")


class Arrival(Table):
    """A file of a watched folder, and what became of it."""

    __tablename__ = "arrival"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the arrival.")
    path: Mapped[str] = mapped_column(unique=True, doc="Where the file lies.")
    folder: Mapped[str] = mapped_column(index=True, doc="The watched folder it was seen in.")
    bytes: Mapped[int] = mapped_column(
        Key, doc="Size when it was last looked at.", info={"unit": "byte"}
    )
    modified_at: Mapped[datetime] = mapped_column(
        doc="When it was last written to, by the clock of where it lies."
    )
    state: Mapped[str] = mapped_column(
        index=True,
        doc="growing: its size or time changed lately; stable: it waits to be taken in; then "
        "ingested, beside (it describes a test that it lies beside), removed (people removed what "
        "it measured, and that stays so) or refused; gone: it lies there no more, and what was "
        "ingested of it stays.",
        info={"choices": STATES},
    )
    since: Mapped[datetime] = mapped_column(
        default=now,
        doc="When it came to this state; of one that grows, when a change was last seen.",
    )
    reason: Mapped[str | None] = mapped_column(doc="Why it was refused, or lies beside.")
    sha256: Mapped[str | None] = mapped_column(
        index=True,
        doc="Hash of the bytes that were last taken in, under which they are in the lake; null "
        "before, and of a container.",
    )
    taken_bytes: Mapped[int | None] = mapped_column(
        Key, doc="Size when it was last taken in; null before.", info={"unit": "byte"}
    )
    readers: Mapped[str | None] = mapped_column(
        doc="Hash of the versions of all readers, of which none could read it.",
        info={"shown": False},
    )
