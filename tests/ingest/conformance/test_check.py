"""The kit that every reader is held to finds what is amiss, and a reader may come in a package."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import invalidate_caches
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.conformance import check_reader
from ingest.conformance.damage import damage
from ingest.reader import Reader
from ingest.reading import Export
from ingest.recognize import all_readers, reader_for, reader_named
from leyden import app
from tests.ingest.conformance.spoilt import Spoilt
from tests.ingest.readers.sample import samples

ACME = '''
"""A package that brings a reader."""

import numpy as np

from ingest.reader import Reader
from ingest.reading import Export, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

MARK = b"ACME 1\\n"


def knows(export: Export) -> bool:
    return export.head.startswith(MARK)


def read(export: Export) -> list[Reading]:
    lines = export.path.read_bytes()[len(MARK):].splitlines()
    rows = []
    for number, line in enumerate(lines, 2):
        try:
            second, volt = map(float, line.split(b","))
        except ValueError as fault:
            raise UnreadableExport(export.origin, "acme", f"line {number}", str(fault)) from fault
        rows.append((second, volt))
    if not rows:
        raise EmptyExport(export.origin, "acme")
    time, voltage = np.array(rows).T.copy()
    columns = (RawColumn("t", time, "test_time_second"), RawColumn("U", voltage, "voltage_volt"))
    return [Reading(columns, instrument="Acme")]


READER = Reader("acme", "1", "Acme text", (".acme",), knows, read)
'''


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with a reader; return the folder and a sample in it."""
    package = tmp_path / "acme-1.0.dist-info"
    package.mkdir()
    (tmp_path / "acme_reader.py").write_text(ACME)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[leyden.readers]\nacme = acme_reader:READER\n")
    sample = tmp_path / "cell.acme"
    sample.write_bytes(b"ACME 1\n0,3.5\n1,3.6\n2,3.7\n")
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    all_readers.cache_clear()
    yield sample
    all_readers.cache_clear()
    sys.modules.pop("acme_reader", None)


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def test_a_package_brings_a_reader(acme: Path) -> None:
    reader = reader_for(export_of(acme))
    assert reader is reader_named("acme")
    assert check_reader(reader, acme) == []
    done = CliRunner().invoke(app, ["reader", "check", str(acme), "--damaged", "50"])
    assert (done.exit_code, "as it should be, 50 ways damaged" in done.output) == (0, True)


def test_ours_are_as_they_should_be(tmp_path: Path) -> None:
    for name in ("pec", "arbin_csv", "zplot_z"):
        reader, (sample, *_) = reader_named(name), samples()[name]
        assert reader is not None
        assert check_reader(reader, sample.written(tmp_path, sample.content).path, damaged=30) == []


def spoilt(reader: Reader, how: str) -> Reader:
    """Return a reader with a fault."""
    return replace(reader, read=Spoilt(reader.read, how))


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("a length", "its columns have"),
        ("a quantity", "nobody knows the quantity voltage_volts"),
        ("a scale", "its scale is 0.0"),
        ("a name", "several columns are called"),
        ("chance", "other numbers when it is asked twice"),
        ("words by chance", "other numbers when it is asked twice"),
        ("more tests", "other tests when it is asked twice"),
        ("a fault", "whole: IndexError: a fault"),
        ("a death", "whole: it ends the process: SIGABRT"),
        ("a warning", "whole: it warns: RuntimeWarning: a warning"),
        ("much", "MB, and 20"),
        ("no place", "refused"),
        ("nothing", "it gives no reading"),
    ],
)
def test_what_is_amiss_is_found(tmp_path: Path, how: str, what: str) -> None:
    reader, (sample, *_) = reader_named("pec"), samples()["pec"]
    assert reader is not None
    path = sample.written(tmp_path, sample.content).path
    faults = check_reader(spoilt(reader, how), path, damaged=5)
    assert any(what in str(fault) for fault in faults)


def test_what_something_is_amiss_with_is_kept_as_a_file(tmp_path: Path) -> None:
    reader, (sample, *_) = reader_named("pec"), samples()["pec"]
    assert reader is not None
    path, folder = sample.written(tmp_path, sample.content).path, tmp_path / "kept"
    check_reader(spoilt(reader, "a quantity"), path, damaged=9, seed=5, first=11, keep=folder)
    numbers = [int(each.name.split("-")[2]) for each in folder.iterdir()]
    assert {*numbers} & {*range(11, 20)}
    for number in numbers:
        _, content = damage(sample.content, 5, number)
        assert (folder / f"pec-5-{number}-{sample.name}").read_bytes() == content


def test_a_reader_that_knows_anothers_file_is_found(tmp_path: Path) -> None:
    reader, (sample, *_) = reader_named("pec"), samples()["arbin_csv"]
    assert reader is not None
    path = sample.written(tmp_path, sample.content).path
    faults = [str(fault) for fault in check_reader(reader, path, damaged=0)]
    assert "whole: it does not know its own sample" in faults
    assert "whole: it is known by arbin_csv too" in faults
