"""Tables of impedance of no known instrument: separators, headings, signs, units, doubts."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.biologic_mpt import READER as BIOLOGIC_MPT
from ingest.readers.impedance_table import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.impedance_table import FREQUENCY, IMPEDANCE, cartesian, table

PYIMPSPEC = {
    "case-fragment.csv": (6, 1),
    "case-multiple-spectra-reverse.csv": (58, 2),
    "case-multiple-spectra.csv": (116, 4),
    "case-negative-real-imaginary.csv": (29, 1),
    "data-comma-decimal-separator.csv": (29, 1),
    "data-comma.csv": (29, 1),
    "data-header-variant-2.csv": (29, 1),
    "data-header-variant-3.csv": (29, 1),
    "data-header-variant-4.csv": (29, 1),
    "data-semicolon.csv": (29, 1),
    "data-space.csv": (29, 1),
    "data-tab.csv": (29, 1),
}
RELAXIS = "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt"
BARE = "impedance.py/exampleData.csv"


def export_of(path: Path, sidecar: Path | None = None) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path, sidecar)


def written(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "z.csv"
    path.write_bytes(content.encode(encoding))
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [one for one in all_readers() if one.knows(export)] == [READER]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def impedance(reading: Reading) -> NDArray[np.complex128]:
    real = stored(reading, "real_impedance_ohm")
    return real + 1j * stored(reading, "imaginary_impedance_ohm")


def kinds(reading: Reading) -> set[str]:
    return {finding.kind for finding in reading.findings}


@pytest.mark.parametrize(
    ("separator", "decimal"),
    [(",", "."), (";", "."), ("\t", "."), (" ", "."), (";", ","), ("\t", ","), (" ", ",")],
)
def test_every_separator_and_decimal_mark_gives_the_same_numbers(
    tmp_path: Path, separator: str, decimal: str
) -> None:
    heading = separator.join(("f/Hz", "Z'/Ohm", "Z''/Ohm"))
    reading = read(written(tmp_path, cartesian(heading, separator, decimal)))
    assert stored(reading, "frequency_hertz").tolist() == FREQUENCY.tolist()
    assert impedance(reading).tolist() == IMPEDANCE.tolist()
    assert not reading.findings


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("f [Hz],Re(Z) [Ohm],Im(Z) [Ohm]", 1),
        ("Frequency (Hz),Z' (Ω),Z'' (Ω)", 1),
        ("Freq / Hz,Zre / Ω,Zim / Ω", 1),
        ("# frequency [Hz],real [ohms],imaginary [ohms]", 1),
        ('"freq. [hertz]","Z_real [kOhm]","Z_imag [kohm]"', 1e3),
        ("FREQUENCY [HZ],ZREAL [mOhm],ZIMAG [mOhm]", 1e-3),
        ("f [Hz],Z′ [MOhm],Z″ [MΩ]", 1e6),
        ("f/Hz,Z'/Ohm,Z\"/Ohm", 1),
        ("Frequency / Hz,Real Impedance / ohm,Imaginary Impedance / ohm", 1),
    ],
)
def test_headings_and_units_are_known_in_their_spellings(
    tmp_path: Path, heading: str, scale: float
) -> None:
    reading = read(written(tmp_path, cartesian(heading)))
    assert np.allclose(impedance(reading), IMPEDANCE * scale, rtol=1e-15)
    assert not reading.findings


@pytest.mark.parametrize("heading", ["f/Hz,Zre/Ω,-Zim/Ω", "f/Hz,Re(Z)/Ω,−Im(Z)/Ω"])
def test_a_minus_in_the_heading_turns_the_sign_round(tmp_path: Path, heading: str) -> None:
    content = table(heading, FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag)
    assert impedance(read(written(tmp_path, content))).tolist() == IMPEDANCE.tolist()


def test_modulus_and_phase_become_real_and_imaginary(tmp_path: Path) -> None:
    degree = np.degrees(np.angle(IMPEDANCE))
    for heading, phase in (
        ("f/Hz,|Z|/Ohm,Theta/deg", degree),
        ("f/Hz,|Z|/Ohm,-phase/degrees", -degree),
        ("f/Hz,Mod/Ohm,phase/rad", np.radians(degree)),
    ):
        reading = read(written(tmp_path, table(heading, FREQUENCY, np.abs(IMPEDANCE), phase)))
        assert np.allclose(impedance(reading), IMPEDANCE, rtol=1e-13)
        assert kinds(reading) == {"impedance_from_polar"}


def test_index_and_time_beside_the_impedance_are_kept(tmp_path: Path) -> None:
    heading = "Index;Frequency (Hz);Z' (Ω);-Z'' (Ω);Z (Ω);-Phase (°);Time (s)"
    place = np.arange(1.0, FREQUENCY.size + 1)
    degree = -np.degrees(np.angle(IMPEDANCE))
    columns = (FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag, np.abs(IMPEDANCE), degree, place * 2)
    reading = read(written(tmp_path, table(heading, place, *columns, separator=";")))
    assert impedance(reading).tolist() == IMPEDANCE.tolist()
    assert stored(reading, "test_time_second").tolist() == (place * 2).tolist()
    assert np.allclose(stored(reading, "phase_degree"), -degree)
    assert [raw.name for raw in reading.columns if raw.quantity is None] == ["Index"]
    assert not reading.findings


def test_a_phase_without_unit_that_may_be_radians_is_refused(tmp_path: Path) -> None:
    phase = np.angle(IMPEDANCE)
    path = written(tmp_path, table("f/Hz,|Z|/Ω,phase", FREQUENCY, np.abs(IMPEDANCE), phase))
    with pytest.raises(UnreadableExport, match="line 1: the phase may be in ° or rad"):
        READER.read(export_of(path))


def test_headings_without_units_are_taken_with_a_finding(tmp_path: Path) -> None:
    (finding,) = read(written(tmp_path, cartesian("f,Z',Z''"))).findings
    assert finding.kind == "unit_assumed"
    assert finding.detail.endswith("f in Hz, Z' in Ω, Z'' in Ω")


@pytest.mark.parametrize("unit", ["Ohm.cm2", "a", "kΩ·m"])
def test_an_unknown_unit_is_refused_rather_than_left_out(tmp_path: Path, unit: str) -> None:
    path = written(tmp_path, cartesian(f"f [Hz],Z' [{unit}],Z'' [{unit}]"))
    with pytest.raises(UnreadableExport, match="line 1: unknown unit"):
        READER.read(export_of(path))


def test_an_inductive_spectrum_stays_as_headed_and_is_doubted(tmp_path: Path) -> None:
    content = table("f/Hz,Z'/Ω,Z''/Ω", FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag)
    reading = read(written(tmp_path, content))
    assert impedance(reading).tolist() == IMPEDANCE.conj().tolist()
    assert kinds(reading) == {"imaginary_sign_doubtful"}


def test_a_phase_that_contradicts_the_imaginary_part_is_told(tmp_path: Path) -> None:
    degree = -np.degrees(np.angle(IMPEDANCE))
    heading = "f/Hz,Z'/Ω,Z''/Ω,phase/deg"
    content = table(heading, FREQUENCY, IMPEDANCE.real, IMPEDANCE.imag, degree)
    assert kinds(read(written(tmp_path, content))) == {"phase_disagrees"}


def test_spectra_after_each_other_are_told_apart_in_either_order(tmp_path: Path) -> None:
    heading = "f/Hz,Z'/Ω,Z''/Ω"
    for step in (1, -1):
        once = table(heading, FREQUENCY[::step], IMPEDANCE.real[::step], IMPEDANCE.imag[::step])
        reading = read(written(tmp_path, once * 3))  # with the heading above each
        assert reading.row_count == 3 * FREQUENCY.size
        assert draft(reading).spectrum_count == 3


def test_three_bare_columns_are_a_spectrum_with_what_was_inferred(tmp_path: Path) -> None:
    reading = read(written(tmp_path, cartesian(None)))
    assert impedance(reading).tolist() == IMPEDANCE.tolist()
    assert kinds(reading) == {"unit_assumed", "heading_inferred"}
    turned = table(None, FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag)
    assert impedance(read(written(tmp_path, turned))).tolist() == IMPEDANCE.tolist()


@pytest.mark.parametrize(
    "columns",
    [
        (np.arange(5, 80, 0.5), np.full(150, 120.0), np.full(150, 3.0)),  # a diffractogram
        (np.arange(0, 100.0), np.full(100, 3.7), np.full(100, -0.1)),  # time, voltage, current
        (FREQUENCY, -IMPEDANCE.real, IMPEDANCE.imag),
        (FREQUENCY[:4], IMPEDANCE.real[:4], IMPEDANCE.imag[:4]),
        (FREQUENCY, IMPEDANCE.real),
        (FREQUENCY, IMPEDANCE.real, IMPEDANCE.imag, IMPEDANCE.imag),
    ],
)
def test_bare_columns_that_may_be_something_else_are_not_known(
    tmp_path: Path, columns: tuple[NDArray[np.float64], ...]
) -> None:
    assert not READER.knows(export_of(written(tmp_path, table(None, *columns))))


@pytest.mark.parametrize(
    "heading",
    [
        "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm",
        "Frequency\t Zre\t Zimg",
        "Potential (V)\tFrequency (Hz)\tZre (ohms)\tZim (ohms)",
        "Test Time / s,Voltage / V,Current / A,Frequency / Hz",
        "f/Hz,Z'/Ohm",
        "f/Hz,Z'/Ohm,Z''/Ohm,Bias/V",
    ],
)
def test_headings_of_an_instrument_are_left_to_its_reader(tmp_path: Path, heading: str) -> None:
    separator = "\t" if "\t" in heading else ","
    columns = [np.abs(IMPEDANCE)] * (heading.count(separator) + 1)
    path = written(tmp_path, table(heading, *columns, separator=separator))
    assert not READER.knows(export_of(path))
    assert BIOLOGIC_MPT.knows(export_of(path)) == heading.startswith("freq/Hz")


def test_a_sidecar_has_the_first_word(tmp_path: Path) -> None:
    path = written(tmp_path, cartesian("f,Z',Z''"))
    assert not READER.knows(export_of(path, tmp_path / "z.csv.leyden.yaml"))


def test_other_encodings_change_nothing(tmp_path: Path) -> None:
    content = cartesian("f/Hz,Z'/Ω,Z''/Ω")
    for encoding in ("utf-8-sig", "utf-16"):
        path = written(tmp_path, content, encoding)
        assert impedance(read(path)).tolist() == IMPEDANCE.tolist()
    latin = cartesian("f/Hz,|Z|/Ohm,phase/°").replace("\n", "\r\n")
    assert stored(read(written(tmp_path, latin, "latin-1")), "phase_degree").size == 26


def test_relaxis_tells_its_spectrum_above_the_numbers(tmp_path: Path) -> None:
    heading = "Data: Frequency\tData: Z'\tData: Z''\n"
    content = (
        "RelaxIS 3.0 Spectrum export\nDate: 12/16/2025 2:29:15 PM\n"
        f"{heading}DC=-0.08, TM=33.7\tModel: none\tcell_1\n"
    )
    reading = read(written(tmp_path, content + cartesian(None, "\t")))
    assert impedance(reading).tolist() == IMPEDANCE.tolist()
    assert reading.facts == {
        "RelaxIS": "3.0",
        "Date": "12/16/2025 2:29:15 PM",
        "Spectrum": "DC=-0.08, TM=33.7; Model: none; cell_1",
    }


def test_a_cut_last_line_is_left_out_and_garbage_is_refused_with_its_line(tmp_path: Path) -> None:
    content = cartesian("f/Hz,Z'/Ω,Z''/Ω")
    reading = read(written(tmp_path, content.rpartition(",")[0]))
    assert reading.row_count == FREQUENCY.size - 1
    assert kinds(reading) == {"truncated"}
    path = written(tmp_path, content.replace("\n10000.0,", "\n1oooo,"))
    with pytest.raises(UnreadableExport, match="line 2: '1oooo' in column 'f/Hz'"):
        READER.read(export_of(path))
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, "f/Hz,Z'/Ω,Z''/Ω\n")))


@pytest.mark.exports
@pytest.mark.parametrize("name", PYIMPSPEC)
def test_real_tables_of_one_circuit_agree_to_the_digits_printed(exports: Path, name: str) -> None:
    reading = read(exports / "pyimpspec" / name)
    drafted = draft(reading)
    assert (reading.row_count, drafted.spectrum_count) == PYIMPSPEC[name]
    with (exports / "pyimpspec/data-comma.csv").open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in line.split(",")] for line in [*file][1:]]
    known = {round(f, 6): complex(re, im) for f, re, im in rows}
    if "multiple" not in name:  # of those only one spectrum is that of the others
        expected = [known[round(f, 6)] for f in stored(reading, "frequency_hertz")]
        assert np.allclose(impedance(reading), expected, rtol=1e-13)
    assert (impedance(reading).imag < 0).all()
    assert not kinds(reading) & {"imaginary_sign_doubtful", "real_sign_doubtful"}


@pytest.mark.exports
def test_relaxis_and_ec_lab_tell_the_same_measurement(exports: Path) -> None:
    ours = read(exports / RELAXIS)
    path = exports / RELAXIS.replace("_RelaxIS", "")
    (other,) = BIOLOGIC_MPT.read(export_of(path))
    order, place = np.argsort(stored(ours, "frequency_hertz")), stored(other, "frequency_hertz")
    assert np.allclose(impedance(ours)[order], impedance(other)[np.argsort(place)], rtol=1e-7)
    degrees = np.degrees(np.angle(impedance(ours)))
    assert np.allclose(stored(ours, "phase_degree"), degrees, rtol=1e-12)


@pytest.mark.exports
def test_a_real_table_without_heading_is_read_as_numpy_reads_it(exports: Path) -> None:
    reading = read(exports / BARE)
    frequency, real, imaginary = np.loadtxt(exports / BARE, delimiter=",").T
    assert stored(reading, "frequency_hertz").tolist() == frequency.tolist()
    assert impedance(reading).tolist() == (real + 1j * imaginary).tolist()
    assert kinds(reading) == {"unit_assumed", "heading_inferred"}


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    claimed = {
        str(path.relative_to(exports)): path for path in files if READER.knows(export_of(path))
    }
    assert {*claimed} == {*(f"pyimpspec/{name}" for name in PYIMPSPEC), RELAXIS, BARE}
    for path in claimed.values():
        assert [one for one in all_readers() if one.knows(export_of(path))] == [READER]
