"""The check finds what is missing, damaged or incomplete; the sweep takes orphans and no more."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, update

from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import change
from schema.error import LakeUnwritable
from schema.inspection import inspect, sweep
from schema.lake import Lake, WrittenFile
from schema.parquet import Layout
from tests.schema.one_test import ingest


@pytest.fixture
def file(engine: Engine, lake: Lake, tmp_path: Path) -> WrittenFile:
    export = tmp_path / "cell.mpr"
    export.write_bytes(b"BIO-LOGIC MODULAR FILE")
    return ingest(engine, lake, export)


@pytest.fixture
def raw(file: WrittenFile, lake: Lake) -> str:
    """Return the path of the export inside the lake."""
    del file
    (path,) = (path for path in lake.files() if path.startswith("raw/"))
    return path


def faults(engine: Engine, lake: Lake) -> list[tuple[str, str]]:
    return [(fault.kind, fault.subject) for fault in inspect(engine, lake).faults]


def test_an_empty_warehouse_is_sound(engine: Engine, lake: Lake) -> None:
    inspection = inspect(engine, lake)
    assert inspection.sound
    assert inspection.lines == ["sound: 0 files, 0 bytes, 0 faults"]


def test_a_warehouse_as_it_was_ingested_is_sound(
    engine: Engine, lake: Lake, file: WrittenFile
) -> None:
    inspection = inspect(engine, lake)
    assert inspection.sound
    assert inspection.faults == ()
    assert (inspection.file_count, inspection.byte_count) == (2, file.bytes + 22)


def test_a_missing_file_is_found(engine: Engine, lake: Lake, file: WrittenFile, raw: str) -> None:
    lake.path(file.path).unlink()
    lake.path(raw).unlink()
    assert sorted(faults(engine, lake)) == [("missing", file.path), ("missing", raw)]
    assert not inspect(engine, lake).sound
    assert inspect(engine, lake).lines[-1].startswith("NOT sound")


@pytest.mark.parametrize("place", [0, 5, -1])
def test_one_flipped_bit_is_found(
    engine: Engine, lake: Lake, file: WrittenFile, raw: str, place: int
) -> None:
    for path in (lake.path(file.path), lake.path(raw)):
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.chmod(0o644)
        path.write_bytes(content)
    assert sorted(faults(engine, lake)) == [("damaged", file.path), ("damaged", raw)]


def test_a_file_cut_short_is_found(engine: Engine, lake: Lake, file: WrittenFile) -> None:
    lake.path(file.path).chmod(0o644)
    os.truncate(lake.path(file.path), file.bytes - 1)
    assert faults(engine, lake) == [("damaged", file.path)]
    assert (
        f"bytes {file.bytes - 1}, the catalog says {file.bytes}" in inspect(engine, lake).lines[0]
    )


def test_rows_that_are_not_those_of_the_catalog_are_found(
    engine: Engine, lake: Lake, file: WrittenFile
) -> None:
    with change(engine, "a catalog that lies") as (session, _):
        session.execute(update(LakeFile).values(rows=99))
    assert pq.read_metadata(lake.path(file.path)).num_rows == 100
    assert faults(engine, lake) == [("damaged", file.path), ("incomplete", "test 1")]


def test_a_test_whose_points_are_in_no_file_is_found(
    engine: Engine, lake: Lake, file: WrittenFile
) -> None:
    with change(engine, "the file is superseded by none") as (session, snapshot):
        session.execute(update(LakeFile).values(removed_snapshot=snapshot))
    assert faults(engine, lake) == [("incomplete", "test 1")]
    assert "cell: 0 of 100 points have a file" in inspect(engine, lake).lines[0]
    with change(engine, "the test is gone too") as (session, snapshot):
        session.execute(update(Test).values(removed_snapshot=snapshot))
    assert faults(engine, lake) == []
    assert sweep(engine, lake, 0) == []
    assert lake.path(file.path).exists()


def test_an_orphan_is_told_but_harms_nobody(engine: Engine, lake: Lake, file: WrittenFile) -> None:
    orphan = lake.path("points/99.parquet")
    orphan.write_bytes(lake.path(file.path).read_bytes())
    lake.path("points/100.parquet.0.tmp").write_bytes(b"half")
    assert faults(engine, lake) == [
        ("orphan", "points/100.parquet.0.tmp"),
        ("orphan", "points/99.parquet"),
    ]
    assert inspect(engine, lake).sound


def test_a_sweep_takes_orphans_past_their_grace_and_nothing_else(
    engine: Engine, lake: Lake, file: WrittenFile, raw: str
) -> None:
    old, young = ("points/98.parquet", "raw/00ff", "steps/1.parquet.0.tmp"), "points/99.parquet"
    for path in (*old, young):
        lake.path(path).parent.mkdir(exist_ok=True)
        lake.path(path).write_bytes(b"orphan")
    for path in (*old, raw, file.path):
        os.utime(lake.path(path), (0, 0))
    assert sorted(sweep(engine, lake, 3600)) == sorted(old)
    assert sorted(lake.files()) == sorted([file.path, raw, young])
    assert sweep(engine, lake, 0) == [young]
    assert inspect(engine, lake).faults == ()


def test_the_sidecar_that_declared_an_export_is_not_an_orphan(
    engine: Engine, lake: Lake, file: WrittenFile, tmp_path: Path
) -> None:
    del file
    (tmp_path / "cell.yaml").write_text("voltage: V")
    with lake.archive(tmp_path / "cell.yaml") as sidecar:
        sidecar.keep()
    with change(engine, "declare") as (session, _):
        session.execute(update(RawFile).values(sidecar_sha256=sidecar.sha256))
    assert sweep(engine, lake, 0) == []
    assert inspect(engine, lake).faults == ()
    sidecar.path.unlink()
    assert faults(engine, lake) == [("missing", f"raw/{sidecar.sha256}")]


def test_what_a_sweep_took_is_never_committed(engine: Engine, lake: Lake, tmp_path: Path) -> None:
    class SweptBeforeCommit(Lake):
        """A lake swept, with no grace at all, just when an ingest is about to commit."""

        def write(self, relative: str, rows: pa.Table, layout: Layout) -> WrittenFile:
            written = super().write(relative, rows, layout)
            sweep(engine, lake, -60)
            return written

    export = tmp_path / "cell.mpr"
    export.write_bytes(b"BIO-LOGIC MODULAR FILE")
    with pytest.raises(LakeUnwritable, match="swept"):
        ingest(engine, SweptBeforeCommit(lake.folder), export)
    assert inspect(engine, lake).lines == ["sound: 0 files, 0 bytes, 0 faults"]
