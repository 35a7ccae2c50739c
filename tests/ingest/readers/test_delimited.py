"""Delimited text read by a sidecar: every key, every refusal."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from xlsxwriter import Workbook

from ingest.channel import by_channel
from ingest.draft import draft
from ingest.normalize import normalize
from ingest.readers.delimited import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import reader_for
from ingest.sidecar import sidecar_of
from schema.error import EmptyExport, UnknownFormat, UnreadableExport
from tests.ingest.readers.samples.delimited import SIDECAR, TABLE


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path, sidecar_of(path))


def written(
    folder: Path, sidecar: str = SIDECAR, content: str = TABLE, name: str = "x.csv"
) -> Path:
    (folder / f"{name}.leyden.yaml").write_text(sidecar, encoding="utf-8")
    path = folder / name
    path.write_bytes(content.encode())
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_declared_units_and_sign_make_canonical_values(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    assert stored(reading, "test_time_second").tolist() == [0, 90]
    assert stored(reading, "voltage_volt").tolist() == [3.7, 3.6]
    assert np.allclose(stored(reading, "current_ampere"), [-5e-6, 10e-6])
    assert np.allclose(stored(reading, "ambient_temperature_celsius"), [25, 27])
    assert [(raw.name, raw.quantity) for raw in reading.columns][-1] == ("note", None)


def test_a_positive_current_that_charges_keeps_its_sign(tmp_path: Path) -> None:
    reading = read(written(tmp_path, SIDECAR.replace("discharge", "charge")))
    assert np.allclose(stored(reading, "current_ampere"), [5e-6, -10e-6])


def test_a_magnitude_takes_its_sign_from_a_declared_state(tmp_path: Path) -> None:
    sidecar = """\
positive_current: charge
columns:
  Test (Min): {quantity: test_time_second, unit: min}
  Amps: {quantity: current_ampere, unit: A}
  State: {quantity: step_type}
"""
    rows = [
        f"{minute},{1.5 if state != 'R' else 0},{state}" for minute, state in enumerate("RCCRDD")
    ]
    content = "\n".join(["Test (Min),Amps,State", *rows, ""])
    series = normalize(read(written(tmp_path, sidecar, content)))
    assert series.number("current_ampere").tolist() == [0, 1.5, 1.5, 0, -1.5, -1.5]
    assert [finding.kind for finding in series.findings] == ["current_sign_added"]


def test_a_clock_goes_on_over_midnight_and_the_time_within_a_step_does_not(tmp_path: Path) -> None:
    sidecar = """\
columns:
  Clock: {quantity: test_time_second, unit: "h:min:s"}
  Step: {quantity: step_time_second, unit: "h:min:s"}
  U: {quantity: voltage_volt, unit: V}
"""
    content = "Clock,Step,U\n23:00:00,20:00:00,3\n23:50:00,20:50:00,3\n0:40:00,0:00:00,3\n"
    reading = read(written(tmp_path, sidecar, content))
    assert stored(reading, "test_time_second").tolist() == [82_800, 85_800, 88_800]
    assert stored(reading, "step_time_second").tolist() == [72_000, 75_000, 0]
    assert [finding.kind for finding in reading.findings] == ["clock_over_midnight"]


def test_every_key_is_obeyed(tmp_path: Path) -> None:
    sidecar = """\
delimiter: ";"
decimal: ","
encoding: latin-1
skip_lines: 2
missing: [n/a]
technique: PEIS
instrument: Homemade bridge
channel: B
started_at: 2026-03-01 09:30:00
time_zone: Europe/Zurich
facts: {operator: M, room: 4}
columns:
  f: {quantity: frequency_hertz, unit: kHz}
  re: {quantity: real_impedance_ohm, unit: Ω}
  "-im": {quantity: imaginary_impedance_ohm, unit: ohm, negated: true}
  step: {quantity: step_id, starts_step: true}
  kind: {quantity: step_type}
  clock: {quantity: step_time_second, unit: "h:min:s"}
"""
    content = (
        "made by hand\nin µA\nf;re;-im;step;kind;clock\n"
        "1,5;2,25;0,5;1;EIS;0:00:01\nn/a;3;1;2;;1d 0:00:00\n"
    )
    path = written(tmp_path, sidecar, "")
    path.write_bytes(content.encode("latin-1"))
    reading = read(path)
    assert np.allclose(stored(reading, "frequency_hertz"), [1500, np.nan], equal_nan=True)
    assert stored(reading, "real_impedance_ohm").tolist() == [2.25, 3]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-0.5, -1]
    assert stored(reading, "step_time_second").tolist() == [1, 86400]
    (kind,) = (raw for raw in reading.columns if raw.quantity == "step_type")
    assert kind.values.to_pylist() == ["EIS", None]  # type: ignore[union-attr]  # text is Arrow
    assert reading.step_marks == ("step",)
    assert (reading.technique, reading.instrument, reading.channel) == (
        "PEIS",
        "Homemade bridge",
        "B",
    )
    assert reading.started_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert reading.facts == {"operator": "M", "room": 4}


def test_without_a_header_columns_are_declared_in_their_order(tmp_path: Path) -> None:
    sidecar = """\
header: false
delimiter: "\\t"
columns:
  time: {quantity: test_time_second, unit: ms}
  volts: {quantity: voltage_volt, unit: V}
"""
    reading = read(written(tmp_path, sidecar, "0\t3.5\n250\t3.4\n"))
    assert stored(reading, "test_time_second").tolist() == [0, 0.25]


def test_a_start_without_a_zone_stays_without_one(tmp_path: Path) -> None:
    reading = read(written(tmp_path, SIDECAR + "started_at: 2026-03-01 09:30:00\n"))
    assert reading.started_at == datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001  (no zone is declared)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("columns:", "colums:", "x.csv.leyden.yaml: columns: Field required"),
        (
            "positive_current",
            "current_sign",
            "current_sign: no such key; keys: files, delimiter, decimal",
        ),
        ("unit: min", "units: min", "columns.t.units: no such key; keys: quantity, unit, negated"),
        ("unit: min", "unit: parsec", "columns.t: unknown unit 'parsec'; known: d, h, min, ms, s"),
        ("unit: min", "unit: mV", "columns.t: unknown unit 'mV'; known: d, h, min, ms, s"),
        (", unit: min", "", "columns.t: test_time_second needs a unit, such as s"),
        ("voltage_volt", "voltage_vlt", "no quantity is called 'voltage_vlt'; did you mean volt"),
        (
            "voltage_volt, unit: mV",
            "test_time_second, unit: s",
            "several columns are test_time_sec",
        ),
        (
            "discharge",
            "sometimes",
            "positive_current: Input should be 'charge', 'discharge' or 'state'",
        ),
        ("positive_current: discharge\n", "", "say what a positive current does: charge or disch"),
        ("  U:", "  V:", "columns.V: the file has no such column; columns: t, U, I, T, note"),
        ("columns:", "decimal: ';'\ncolumns:", "decimal: Input should be '.' or ','"),
        ("columns:", "encoding: klingon\ncolumns:", "encoding: unknown encoding: klingon"),
        ("columns:", "time_zone: Mars/Base\ncolumns:", "no time zone is called 'Mars/Base'"),
        ("columns:", "columns: [", "x.csv.leyden.yaml: no YAML: "),
    ],
)
def test_a_wrong_sidecar_is_refused_with_its_key_and_what_is_legal(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = written(tmp_path, SIDECAR.replace(old, new, 1))
    with pytest.raises(UnreadableExport) as refusal:
        READER.read(export_of(path))
    assert reason in str(refusal.value)
    assert "x.csv.leyden.yaml" in str(refusal.value)


@pytest.mark.parametrize("sidecar", ["", "- a\n- b\n", "just words", "columns: {}"])
def test_a_sidecar_that_declares_nothing_is_refused(tmp_path: Path, sidecar: str) -> None:
    with pytest.raises(UnreadableExport, match=r"x\.csv\.leyden\.yaml"):
        READER.read(export_of(written(tmp_path, sidecar)))


def test_points_beside_a_decimal_comma_are_refused(tmp_path: Path) -> None:
    sidecar = "decimal: ','\ndelimiter: ';'\n" + SIDECAR
    path = written(tmp_path, sidecar, "t;U;I;T\n0;1.234,5;0;300\n")
    with pytest.raises(UnreadableExport, match=r"line 2: '1\.234,5' in column 'U'"):
        READER.read(export_of(path))


def test_a_file_without_a_sidecar_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "lonely.csv"
    path.write_text(TABLE)
    with pytest.raises(UnknownFormat, match="sidecar"):
        reader_for(export_of(path))


def test_the_sidecar_of_a_folder_speaks_for_the_files_it_names(tmp_path: Path) -> None:
    (tmp_path / "leyden.yaml").write_text("files: ['run_*.csv']\n" + SIDECAR, encoding="utf-8")
    named, other = tmp_path / "run_1.csv", tmp_path / "other.csv"
    named.write_text(TABLE)
    other.write_text(TABLE)
    assert read(named).row_count == 2
    assert sidecar_of(other) is None


def test_the_sidecar_of_a_file_goes_before_that_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "leyden.yaml").write_text("files: ['*.csv']\n" + SIDECAR, encoding="utf-8")
    path = written(tmp_path, SIDECAR.replace("unit: min", "unit: s"))
    assert stored(read(path), "test_time_second").tolist() == [0, 1.5]


def test_a_sidecar_goes_before_what_the_header_looks_like(tmp_path: Path) -> None:
    sidecar = "columns:\n  Voltage / V: {quantity: voltage_volt, unit: mV}\n"
    path = written(tmp_path, sidecar, "Test Time / s,Voltage / V,Current / A\n0,3700,0\n")
    assert stored(read(path), "voltage_volt").tolist() == [3.7]


def test_a_broken_sidecar_of_a_folder_stops_text_but_no_binary(tmp_path: Path) -> None:
    (tmp_path / "leyden.yaml").write_text("files: ['*.csv\n", encoding="utf-8")
    text, binary = tmp_path / "run.csv", tmp_path / "run.nda"
    text.write_text(TABLE)
    binary.write_bytes(b"NEWARE" + bytes(100))
    assert READER.knows(export_of(text))
    assert not READER.knows(export_of(binary))
    with pytest.raises(UnreadableExport, match=r"leyden\.yaml: no YAML"):
        READER.read(export_of(text))


def test_the_sidecar_of_a_folder_must_name_its_files(tmp_path: Path) -> None:
    (tmp_path / "leyden.yaml").write_text(SIDECAR, encoding="utf-8")
    path = tmp_path / "run.csv"
    path.write_text(TABLE)
    with pytest.raises(UnreadableExport, match=r"leyden\.yaml: files: a sidecar for a folder"):
        READER.read(export_of(path))


def test_a_cut_last_line_is_left_out_and_a_header_alone_is_empty(tmp_path: Path) -> None:
    reading = read(written(tmp_path, SIDECAR, TABLE + "2,35"))
    assert reading.row_count == 2
    assert [(note.kind, note.place) for note in reading.findings] == [("truncated", "line 4")]
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, SIDECAR, "t,U,I,T\n")))


@pytest.mark.exports
def test_without_a_sidecar_no_export_is_claimed(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file()]
    assert not [path for path in files if READER.knows(export_of(path))]


@pytest.mark.exports
@pytest.mark.parametrize(
    ("name", "delimiter", "decimal"),
    [
        ("data-comma.csv", ",", "."),
        ("data-semicolon.csv", ";", "."),
        ("data-tab.csv", "\\t", "."),
        ("data-comma-decimal-separator.csv", "\\t", ","),
    ],
)
def test_real_tables_of_impedance_are_read_when_declared(
    exports: Path, tmp_path: Path, name: str, delimiter: str, decimal: str
) -> None:
    lines = (exports / "pyimpspec" / name).read_text(encoding="utf-8").splitlines()
    names = lines[0].split({"\\t": "\t"}.get(delimiter, delimiter))
    sidecar = f"""\
delimiter: "{delimiter}"
decimal: "{decimal}"
columns:
  {names[0]!r}: {{quantity: frequency_hertz, unit: Hz}}
  {names[1]!r}: {{quantity: real_impedance_ohm, unit: ohm}}
  {names[2]!r}: {{quantity: imaginary_impedance_ohm, unit: ohm}}
"""
    reading = read(written(tmp_path, sidecar, "\n".join(lines) + "\n"))
    assert reading.row_count == 29
    assert (stored(reading, "frequency_hertz") > 0).all()


FREQUENCY = np.geomspace(1e5, 0.1, 31)
IMPEDANCE = 10.0 + 1e3 / (1.0 + 2j * np.pi * FREQUENCY * 1e-4)
JOMEGA_BARE = 2j * np.pi * FREQUENCY * 8.8541878128e-12 * 1.33e-4 / 850e-6
GEOMETRY = "area_cm2: 1.33\nthickness_um: 850\n"


@pytest.mark.parametrize(
    ("geometry", "first", "second", "values"),
    [
        (
            "",
            "absolute_impedance_ohm, unit: kohm",
            "phase_degree, unit: deg",
            (np.abs(IMPEDANCE) / 1e3, np.degrees(np.angle(IMPEDANCE))),
        ),
        (
            "",
            "absolute_impedance_ohm, unit: mohm",
            "phase_degree, unit: rad, negated: true",
            (np.abs(IMPEDANCE) * 1e3, -np.angle(IMPEDANCE)),
        ),
        (
            "",
            "real_admittance_siemens, unit: mS",
            "imaginary_admittance_siemens, unit: uS",
            ((1e3 / IMPEDANCE).real, (1e6 / IMPEDANCE).imag),
        ),
        (
            "",
            "absolute_admittance_siemens, unit: S",
            "phase_degree, unit: deg, negated: true",
            (np.abs(1 / IMPEDANCE), np.degrees(np.angle(1 / IMPEDANCE))),
        ),
        (
            GEOMETRY,
            'real_relative_permittivity, unit: "1"',
            'imaginary_relative_permittivity, unit: "1"',
            ((1 / JOMEGA_BARE / IMPEDANCE).real, -(1 / JOMEGA_BARE / IMPEDANCE).imag),
        ),
        (
            GEOMETRY,
            'real_electric_modulus, unit: "1"',
            'imaginary_electric_modulus, unit: "1"',
            ((JOMEGA_BARE * IMPEDANCE).real, (JOMEGA_BARE * IMPEDANCE).imag),
        ),
    ],
    ids=["|Z|, phase", "|Z|, -phase", "Y", "|Y|, phase of Y", "permittivity", "modulus"],
)
def test_impedance_declared_otherwise_becomes_real_and_imaginary(
    tmp_path: Path,
    geometry: str,
    first: str,
    second: str,
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    sidecar = f"""\
{geometry}columns:
  f: {{quantity: frequency_hertz, unit: Hz}}
  a: {{quantity: {first}}}
  b: {{quantity: {second}}}
"""
    rows = zip(FREQUENCY.tolist(), *(each.tolist() for each in values), strict=True)
    content = "f,a,b\n" + "".join(f"{f!r},{a!r},{b!r}\n" for f, a, b in rows)
    found = draft(read(written(tmp_path, sidecar, content)))
    assert found.spectrum_count == 1
    assert found.spectra is not None
    parts = found.spectra["real_impedance_ohm"] + 1j * found.spectra["imaginary_impedance_ohm"]
    np.testing.assert_allclose(parts, IMPEDANCE, rtol=1e-12)
    assert [finding.kind for finding in found.findings] == ["derived_column"]


def test_a_geometry_is_kept_as_a_fact(tmp_path: Path) -> None:
    facts = read(written(tmp_path, GEOMETRY + SIDECAR)).facts
    assert (facts["area_cm2"], facts["thickness_um"]) == (1.33, 850)


@pytest.mark.parametrize("geometry", ["", "area_cm2: 1.33\n", "thickness_um: 850\n"])
@pytest.mark.parametrize("quantity", ["real_relative_permittivity", "imaginary_electric_modulus"])
def test_what_needs_a_geometry_is_refused_without_it(
    tmp_path: Path, geometry: str, quantity: str
) -> None:
    sidecar = f'{geometry}columns:\n  t: {{quantity: {quantity}, unit: "1"}}\n'
    reason = f"no impedance follows of {quantity} without the geometry: declare area_cm2 and thick"
    with pytest.raises(UnreadableExport, match=reason):
        READER.read(export_of(written(tmp_path, sidecar)))


BY_STATE = """\
positive_current: state
day_or_month_first: day
time_zone: Europe/Zurich
columns:
  when: {unit: date}
  I: {quantity: current_ampere, unit: mA}
  U: {quantity: voltage_volt, unit: V}
  State: {quantity: step_type}
  Slot: {parts_tests: true}
"""


def test_dates_make_the_time_and_the_state_the_sign(tmp_path: Path) -> None:
    rows = "when,I,U,State,Slot\n01/02/2026 10:00:00,0,3,R,014\n01/02/2026 10:00:10,5,3.1,C,014\n"
    rows += "01/02/2026 10:00:30,5,3,D,015\n02/02/2026 10:00:30,-5,3,D,015\n"
    reading = read(written(tmp_path, BY_STATE, rows))
    assert stored(reading, "current_ampere").tolist() == [0, 0.005, -0.005, -0.005]
    assert stored(reading, "test_time_second").tolist() == [0, 10, 30, 86_430]
    assert reading.started_at == datetime(2026, 2, 1, 10, tzinfo=ZoneInfo("Europe/Zurich"))
    assert {finding.kind for finding in reading.findings} == {"ambiguous_date", "time_made"}
    first, second = by_channel(reading)
    assert (first.channel, second.channel) == ("014", "015")


def test_a_zone_that_dates_tell_is_kept(tmp_path: Path) -> None:
    rows = "when,I,U,State,Slot\n2026-02-01T10:00:00+02:00,0,3,R,1\n2026-02-01T08:00:05Z,0,3,R,1\n"
    reading = read(written(tmp_path, BY_STATE, rows))
    assert stored(reading, "test_time_second").tolist() == [0, 5]
    assert reading.started_at == datetime(2026, 2, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("step_type", "step_id"), "positive_current: state needs a column of step_type"),
        (("{quantity: step_type}", "{parts_tests: true}"), "one column parts the tests"),
    ],
)
def test_a_state_that_is_not_there_is_missed(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    sidecar = BY_STATE.replace(*change)
    if "parts" in reason:
        sidecar = sidecar.replace("positive_current: state", "positive_current: charge")
    with pytest.raises(UnreadableExport, match=reason):
        read(written(tmp_path, sidecar, "when,I,U,State,Slot\n1,2,3,4,5\n"))


DECLARED = """\
positive_current: charge
columns:
  t: {quantity: test_time_second, unit: s}
  U: {quantity: voltage_volt, unit: mV}
  I: {quantity: current_ampere, unit: mA}
"""
ROWS = {"t": [0.0, 10.0, 20.0], "U": [3700.0, 3650.5, 3600.0], "I": [0.0, -5.0, -5.0]}


def declared_beside(path: Path, sidecar: str) -> Reading:
    path.with_name(f"{path.name}.leyden.yaml").write_text(sidecar, encoding="utf-8")
    return read(path)


def test_a_parquet_table_is_declared_as_text_is(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame(ROWS).with_columns(pl.col("t").cast(pl.Int32), n=pl.Series(["a", "b", ""]))
    frame.write_parquet(path)
    reading = declared_beside(path, DECLARED)
    assert stored(reading, "test_time_second").tolist() == ROWS["t"]
    assert np.allclose(stored(reading, "voltage_volt"), [3.7, 3.6505, 3.6])
    assert [raw.name for raw in reading.columns] == ["t", "U", "I", "n"]


def test_a_parquet_column_of_lists_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({**ROWS, "many": [[1], [2], [3]]}).write_parquet(path)
    with pytest.raises(UnreadableExport, match="column many: it holds"):
        declared_beside(path, DECLARED)


def test_a_parquet_table_that_unpacks_to_no_export_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.select(t=pl.repeat(1, 60_000_000, dtype=pl.Int8)).write_parquet(path)
    with pytest.raises(UnreadableExport, match="it holds 480 MB in"):
        declared_beside(path, DECLARED)


def workbook(path: Path, *sheets: str) -> Path:
    with Workbook(path) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet)
            for place, (name, values) in enumerate(ROWS.items()):
                page.write_column(0, place, [name, *values])
    return path


def test_a_sheet_is_declared_as_text_is(tmp_path: Path) -> None:
    only = declared_beside(workbook(tmp_path / "one.xlsx", "Data"), DECLARED)
    named = declared_beside(
        workbook(tmp_path / "two.xlsx", "Notes", "Data"), f"sheet: Data\n{DECLARED}"
    )
    for reading in (only, named):
        assert np.allclose(stored(reading, "current_ampere"), [0, -0.005, -0.005])
    with pytest.raises(UnreadableExport, match=r"sheet: the workbook has the sheets Notes, Data"):
        declared_beside(workbook(tmp_path / "two.xlsx", "Notes", "Data"), DECLARED)


BELOW = """\
units_below: true
positive_current: charge
columns:
  day: {unit: date}
  at: {unit: time of day}
  U: {quantity: voltage_volt}
  I: {quantity: current_ampere, unit: mA}
"""


def test_units_below_and_a_date_in_two_columns(tmp_path: Path) -> None:
    content = (
        'day,at,U,I,"a, b"\n-,-,mV,mA,g\n1.2.2026,11:59:30 pm,3700,5,1\n2.2.2026,0.01,3600,5,2\n'
    )
    reading = read(written(tmp_path, BELOW, content))
    assert stored(reading, "voltage_volt").tolist() == [3.7, 3.6]
    assert stored(reading, "test_time_second").tolist() == [0, 90]
    assert reading.started_at == datetime(2026, 2, 1, 23, 59, 30)  # noqa: DTZ001 (no zone is told)
    assert "a, b / g" in {raw.name for raw in reading.columns}


@pytest.mark.parametrize(
    ("sidecar", "content", "reason"),
    [
        (BELOW, "day,at,U,I\n,,mV,A\n1.2.2026,1:00,1,1\n", "line 2: 'I' is in A, and declared in"),
        (BELOW, "day,at,U,I\n,,furlong,mA\n1.2.2026,1:00,1,1\n", "line 2: unknown unit 'furlong'"),
        (BELOW, "day,at,U,I\n,,,mA\n1.2.2026,1:00,1,1\n", "line 2: no unit stands below 'U'"),
        (BELOW, "day,at,U,I\n,,V,mA\n1.2.2026,25:00,1,1\n", "line 3: '25:00' is no time of day"),
        (BELOW, "day,at,U,I\n,,V,mA\n1.2.2026 2:00,1:00,1,1\n", "the dates tell a time, and 'at'"),
        (BELOW.replace("{unit: date}", "{}"), "", "a time of day belongs to a date, or is test_ti"),
        (BELOW.replace("time of day", "date"), "", "columns: one column is the date"),
        (BELOW + "header: false\n", "", "units_below: there is no header above them"),
    ],
)
def test_units_and_clocks_that_do_not_fit_are_refused(
    tmp_path: Path, sidecar: str, content: str, reason: str
) -> None:
    with pytest.raises(UnreadableExport) as refusal:
        read(written(tmp_path, sidecar, content))
    assert reason in str(refusal.value)


def test_lines_of_separators_only_are_no_records(tmp_path: Path) -> None:
    assert read(written(tmp_path, SIDECAR, f"{TABLE},,,,\n,,,,\n")).row_count == 2


def test_a_whole_last_line_that_ends_in_a_word_is_kept(tmp_path: Path) -> None:
    last = "0,3700,5,298.15,456\n1.5,3600,-10,300.15,1AF"
    reading = read(written(tmp_path, SIDECAR, f"t,U,I,T,note\n{last}"))
    assert reading.row_count == 2
    assert [note.kind for note in reading.findings] == ["unterminated"]
