"""A file that is still written to is read as far as it is whole: what it begins, it goes on as."""

import codecs
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings

from ingest.growth.whole import whole_bytes
from ingest.parse.whole_line import whole_line_bytes
from ingest.reading import Export, RawColumn, Reading
from ingest.recognize import reader_for
from schema.error import EmptyExport, RefusedExport, StillGrowing, UnreadableExport
from tests.ingest.growth.growing import REAL
from tests.ingest.readers.samples.biologic_mpr import GCPL, mpr, records
from tests.ingest.readers.samples.neware_nda import ndax_bytes

HEAD = {"example_data.csv": 720}
"""Lines of heads that are long."""
RECORD_COUNT = 40
"""Lines that are looked at of a long text: below its head all are alike."""


def shortened(path: Path) -> bytes:
    """Return the file, of a long text the first lines."""
    content = path.read_bytes()
    if path.suffix == ".mpr":
        return content
    head = (
        int(content.split(b"\n")[1].split(b":")[1])
        if path.suffix == ".mpt"
        else HEAD.get(path.name, 30)
    )
    return b"\n".join(content.split(b"\n")[: head + RECORD_COUNT]) + b"\n"


def read_growing(path: Path, content: bytes) -> tuple[list[Reading], int]:
    """Return what is read of a file that ends there, and how many bytes are taken for whole."""
    path.write_bytes(content)
    export = Export.at(path)
    growing = Export(path, path.name, export.head, path, growing=True)
    reader = reader_for(growing)
    count = whole_bytes(growing, reader)
    assert count is not None
    path.write_bytes(content[:count])
    return reader.read(growing), count


def read_whole(path: Path, content: bytes) -> list[Reading]:
    path.write_bytes(content)
    export = Export.at(path)
    return reader_for(export).read(export)


def begins(one: RawColumn, other: RawColumn) -> bool:
    """Return whether a column is how another begins, to the last bit."""
    ours, theirs = one.values, other.values
    if isinstance(ours, pa.Array):
        if not isinstance(theirs, pa.Array):
            return False
        return bool(ours.to_pylist() == theirs[: len(ours)].to_pylist())
    begun, all_of_it = np.asarray(ours), np.asarray(theirs)[: len(ours)]
    return begun.dtype == all_of_it.dtype and begun.tobytes() == all_of_it.tobytes()


def compare(begun: Sequence[Reading], finished: Sequence[Reading]) -> None:
    """Compare what is read of the first bytes with what is read of all of them."""
    assert len(begun) <= len(finished)
    for one, other in zip(begun, finished, strict=False):
        assert one.row_count <= other.row_count
        later = {raw.name: raw for raw in other.columns}
        for raw in one.columns:
            assert raw.scale == later[raw.name].scale
            assert raw.quantity == later[raw.name].quantity
            assert begins(raw, later[raw.name]), raw.name


def lengths(size: int) -> list[int]:
    """Return lengths of a file, rising: some over all of it, and all at its end."""
    step = size // (4 * settings().max_examples) + 1
    return sorted({*range(1, size, step), *range(max(1, size - 20), size)})


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_a_file_cut_anywhere_begins_what_the_finished_one_is(
    exports: Path, tmp_path: Path, name: str
) -> None:
    content = shortened(exports / name)
    path = tmp_path / Path(name).name
    (tmp_path / "finished").mkdir()
    finished = read_whole(tmp_path / "finished" / path.name, content)
    rows = [0]
    for length in lengths(len(content)):
        try:
            begun, count = read_growing(path, content[:length])
        except RefusedExport:
            assert rows[-1] == 0, "what was read once is not refused when it has grown"
            continue
        assert count <= length
        compare(begun, finished)
        rows.append(sum(reading.row_count for reading in begun))
        assert rows[-1] >= rows[-2], "a longer file has no fewer records"
    assert rows[-1] > 0


def with_head_of(content: bytes, older: bytes) -> bytes:
    """Return a .mpr whose head counts as many records as that of an older one."""
    head = older.index(b"MODULEVMP data") + 70
    return older[:head] + content[head:]


def test_a_small_mpr_cut_at_every_byte_begins_what_the_finished_one_is(tmp_path: Path) -> None:
    content = mpr(rows=records(GCPL, 4))
    (tmp_path / "finished").mkdir()
    finished = read_whole(tmp_path / "finished" / "test.mpr", content)
    counts = []
    for length in range(content.index(b"MODULEVMP data"), len(content) - 1000):
        try:
            begun, _ = read_growing(tmp_path / "test.mpr", content[:length])
        except (RefusedExport, StillGrowing):
            continue
        compare(begun, finished)
        counts.append(begun[0].row_count)
    assert counts == sorted(counts)
    assert {*counts} == {1, 2, 3, 4}


def test_records_that_the_head_of_a_mpr_does_not_count_yet_are_read(tmp_path: Path) -> None:
    rows = records(GCPL, 6)
    older, newer = (mpr(rows=rows[:count], log=False) for count in (2, 6))
    content = with_head_of(newer, older)
    width = rows.dtype.itemsize
    for short in (0, 1, width - 1, width):
        (begun,), count = read_growing(tmp_path / "test.mpr", content[: len(content) - short])
        assert begun.row_count == (6 if short == 0 else 5)
        assert count == len(newer) - width * (6 - begun.row_count)
        compare([begun], read_whole(tmp_path / "finished.mpr", newer))


def test_a_mpr_that_is_finished_and_counts_wrong_is_refused_as_before(tmp_path: Path) -> None:
    rows = records(GCPL, 6)
    older, newer = (mpr(rows=rows[:count], log=False) for count in (2, 6))
    with pytest.raises(UnreadableExport, match="a module should begin here"):
        read_whole(tmp_path / "test.mpr", with_head_of(newer, older))


def test_a_log_behind_records_that_are_not_counted_yet_is_no_record(tmp_path: Path) -> None:
    rows = records(GCPL, 6)
    older, newer = mpr(rows=rows[:2]), mpr(rows=rows)
    (begun,), count = read_growing(tmp_path / "test.mpr", with_head_of(newer, older))
    assert begun.row_count == 6
    assert newer[count:].startswith(b"MODULEVMP LOG")


@pytest.mark.parametrize("counted", [2, 6, 9])
def test_room_laid_out_ahead_is_no_record(tmp_path: Path, counted: int) -> None:
    rows = records(GCPL, 9)
    rows[6:] = np.zeros(3, rows.dtype)
    content = with_head_of(mpr(rows=rows, log=False), mpr(rows=rows[:counted], log=False))
    (begun,), count = read_growing(tmp_path / "test.mpr", content)
    assert begun.row_count == 6
    assert count == len(content) - 3 * rows.dtype.itemsize


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_last_line_without_end_is_left_for_later(tmp_path: Path, end: str, encoding: str) -> None:
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    whole = mark + f"a,b{end}\u0a0a,2{end}".encode(encoding)
    path = tmp_path / "a.csv"
    for letters in range(5 if end != "\r" or encoding == "utf-8" else 0):
        path.write_bytes(
            whole + "3,4\u0a0a".encode(encoding).removeprefix(codecs.BOM_UTF16_LE)[:letters]
        )
        assert whole_line_bytes(Export.at(path)) == len(whole)


def test_the_last_line_of_a_long_text_is_found_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1" * 200_000)
    assert whole_line_bytes(Export.at(path)) == 4
    path.write_bytes(b"1" * 200_000)
    assert whole_line_bytes(Export.at(path)) == 0


def test_a_file_that_makes_sense_only_as_a_whole_waits_until_it_is(tmp_path: Path) -> None:
    with pytest.raises(StillGrowing, match="ingest it when it is finished"):
        read_growing(tmp_path / "test.ndax", ndax_bytes([0, 1, 2]))


def test_a_head_without_a_record_is_refused_until_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read_growing(tmp_path / "a.bdf.csv", b"Test Time / s,Voltage / V,Current / A\n0,3.5")
    with pytest.raises(EmptyExport, match="none of its records is whole yet"):
        read_growing(tmp_path / "test.mpr", mpr(rows=records(GCPL, 1), log=False)[:-1])
