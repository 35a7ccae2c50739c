"""What a backup says of itself: one JSON file, written last, named by the hash of its bytes.

In the folder of backups ``files/`` holds every file under its hash, once however many backups have
it, and ``backups/`` a manifest a backup: what has no manifest is no backup.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from schema.durable import put_in_place
from schema.error import BackupUnusable, InvalidArgument

_NAME: Final = re.compile(
    r"(?P<number>\d{6})-(?P<time>\d{4}-\d\d-\d\dT\d{6}Z)-(?P<hash>[0-9a-f]{16})\.json"
)
_TIME: Final = "%Y-%m-%dT%H%M%SZ"
_STRICT: Final = ConfigDict(frozen=True, extra="forbid")


class CopiedFile(BaseModel):
    """A file of the lake that is in the backup."""

    model_config = _STRICT

    path: str
    sha256: str
    bytes: int


class LackingFile(BaseModel):
    """A file that the catalog names and that could not be copied, and why."""

    model_config = _STRICT

    path: str
    sha256: str
    reason: str


class CatalogCopy(BaseModel):
    """The copy of the catalog."""

    model_config = _STRICT

    database: Literal["sqlite", "postgresql"]
    snapshot: int
    sha256: str
    bytes: int
    functions: tuple[str, ...] = ()
    """Statements that make what triggers call: pg_dump leaves it out where tables are named."""


class Manifest(BaseModel):
    """One backup: a catalog and every file that it names."""

    model_config = _STRICT

    format: Literal[1] = 1
    number: int
    made_at: datetime
    catalog: CatalogCopy
    files: tuple[CopiedFile, ...]
    lacking: tuple[LackingFile, ...]

    @property
    def bytes(self) -> int:
        """Return the size of all that it restores."""
        return self.catalog.bytes + sum(each.bytes for each in self.files)


def path_of(folder: Path, sha256: str) -> Path:
    """Return where a folder of backups holds the file of a hash."""
    return folder / "files" / sha256[:2] / sha256


def manifest_paths(folder: Path) -> list[Path]:
    """Return the manifests in a folder of backups, the oldest first.

    Raises:
        BackupUnusable: when the folder holds no backup.
    """
    found = sorted(
        each for each in (folder / "backups").glob("*.json") if _NAME.fullmatch(each.name)
    )
    if not found:
        raise BackupUnusable(folder, "no backup is there; `leyden backup FOLDER` makes one")
    return found


def read(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises:
        BackupUnusable: when it is damaged, or of a newer program.
    """
    content = path.read_bytes()
    named = _NAME.fullmatch(path.name)
    if named is None or not hashlib.sha256(content).hexdigest().startswith(named["hash"]):
        raise BackupUnusable(path, "the manifest is damaged; an earlier backup may be whole")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as fault:
        reason = f"it was made by another version: {fault.errors()[0]['msg']}"
        raise BackupUnusable(path, reason) from fault


def write(folder: Path, manifest: Manifest) -> Path:
    """Put a manifest among the backups of a folder, whole or not at all; return where it is."""
    content = manifest.model_dump_json().encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    name = f"{manifest.number:06}-{manifest.made_at:{_TIME}}-{digest}.json"
    path = folder / "backups" / name
    beside = path.with_name(f"{name}.tmp")
    beside.write_bytes(content)
    put_in_place(beside, path)
    return path


def next_number(folder: Path) -> int:
    """Return the number of the next backup in a folder: clocks may run back, numbers do not."""
    names = (_NAME.fullmatch(each.name) for each in (folder / "backups").iterdir())
    return max((int(each["number"]) for each in names if each), default=0) + 1


def chosen(folder: Path, as_of: str | None = None) -> Path:
    """Return the manifest of the last backup, of one by its number, or of the last one by a time.

    A day stands for its end, and a time without a zone is in UTC.

    Raises:
        BackupUnusable: when there is none.
        InvalidArgument: when what is asked for is no number and no time.
    """
    paths = manifest_paths(folder)
    if as_of is None:
        return paths[-1]
    if as_of.isdigit() and len(as_of) <= 6:
        wanted = [path for path in paths if path.name.startswith(f"{int(as_of):06}-")]
    else:
        until = _moment(as_of)
        wanted = [path for path in paths if _made_at(path) <= until]
    if not wanted:
        last = paths[-1].name.partition("-")[0].lstrip("0")
        reason = f"no backup is there as of {as_of}; the first is of {_made_at(paths[0])}"
        raise BackupUnusable(folder, f"{reason}, the last has the number {last}")
    return wanted[-1]


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as fault:
        expected = "the number of a backup, or a time such as 2026-12-01T18:30"
        raise InvalidArgument("as-of", written, expected) from fault
    if len(written) <= len("2026-12-01"):
        moment += timedelta(days=1, microseconds=-1)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _made_at(path: Path) -> datetime:
    """Return when a backup was made, by the name of its manifest, which may be damaged."""
    named = _NAME.fullmatch(path.name)
    assert named is not None  # noqa: S101 # it is one of those that have such a name
    return datetime.strptime(named["time"], _TIME).replace(tzinfo=UTC)
