"""What rests, byte for byte: files the catalog names, found by their hash and read by ranges.

A file under its hash never changes, and one that was superseded is served as long as it rests:
whoever reads a part at a time reads one file to its end. What people removed is not served.
"""

import re
from collections.abc import Sequence
from os import stat_result
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa
from anyio import to_thread
from sqlalchemy import Row, Select, literal, not_, null, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.error import LakeFileUnreadable
from schema.prefix import Patch, longer_version, patched
from schema.record.removed import by_people
from schema.relation import POINTS, SPECTRUM, STEP, Column, Relation
from schema.structure import DIFFRACTION
from schema.verification import damage
from service.arrow.stream import Metadata
from service.metric.relation import filled
from service.state import State

Files: TypeAlias = Select[*tuple[Any, ...]]
File: TypeAlias = Row[*tuple[Any, ...]]
FILE: Final = Relation(
    "file",
    "one row per file that rests of a test: its rows as Parquet, and the export as it came",
    (
        Column("test_id", "BIGINT", "", "The test."),
        Column(
            "kind",
            "VARCHAR",
            "",
            "points, steps or spectra; raw is the export as it came. Cycles in points are those "
            "of when it was written, which `leyden recount` may have changed since.",
        ),
        Column("sha256", "VARCHAR", "", "Hash of its bytes."),
        Column("name", "VARCHAR", "", "Name of the export."),
        Column("rows", "BIGINT", "1", "Rows; null of an export."),
        Column("bytes", "BIGINT", "byte", "Size."),
        Column("path", "VARCHAR", "", "Where this service serves it, ranges of it too."),
    ),
    key=("test_id", "kind", "sha256"),
    owner="test_id",
)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_ROWS: Final[Files] = (
    select(
        LakeFile.test_id,
        LakeFile.kind,
        LakeFile.sha256,
        RawFile.name,
        LakeFile.rows,
        LakeFile.bytes,
        literal("/lake/").concat(LakeFile.sha256).concat(".parquet").label("path"),
        LakeFile.path.label("rests"),
    )
    .join(RawFile, RawFile.id == LakeFile.raw_file_id)
    .where(
        LakeFile.kind.in_([each.files for each in (POINTS, STEP, SPECTRUM, DIFFRACTION)]),
        LakeFile.test_id.not_in(select(Test.id).where(by_people("test", Test))),
    )
)
_EXPORTS: Final[Files] = (
    select(
        LakeFile.test_id,
        literal("raw").label("kind"),
        RawFile.sha256,
        RawFile.name,
        null().label("rows"),
        RawFile.bytes,
        literal("/raw/").concat(RawFile.sha256).label("path"),
        literal("raw/").concat(RawFile.sha256).label("rests"),
    )
    .join(LakeFile, LakeFile.raw_file_id == RawFile.id)
    .where(not_(by_people("file", RawFile)))
    .distinct()
)
_FOREVER: Final = "max-age=31536000, immutable"


async def stored_rows(request: Request) -> Response:
    """Serve a Parquet file of the lake: /lake/<sha256>.parquet."""
    file = await to_thread.run_sync(_known, request, _ROWS, LakeFile.sha256)
    return await _served(request, file, "application/vnd.apache.parquet")


async def stored_raw(request: Request) -> Response:
    """Serve an export as it came, to be kept and not to be shown: /raw/<sha256>."""
    file = await to_thread.run_sync(_known, request, _EXPORTS, RawFile.sha256)
    longer = await to_thread.run_sync(_longer, request, file)
    if longer is None:
        return await _served(request, file, "application/octet-stream", file.name)
    path, patch = longer
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": _FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "attachment",
        "Content-Length": str(file.bytes),
    }
    content = patched(path, file.bytes, patch)
    return StreamingResponse(content, headers=headers, media_type="application/octet-stream")


def _longer(request: Request, file: File) -> tuple[Path, Patch] | None:
    """Return the longer version that has the bytes of an export, None where it has its own.

    Raises:
        LakeFileUnreadable: when that is not where it rests.
    """
    state: State = request.app.state.leyden
    with look(state.engine) as session:
        longer = longer_version(session, file.sha256)
    if longer is None:
        return None
    raw, patch = longer
    path = state.lake.raw(raw.sha256)
    if not path.is_file():
        raise LakeFileUnreadable(path, "it is not there", file.test_id)
    return path, patch


def listed_files(state: State, tests: Sequence[int] | None) -> tuple[pa.Table, pa.Schema]:
    """Return what rests of tests, of all with None, and the schema that says what it is."""
    live = [LakeFile.removed_snapshot.is_(None), Test.removed_snapshot.is_(None)]
    if tests is not None:
        live.append(LakeFile.test_id.in_(tests))
    with look(state.engine) as session:
        snapshot = current_snapshot(session)
        found = [
            tuple(row)[: len(FILE.columns)]
            for files in (_ROWS, _EXPORTS)
            for row in session.execute(files.join(Test, Test.id == LakeFile.test_id).where(*live))
        ]
    table = filled(sorted(found, key=lambda row: row[:3]), FILE)
    return table, Metadata.of_relation(FILE).schema(table.schema, FILE.columns, snapshot, set())


def _known(request: Request, files: Files, column: Any) -> File:  # noqa: ANN401 # a column
    """Return the file of the hash in an address, as the catalog knows it.

    Raises:
        HTTPException: 404, when it knows none.
    """
    state: State = request.app.state.leyden
    sha256: str = request.path_params["sha256"]
    if _HASH.fullmatch(sha256):
        with look(state.engine) as session:
            file = session.execute(files.where(column == sha256).limit(1)).first()
        if file is not None:
            return file
    message = f"no file that rests here has the hash {sha256}; /arrow/files lists those there are"
    raise HTTPException(404, message)


async def _served(
    request: Request, file: File, media_type: str, filename: str | None = None
) -> Response:
    """Answer with a file or the ranges of it that are asked for.

    Raises:
        LakeFileUnreadable: when it is not where it rests.
    """
    state: State = request.app.state.leyden
    path = state.lake.path(file.rests)
    found = await to_thread.run_sync(_found, path, file)
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": _FOREVER,
        "X-Content-Type-Options": "nosniff",
    }
    if _has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        path, headers=headers, media_type=media_type, filename=filename, stat_result=found
    )


def _found(path: Path, file: File) -> stat_result:
    try:
        found = path.stat()
    except OSError as fault:
        raise LakeFileUnreadable(path, str(fault.strerror), file.test_id) from fault
    if reason := damage(path, file.sha256):
        raise LakeFileUnreadable(path, reason, file.test_id)
    return found


def _has_it(request: Request, tag: str) -> bool:
    """Return whether who asks holds the file already."""
    if_none_match = request.headers.get("if-none-match", "")
    return if_none_match.strip() == "*" or tag in {
        each.strip().removeprefix("W/") for each in if_none_match.split(",")
    }
