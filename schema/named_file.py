"""Every file that the catalog names, superseded ones too."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, RawFile


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as the catalog knows it; what it does not know of a file is None."""

    path: str
    """Inside the lake."""
    bytes: int | None
    sha256: str
    rows: int | None = None


def named_files(session: Session) -> Iterator[NamedFile]:
    """Yield every file the catalog names; one that several rows name comes several times."""
    for sha256, size, sidecar, prefix_of in session.execute(
        select(RawFile.sha256, RawFile.bytes, RawFile.sidecar_sha256, RawFile.prefix_of_id)
    ):
        if sidecar is not None:
            yield NamedFile(f"raw/{sidecar}", None, sidecar)
        if prefix_of is None:
            yield NamedFile(f"raw/{sha256}", size, sha256)
    for path, size, sha256, rows in session.execute(
        select(LakeFile.path, LakeFile.bytes, LakeFile.sha256, LakeFile.rows)
    ):
        yield NamedFile(path, size, sha256, rows)
