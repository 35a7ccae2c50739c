"""Gamry .DTA: every table of the real files, and files written here from the layout."""

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.normalize import normalize
from ingest.readers.gamry_dta import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.gamry_dta import (
    ABORTED,
    CAPACITY,
    CHARGE,
    CYCLES,
    OPEN,
    SWEEP,
    dta,
    tables,
)

ROWS = {
    "gamry-parser/chronoa_data.dta": ("CHRONOA", [10]),
    "gamry-parser/chronoa_de_data.dta": ("CHRONOA", [10]),
    "gamry-parser/cv_data.dta": ("CV", [50]),
    "gamry-parser/eispot_data.dta": ("EISPOT", [10]),
    "gamry-parser/eispot_data_curveaborted.dta": ("EISPOT", [5]),
    "gamry-parser/ocp_data.dta": ("CORPOT", [21]),
    "gamry-parser/ocvcurve_data.dta": ("CV", [40, 11]),
    "gamry-parser/squarewave_data.dta": ("SQUARE_WAVE", [10]),
    "gamry-parser/vfp600_data.dta": ("VFP600", [20]),
    "impedance.py/exampleDataGamry.DTA": ("EISPOT", [387, 72]),
    "impedance.py/exampleDataGamryABORT.DTA": ("EISPOT", [39, 72, 128]),
}


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str, encoding: str = "latin-1") -> Path:
    path = folder / "test.DTA"
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> list[Reading]:
    export = export_of(path)
    assert [reader.name for reader in all_readers() if reader.knows(export)] == [READER.name]
    return READER.read(export)


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def kinds(reading: Reading) -> list[str]:
    return [finding.kind for finding in reading.findings]


def test_open_circuit_and_sweep_are_two_tests_of_one_experiment(tmp_path: Path) -> None:
    rest, sweep = read(written(tmp_path, dta(OPEN, SWEEP)))
    assert (rest.technique, rest.row_count) == ("OCV", 2)
    assert (sweep.technique, sweep.row_count) == ("EISPOT", 3)
    assert stored(rest, "voltage_volt").tolist() == [3.5, 3.50001]
    assert stored(rest, "test_time_second").tolist() == [0.25, 0.5]
    assert rest.started_at == sweep.started_at == datetime(2018, 4, 23, 16, 43, 15)  # noqa: DTZ001 - no zone
    assert kinds(sweep) == ["start_of_experiment"]


def test_the_imaginary_part_keeps_its_sign_beside_modulus_phase_and_bias(tmp_path: Path) -> None:
    (sweep,) = read(written(tmp_path, dta(SWEEP)))
    assert stored(sweep, "frequency_hertz").tolist() == [1000, 100, 10]
    z = stored(sweep, "real_impedance_ohm") + 1j * stored(sweep, "imaginary_impedance_ohm")
    np.testing.assert_array_equal(z, [3 - 4j, 30 - 40j, 300 - 400j])
    np.testing.assert_allclose(stored(sweep, "absolute_impedance_ohm"), np.abs(z))
    np.testing.assert_allclose(stored(sweep, "phase_degree"), np.degrees(np.angle(z)), 1e-6)
    assert stored(sweep, "voltage_volt").tolist() == [3.5, 3.5, 3.5]
    assert stored(sweep, "current_ampere").tolist() == [-2e-6, 1e-6, -1e-6]


def test_a_bias_that_crosses_zero_does_not_part_a_sweep(tmp_path: Path) -> None:
    (sweep,) = read(written(tmp_path, dta(SWEEP)))
    assert draft(sweep).spectrum_count == 1


def test_the_header_is_told(tmp_path: Path) -> None:
    (sweep,) = read(written(tmp_path, dta(SWEEP)))
    assert sweep.instrument == "Gamry REF600-1"
    facts = sweep.facts
    assert facts["NOTES"] == "CURVE of a coin cell\nat 25 °C"
    assert (facts["AREA/cm^2"], facts["CYCLES"]) == (1.539, 5)
    assert (facts["VDC/V"], facts["VDC vs. open circuit"]) == (-0.05, True)
    assert (facts["DELAY"], facts["DELAY Time(s)"], facts["TAG"]) == (True, 100, "EISPOT")


def test_curves_whose_time_goes_on_are_the_cycles_of_one_test(tmp_path: Path) -> None:
    (cycles,) = read(written(tmp_path, dta(CYCLES)))
    assert stored(cycles, "vendor_cycle_count").tolist() == [1, 1, 2, 2]
    assert stored(cycles, "test_time_second").tolist() == [0.5, 1, 1.5, 2]
    assert cycles.step_marks == ("curve",)


def test_curves_whose_time_starts_anew_are_tests_of_their_own(tmp_path: Path) -> None:
    readings = read(written(tmp_path, dta(CYCLES.replace("\t1.5\t", "\t0.2\t"))))
    assert [reading.row_count for reading in readings] == [2, 2]


def test_a_temperature_below_absolute_zero_is_missing(tmp_path: Path) -> None:
    (rest,) = read(written(tmp_path, dta(OPEN)))
    series = normalize(rest)
    assert [finding.kind for finding in series.findings] == ["sensor_absent"]
    np.testing.assert_array_equal(series.number("temperature_t1_celsius"), [25.5, np.nan])


def test_a_cathodic_convention_turns_the_current_round(tmp_path: Path) -> None:
    (anodic,) = read(written(tmp_path, dta(CYCLES)))
    (cathodic,) = read(written(tmp_path, dta(CYCLES, convention=0)))
    np.testing.assert_array_equal(
        stored(cathodic, "current_ampere"), -stored(anodic, "current_ampere")
    )
    assert (kinds(anodic), kinds(cathodic)) == ([], ["current_sign_reversed"])
    without_convention = dta(CYCLES).replace("CONVENTION", "OTHER")
    assert kinds(*read(written(tmp_path, without_convention))) == ["current_sign_untold"]


def test_an_aborted_curve_keeps_its_records_and_says_so(tmp_path: Path) -> None:
    rest, sweep = read(written(tmp_path, dta(OPEN, SWEEP, ABORTED)))
    assert "experiment_aborted" not in kinds(rest)
    assert "experiment_aborted" in kinds(sweep)
    assert sweep.row_count == 3


def test_a_step_of_a_charge_has_its_power(tmp_path: Path) -> None:
    (charge,) = read(written(tmp_path, dta(CHARGE).replace("EISPOT", "PWR800_CHARGE")))
    assert charge.technique == "PWR800_CHARGE"
    assert stored(charge, "current_ampere").tolist() == [0.02] * 3
    assert stored(charge, "power_watt").tolist() == [0.062, 0.064, 0.065]
    assert charge.facts["STARTTIMEOFFSET/s"] == 16.83
    assert [*draft(charge).steps["mode"]] == ["charge"]
    assert {"Vu/V", "Sig/V", "IERange", "Over"} <= {raw.name for raw in charge.columns}


def test_sums_of_charges_and_discharges_say_that_they_are(tmp_path: Path) -> None:
    (sums,) = read(written(tmp_path, dta(CAPACITY)))
    assert kinds(sums) == ["sums_only"]
    columns = {raw.name: np.asarray(raw.values).tolist() for raw in sums.columns}
    assert columns["Charge/C"] == [4362.5, 4013.5]
    assert columns["Energy/J"] == [16_000, -14_000]
    assert columns["Type"] == [0, 1]
    assert stored(sums, "vendor_cycle_count").tolist() == [1, 1]
    assert sums.facts["MAXCHARGETIME/s"] == 7200
    assert (sums.facts["CHARGESTOPAT1"], sums.facts["CHARGESTOPAT1/V"]) == ("Voltage > Limit", 4.2)
    assert (sums.facts["CHARGESTOPAT2"], sums.facts["STOPREASON"]) == ("None", "Cycle Limit")
    assert draft(sums).points.row_count == 2


def test_a_sweep_of_potential_is_read_whole(tmp_path: Path) -> None:
    sweep = CYCLES.split("CURVE2")[0].replace("CURVE1", "CURVE")
    rest, potential = read(written(tmp_path, dta(OPEN, sweep).replace("EISPOT", "POTENTIODYNAMIC")))
    assert (rest.technique, potential.technique) == ("OCV", "POTENTIODYNAMIC")
    assert stored(potential, "voltage_volt").tolist() == [1.0, 1.1]
    assert potential.facts["EOC/V"] == 3.50001


def test_fewer_records_than_announced_are_told(tmp_path: Path) -> None:
    (rest,) = read(written(tmp_path, dta(OPEN.replace("TABLE\t2", "TABLE\t9"))))
    assert "truncated" in kinds(rest)


def test_decimal_commas_give_the_same_numbers(tmp_path: Path) -> None:
    (point,) = read(written(tmp_path, dta(SWEEP)))
    text = re.sub(r"(\d)\.(\d)", r"\1,\2", dta(SWEEP))
    (comma,) = read(written(tmp_path, text))
    assert comma.facts["AREA/cm^2"] == 1.539
    for ours, theirs in zip(comma.columns, point.columns, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_the_degree_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (sweep,) = read(written(tmp_path, dta(SWEEP), encoding))
    assert sweep.facts["NOTES"] == "CURVE of a coin cell\nat 25 °C"
    assert column(sweep, "phase_degree") is not None


def test_spaces_in_place_of_tabs_part_fields_too(tmp_path: Path) -> None:
    text = dta(SWEEP).replace("\t2\t5\t10\t300", "  2 5 10 300")
    (sweep,) = read(written(tmp_path, text))
    assert stored(sweep, "real_impedance_ohm").tolist() == [3, 30, 300]


def test_a_curve_without_time_is_counted_at_its_rate(tmp_path: Path) -> None:
    text = (
        "VFP600\nTAG\tVFP600\nFREQ\tQUANT\t4\tAcquisition Frequency (Hz)\nVFPCURVE\tTABLE\n"
        "\tVoltage\tCurrent\n\tV\tA\n\t3.1\t1E-9\n\t3.2\t2E-9\n"
    )
    (reading,) = read(written(tmp_path, text))
    assert stored(reading, "test_time_second").tolist() == [0, 0.25]
    assert stored(reading, "voltage_volt").tolist() == [3.1, 3.2]
    assert "time_from_rate" in kinds(reading)


@pytest.mark.parametrize(
    ("date", "day", "expected"),
    [
        ("4/23/2018", (4, 23), []),
        ("23/4/2018", (4, 23), []),
        ("3/10/2018", (3, 10), ["ambiguous_date"]),
        ("10-2-2018", (2, 10), ["ambiguous_date"]),
        ("10.02.2018", (2, 10), []),
        ("5/5/2018", (5, 5), []),
        ("yesterday", None, ["unreadable_date"]),
        ("31/31/2018", None, ["unreadable_date"]),
    ],
)
def test_a_date_is_month_first_after_slashes_unless_it_cannot_be(
    tmp_path: Path, date: str, day: tuple[int, int] | None, expected: list[str]
) -> None:
    (reading,) = read(written(tmp_path, dta(SWEEP, date=date)))
    assert reading.started_at == (datetime(2018, *day, 16, 43, 15) if day else None)  # noqa: DTZ001 - no zone
    assert kinds(reading) == expected


def test_a_header_without_a_curve_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport, match="no curve follows"):
        read(written(tmp_path, dta()))


def test_a_unit_nobody_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="ZCURVE, Freq: unknown unit 'rpm'"):
        read(written(tmp_path, dta(SWEEP.replace("\tHz\t", "\trpm\t"))))


def test_a_word_among_the_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    text = dta(SWEEP).replace("\t300\t", "\tlots\t")
    line = 1 + text[: text.index("lots")].count("\n")
    with pytest.raises(UnreadableExport, match="'lots'") as refusal:
        read(written(tmp_path, text))
    assert refusal.value.place == f"line {line}"


@pytest.mark.slow
def test_a_text_cut_anywhere_gives_every_whole_record(tmp_path: Path) -> None:
    text = dta(SWEEP)
    first = text.index("\t0\t1\t1000")
    for size in range(first + 1, len(text)):
        *whole, last = text[first:size].split("\n")
        # a line that has begun its last field is kept, and told
        whole_count = len(whole) + (last.count("\t") == 11 and not last.endswith("\t"))
        path = written(tmp_path, text[:size])
        if not whole_count:
            with pytest.raises(EmptyExport):
                read(path)
            continue
        (sweep,) = read(path)
        assert sweep.row_count == whole_count
        assert bool(last.strip()) == bool({"truncated", "unterminated"} & {*kinds(sweep)})


def test_another_text_is_not_known(tmp_path: Path) -> None:
    for text in ("", "TAG\tCV\n", "EXPLAIN\n", "time\tcurrent\nTAG\n"):
        assert not READER.knows(export_of(written(tmp_path, text)))


@pytest.mark.exports
@pytest.mark.parametrize("name", ROWS)
def test_every_field_of_every_table_is_the_one_printed(exports: Path, name: str) -> None:
    tag, rows = ROWS[name]
    readings = read(exports / name)
    assert [reading.row_count for reading in readings] == rows
    assert {reading.facts["TAG"] for reading in readings} == {tag}
    printed = tables(exports / name)
    for reading in readings:
        parts = [printed[table] for table in str(reading.facts["table"]).split(", ")]
        records = [record for _, part in parts for record in part]
        columns = {raw.name.split("/")[0]: raw for raw in reading.columns}
        for place, header in enumerate(parts[0][0]):
            texts = [record[place] for record in records]
            values = columns[header].values
            if isinstance(values, pa.Array):
                assert values.to_pylist() == texts
            else:
                np.testing.assert_array_equal(values, np.array(texts, float))


@pytest.mark.exports
@pytest.mark.parametrize("name", [name for name, (tag, _) in ROWS.items() if tag == "EISPOT"])
def test_sign_modulus_and_phase_of_a_real_sweep_agree(exports: Path, name: str) -> None:
    sweep = next(r for r in read(exports / name) if r.facts["table"] == "ZCURVE")
    z = stored(sweep, "real_impedance_ohm") + 1j * stored(sweep, "imaginary_impedance_ohm")
    whole = slice(0, 6)  # behind them one file repeats a record under other frequencies
    np.testing.assert_allclose(stored(sweep, "absolute_impedance_ohm")[whole], abs(z)[whole], 1e-5)
    phase = np.degrees(np.angle(z))
    np.testing.assert_allclose(stored(sweep, "phase_degree")[whole], phase[whole], 1e-3)
    assert (z.imag < 0).all()  # these cells are capacitive throughout
    assert draft(sweep).spectrum_count == 1


@pytest.mark.exports
def test_convention_1_is_anodic_positive_by_the_bias_of_a_real_cell(exports: Path) -> None:
    _, sweep = read(exports / "impedance.py/exampleDataGamry.DTA")
    assert sweep.facts["CONVENTION"] == 1
    open_circuit = sweep.facts["EOC/V"]
    assert isinstance(open_circuit, float)
    assert (stored(sweep, "voltage_volt") < open_circuit).all()
    assert (stored(sweep, "current_ampere") < 0).all()


@pytest.mark.exports
def test_aborted_real_experiments_say_so(exports: Path) -> None:
    aborted = {
        name
        for name in ROWS
        for reading in read(exports / name)
        if "experiment_aborted" in kinds(reading)
    }
    assert aborted == {
        "gamry-parser/eispot_data_curveaborted.dta",
        "gamry-parser/squarewave_data.dta",
        "impedance.py/exampleDataGamryABORT.DTA",
    }


@pytest.mark.exports
def test_german_and_english_files_of_one_curve_agree(exports: Path) -> None:
    (english,) = read(exports / "gamry-parser/chronoa_data.dta")
    (german,) = read(exports / "gamry-parser/chronoa_de_data.dta")
    for quantity in ("test_time_second", "voltage_volt", "current_ampere"):
        # the first record was rounded by hand in the German one
        np.testing.assert_array_equal(stored(german, quantity)[1:], stored(english, quantity)[1:])


@pytest.mark.exports
def test_a_real_header_without_a_curve_is_empty(exports: Path) -> None:
    with pytest.raises(EmptyExport):
        read(exports / "gamry-parser/cv_data_incompleteheader.dta")
