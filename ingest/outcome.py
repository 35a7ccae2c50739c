"""What became of a file that was to be taken in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy.orm import Session

Status = Literal["ingested", "already", "beside", "removed", "refused", "failed"]
"""``beside``: it describes a test that it lies beside, or has its measurement in another form.
``removed``: somebody removed these very bytes, or the measurement that they have more or less of,
and it stays so. ``failed``: that is no fault of the file and may pass, as a full disk does.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    path: Path
    status: Status
    reader: str | None = None
    reason: str | None = None
    tests: tuple[int, ...] = ()
    points: int = 0


Ending: TypeAlias = Callable[[Session, Outcome], None]
"""What is done in the transaction that commits a file, last, with what became of it."""
