"""A file that is taken in while it grows: one test, few files, its bytes once, nothing lost."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import update

from ingest.intake import take_again, take_in
from schema.catalog import RawFile, Test
from schema.catalog.connection import change, look
from schema.inspection import inspect, sweep
from schema.prefix import longest, patched, sha256_of
from schema.warehouse import Warehouse
from tests.ingest.growth.growing import findings, grow, living, raw_files, row_hashes
from tests.ingest.readers.samples.biologic_mpr import GCPL, mpr, records
from tests.ingest.test_intake import write_cycling


def rows_of_files(warehouse: Warehouse) -> list[int]:
    return [file.rows for file in living(warehouse, "points")]


def lengths_of(content: bytes, counts: list[int]) -> list[int]:
    """Return where so many lines end."""
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
    return [int(ends[count]) + 1 for count in counts]


def test_points_that_are_there_stay_in_their_file_and_new_ones_follow_in_another(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    content = path.read_bytes()
    files = []
    for end in lengths_of(content, [100, 160, 161]):
        path.write_bytes(content[:end])
        outcome = take_in(empty_warehouse, path, growing=True)
        assert (outcome.status, outcome.tests) == ("ingested", (1,))
        files.append([file.path for file in living(empty_warehouse, "points")])
    assert rows_of_files(empty_warehouse) == [100, 60, 1]
    assert files[0] == files[1][:1] == files[2][:1]
    assert files[1] == files[2][:2]
    path.write_bytes(content)
    assert take_in(empty_warehouse, path).tests == (1,)
    assert rows_of_files(empty_warehouse) == [244], "what is finished is one file"
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()


@pytest.mark.slow
def test_files_of_points_are_few_however_often_a_file_has_grown(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    content = path.read_bytes()
    for end in lengths_of(content, [*range(98, 122)]):
        path.write_bytes(content[:end])
        take_in(empty_warehouse, path, growing=True)
        counts = rows_of_files(empty_warehouse)
        assert all(one > sum(counts[number:]) for number, one in enumerate(counts, start=1))
    assert sum(rows_of_files(empty_warehouse)) == 121


def test_bytes_that_begin_a_longer_version_rest_once_and_can_be_had_back(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    content = path.read_bytes()
    ends = lengths_of(content, [80, 90, 200])
    grow(empty_warehouse, path, content, ends)
    raws = raw_files(empty_warehouse)
    assert [raw.bytes for raw in raws] == [*ends, len(content)]
    assert [raw.prefix_of_id for raw in raws] == [raws[1].id, raws[2].id, raws[3].id, None]
    rest = [raw for raw in raws if empty_warehouse.lake.raw(raw.sha256).exists()]
    assert rest == raws[-1:]
    for raw in raws:
        with look(empty_warehouse.engine) as session:
            last, patch = longest(session, session.get_one(RawFile, raw.id))
        assert (last.id, patch) == (raws[-1].id, [])
        whole = empty_warehouse.lake.raw(last.sha256)
        assert sha256_of(whole, raw.bytes, patch) == raw.sha256
        assert b"".join(patched(whole, raw.bytes, patch)) == content[: raw.bytes]
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()


def test_a_head_that_counts_the_records_is_had_back_too(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = records(GCPL, 500)
    path = tmp_path / "test.mpr"
    for count in (200, 350, 500):
        content = mpr(rows=rows[:count], log=count == 500)
        path.write_bytes(content)
        outcome = take_in(empty_warehouse, path, growing=count < 500)
        assert (outcome.status, outcome.points) == ("ingested", count)
    first, second, last = raw_files(empty_warehouse)
    assert [first.prefix_of_id, second.prefix_of_id] == [second.id, last.id]
    assert second.prefix_patch
    whole = empty_warehouse.lake.raw(last.sha256)
    for count, raw in ((200, first), (350, second)):
        with look(empty_warehouse.engine) as session:
            _, patch = longest(session, session.get_one(RawFile, raw.id))
        before = mpr(rows=rows[:count], log=False)
        assert b"".join(patched(whole, raw.bytes, patch)) == before
    assert not empty_warehouse.lake.raw(second.sha256).exists()
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()


def test_what_was_still_written_to_says_so_until_it_is_finished(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    content = path.read_bytes()
    path.write_bytes(content[:-3])
    take_in(empty_warehouse, path, growing=True)
    (note,) = (each for each in findings(empty_warehouse) if each[1] == "growing")
    assert note[2] == f"byte {lengths_of(content, [243])[0]}"
    path.write_bytes(content)
    take_in(empty_warehouse, path, growing=True)
    assert take_in(empty_warehouse, path, growing=True).status == "already"
    assert [raw.growing for raw in raw_files(empty_warehouse)] == [True, True]
    finished = take_in(empty_warehouse, path)
    assert (finished.status, finished.tests) == ("ingested", (1,))
    assert not [each for each in findings(empty_warehouse) if each[1] == "growing"]
    assert take_in(empty_warehouse, path).status == "already"
    assert take_in(empty_warehouse, path, growing=True).status == "already"
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()


def test_a_file_that_became_another_keeps_both_and_shares_nothing(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    take_in(empty_warehouse, path, growing=True)
    write_cycling(path, cycles=2, current=2.0)
    assert take_in(empty_warehouse, path, growing=True).tests == (2,)
    assert {file.raw_file_id for file in living(empty_warehouse) if file.test_id == 1} == {1}
    assert {file.raw_file_id for file in living(empty_warehouse) if file.test_id == 2} == {2}
    raws = raw_files(empty_warehouse)
    assert [raw.prefix_of_id for raw in raws] == [None, None]
    assert all(empty_warehouse.lake.raw(raw.sha256).exists() for raw in raws)


def test_a_finished_file_that_is_longer_later_keeps_the_bytes_of_both(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    take_in(empty_warehouse, path)
    write_cycling(path, cycles=3)
    take_in(empty_warehouse, path, growing=True)
    raws = raw_files(empty_warehouse)
    assert [raw.prefix_of_id for raw in raws] == [None, None]
    assert all(empty_warehouse.lake.raw(raw.sha256).exists() for raw in raws)


@pytest.mark.parametrize("damage", ["raw", "points", "gone"])
def test_what_is_damaged_at_rest_is_not_gone_on_from(
    empty_warehouse: Warehouse, tmp_path: Path, damage: str
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    content = path.read_bytes()
    path.write_bytes(content[: lengths_of(content, [150])[0]])
    take_in(empty_warehouse, path, growing=True)
    (raw,), (points,) = raw_files(empty_warehouse), living(empty_warehouse, "points")
    rest = empty_warehouse.lake.raw(raw.sha256)
    file = empty_warehouse.lake.path(points.path)
    if damage == "raw":
        rest.chmod(0o644)
        rest.write_bytes(rest.read_bytes()[:100] + b"7" + rest.read_bytes()[101:])
    elif damage == "points":
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.unlink()
    path.write_bytes(content)
    take_in(empty_warehouse, path, growing=True)
    assert rows_of_files(empty_warehouse) == [244]
    table = pq.read_table(empty_warehouse.lake.path(living(empty_warehouse, "points")[0].path))
    assert table.num_rows == 244
    assert rest.exists() == (damage == "raw"), "bytes that cannot be had back stay"


def test_bytes_that_somebody_else_asks_for_are_not_dropped(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    take_in(empty_warehouse, path, growing=True)
    (first,) = raw_files(empty_warehouse)
    with change(empty_warehouse.engine, "the same bytes as a sidecar") as (session, snapshot):
        session.add(
            RawFile(
                name="other",
                origin="other",
                sha256="ab" * 32,
                bytes=1,
                reader="none",
                reader_version="1",
                sidecar_sha256=first.sha256,
                added_snapshot=snapshot,
            )
        )
    write_cycling(path, cycles=2)
    take_in(empty_warehouse, path, growing=True)
    assert raw_files(empty_warehouse)[0].prefix_of_id is not None
    assert empty_warehouse.lake.raw(first.sha256).exists()


def test_bytes_that_were_left_when_it_died_are_swept_away(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    first = path.read_bytes()
    take_in(empty_warehouse, path, growing=True)
    write_cycling(path, cycles=2)
    take_in(empty_warehouse, path, growing=True)
    rest = empty_warehouse.lake.raw(raw_files(empty_warehouse)[0].sha256)
    rest.write_bytes(first)  # as if it had been killed before they were dropped
    (orphan,) = inspect(empty_warehouse.engine, empty_warehouse.lake).faults
    assert (orphan.kind, orphan.subject) == ("orphan", f"raw/{rest.name}")
    assert sweep(empty_warehouse.engine, empty_warehouse.lake, 0) == [f"raw/{rest.name}"]


def test_a_newer_reader_reads_a_growing_file_again_from_the_lake_as_far_as_it_is_whole(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = records(GCPL, 60)
    older, newer = (mpr(rows=rows[:count], log=False) for count in (20, 60))
    head = older.index(b"MODULEVMP data") + 70
    path = tmp_path / "test.mpr"
    path.write_bytes(older[:head] + newer[head:-5])
    assert take_in(empty_warehouse, path, growing=True).points == 59
    before = row_hashes(empty_warehouse)
    with change(empty_warehouse.engine, "as if an older reader had read it") as (session, _):
        session.execute(update(RawFile).values(reader_version="0"))
    path.unlink()
    (raw,) = raw_files(empty_warehouse)
    again = take_again(empty_warehouse, raw.id)
    assert (again.status, again.points, again.tests) == ("ingested", 59, (1,))
    assert row_hashes(empty_warehouse) == before
    assert [raw.growing for raw in raw_files(empty_warehouse)] == [True, True]


def test_two_channels_in_one_growing_file_are_two_tests_that_grow(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    head = "Test Time / s,Voltage / V,Current / A,channel\n"
    lines = [
        f"{second},{3 + second / 1e3},{1 - 2 * (second % 2)},{second % 2 + 1}\n"
        for second in range(90)
    ]
    content = (head + "".join(lines)).encode()
    path = tmp_path / "cell.bdf.csv"
    for count in (50, 75, 90):
        path.write_bytes(content[: lengths_of(content, [count])[0]])
        assert take_in(empty_warehouse, path, growing=True).tests == (1, 2)
    files = living(empty_warehouse, "points")
    counts = [[file.rows for file in files if file.test_id == test] for test in (1, 2)]
    assert counts == [[25, 13, 7], [25, 12, 8]]
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()


def test_a_shorter_version_that_comes_late_takes_nothing_of_the_longer_one(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    content = path.read_bytes()
    grow(empty_warehouse, path, content, lengths_of(content, [100]))
    path.write_bytes(content[: lengths_of(content, [50])[0]])
    assert take_in(empty_warehouse, path, growing=True).status == "already"
    _, longer = raw_files(empty_warehouse)
    assert empty_warehouse.lake.raw(longer.sha256).read_bytes() == content
    with look(empty_warehouse.engine) as session:
        assert session.get_one(Test, 1).point_count == 244


def test_plain_ingest_of_a_finished_file_leaves_no_trace_of_growth(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_cycling(tmp_path / "cell.bdf.csv")
    assert take_in(empty_warehouse, path).status == "ingested"
    assert [file.rows_sha256 for file in living(empty_warehouse)] == [None, None]
    assert [raw.growing for raw in raw_files(empty_warehouse)] == [False]
    assert empty_warehouse.growing
    assert not empty_warehouse.growing.exists()
