"""Records are dealt out whole or wait in their file, and either way the numbers are the same."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.later import Later
from ingest.parse.biologic import Derivation
from ingest.parse.record_file import Becoming, Layout, RecordFile, deal
from ingest.reading import Export
from schema.error import ChangedWhileRead

DTYPE = np.dtype([("flags", "u1"), ("n", "<u2"), ("volt", "<f4"), ("mah", "<f8")])
BITS = {"mode": 0b11, "red": 0b100}
COUNT = 200_000
"""Records in several blocks."""
FLOAT = np.dtype(np.float64)


def drawn(count: int = COUNT) -> NDArray[np.void]:
    generator = np.random.default_rng(0)
    rows = np.zeros(count, DTYPE)
    rows["flags"], rows["n"] = generator.integers(0, 256, count), generator.integers(0, 999, count)
    rows["volt"], rows["mah"] = generator.normal(size=count), generator.normal(size=count)
    return rows


def laid(path: Path, rows: NDArray[np.void]) -> RecordFile:
    path.write_bytes(b"a head" + rows.tobytes())
    return RecordFile(Export(path, path.name, b"", path), Layout(6, rows.size, DTYPE, BITS))


def becoming(*, waits: bool) -> dict[str, Becoming]:
    return {
        "mode": Becoming(np.dtype(np.uint8), waits=waits),
        "red": Becoming(np.dtype(np.uint8), waits=waits),
        "n": Becoming(np.dtype(np.int64), waits=waits),
        "volt": Becoming(np.dtype(np.float32), waits=waits),
        "mah": Becoming(FLOAT, 1e-3, waits=waits),
    }


def test_what_waits_is_what_is_dealt_out_at_once(tmp_path: Path) -> None:
    rows = drawn()
    file = laid(tmp_path / "records", rows)
    whole = deal(file, becoming(waits=False), ())
    waiting = deal(file, becoming(waits=True), ())
    assert list(whole) == list(waiting) == list(becoming(waits=True))
    np.testing.assert_array_equal(whole["mode"], rows["flags"] & 3)
    np.testing.assert_array_equal(whole["red"], rows["flags"] >> 2 & 1)
    np.testing.assert_array_equal(whole["mah"], rows["mah"] * 1e-3)
    for name, values in whole.items():
        later = waiting[name]
        assert isinstance(values, np.ndarray)
        assert isinstance(later, Later)
        assert later.dtype == values.dtype
        assert len(later) == COUNT
        np.testing.assert_array_equal(np.asarray(later), values)
        np.testing.assert_array_equal(later.part(70_000, 70_003), values[70_000:70_003])
        np.testing.assert_array_equal(later.at(np.array([7, 1])), values[[7, 1]])
        assert later.part(5, 5).tolist() == []


def test_a_derived_column_sees_the_record_before_its_block(tmp_path: Path) -> None:
    def rise(volt: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.diff(volt, prepend=volt[:1])

    rows = drawn()
    rule = Derivation("rise", ("volt",), (), "Δvolt", rise)
    columns = {**becoming(waits=True), "rise": Becoming(FLOAT)}
    found = deal(laid(tmp_path / "records", rows), columns, (rule,))
    np.testing.assert_array_equal(found["rise"], rise(rows["volt"].astype(float)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_throughout_does_not_wait(tmp_path: Path, value: float) -> None:
    rows = drawn()
    rows["volt"][123_456] = value
    found = deal(laid(tmp_path / "records", rows), becoming(waits=True), ())
    assert isinstance(found["volt"], np.ndarray)
    np.testing.assert_array_equal(found["volt"], rows["volt"])
    assert isinstance(found["mah"], Later)


def test_a_file_that_became_shorter_is_refused(tmp_path: Path) -> None:
    file = laid(tmp_path / "records", drawn())
    waiting = deal(file, becoming(waits=True), ())["n"]
    (tmp_path / "records").write_bytes(b"a head and no more")
    assert isinstance(waiting, Later)
    with pytest.raises(ChangedWhileRead, match="it changed while being read"):
        waiting.part(0, 10)
    with pytest.raises(ChangedWhileRead):
        deal(file, becoming(waits=False), ())


def test_a_file_that_is_moved_is_read_on(tmp_path: Path) -> None:
    rows = drawn()
    waiting = deal(laid(tmp_path / "records", rows), becoming(waits=True), ())["n"]
    (tmp_path / "records").rename(tmp_path / "elsewhere")
    np.testing.assert_array_equal(np.asarray(waiting), rows["n"])
