"""Autolab FRA .dfr, a real file and files written here from its layout."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.autolab_dfr import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.autolab_dfr import dfr

REAL = "pyimpspec/data.dfr"


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str) -> Path:
    path = folder / "test.dfr"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [reader.name for reader in all_readers() if reader.knows(export)] == [READER.name]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_the_third_number_is_turned_into_the_imaginary_part(tmp_path: Path) -> None:
    reading = read(written(tmp_path, dfr()))
    assert stored(reading, "frequency_hertz").tolist() == [1000, 100, 10]
    assert stored(reading, "real_impedance_ohm").tolist() == [3, 30, 300.5]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-4, -40, 400]
    assert reading.facts["Behind the records"] == "1.0\n13.07.2022 22:32:00\n2.0"
    assert reading.findings == ()


def test_a_file_cut_anywhere_keeps_its_whole_records(tmp_path: Path) -> None:
    text = dfr(behind="")
    for size in range(len("VERSION8.0\n 3\n"), len(text)):
        whole = (text[:size].count("\n") - 3) // 9
        path = written(tmp_path, text[:size])
        if whole < 1:
            with pytest.raises(EmptyExport):
                read(path)
            continue
        reading = read(path)
        assert reading.row_count == whole
        assert stored(reading, "frequency_hertz").tolist() == [1000, 100, 10][:whole]
        assert [finding.kind for finding in reading.findings] == ["truncated"]


def test_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match=r"only VERSION8\.0 is known, this is VERSION7\.0"):
        read(written(tmp_path, dfr().replace("VERSION8", "VERSION7")))


@pytest.mark.parametrize("word", ["high", "", "nan"])
def test_what_is_no_number_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(UnreadableExport):
        read(written(tmp_path, dfr().replace(" 300.5\n", f" {word}\n")))


def test_another_text_is_not_known(tmp_path: Path) -> None:
    for text in ("", "VERSION8.0\n", "VERSION8.0\nname\n", "8.0\n 3\n 1\n"):
        assert not READER.knows(export_of(written(tmp_path, text)))


@pytest.mark.exports
def test_every_number_of_the_real_file_is_the_one_printed(exports: Path) -> None:
    reading = read(exports / REAL)
    lines = (exports / REAL).read_text(encoding="utf-8").splitlines()
    printed = np.array(lines[3 : 3 + 29 * 9], float).reshape(29, 9)
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns])
    np.testing.assert_array_equal(ours, printed)
    assert draft(reading).spectrum_count == 1


@pytest.mark.exports
def test_the_sign_is_that_of_two_other_exports_of_the_sweep(exports: Path) -> None:
    """The .i2b holds Im(Z), the .P00 names its column -Z''."""
    imaginary = stored(read(exports / REAL), "imaginary_impedance_ohm")
    rows = (exports / "pyimpspec/data.i2b").read_text(encoding="utf-8").splitlines()[6:35]
    np.testing.assert_allclose(imaginary, [float(row.split()[2]) for row in rows], rtol=1e-12)
    lines = (exports / "pyimpspec/data.P00").read_text(encoding="latin-1").splitlines()
    assert "-Z''/Ohm" in lines[4]
    np.testing.assert_allclose(-imaginary[0], float(lines[6].split()[2]), rtol=1e-3)
