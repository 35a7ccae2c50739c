"""Readers that a file declares: what each gives of an export written from its layout."""

from pathlib import Path

import numpy as np
import pytest

from ingest.declared.declaration import declaration
from ingest.declared.reader import DeclaredReader
from ingest.draft import draft
from ingest.reading import Export, Reading, column
from ingest.recognize import FOLDER, reader_named
from schema.error import InvalidReader, UnreadableExport
from tests.ingest.readers.sample import samples

DECLARED = sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(reader: str, name: str, folder: Path, text: str | None = None) -> list[Reading]:
    (sample,) = (each for each in samples()[reader] if each.name == name)
    content = sample.content if text is None else text.encode(sample.encoding)
    known = reader_named(reader)
    assert known is not None
    return known.read(sample.written(folder, content))


def numbers(reading: Reading, quantity: str) -> list[float]:
    values = column(reading, quantity)
    assert values is not None
    return [round(value, 9) for value in values.tolist()]


def test_a_novonix_test_is_in_seconds_and_begins_where_its_dates_do(tmp_path: Path) -> None:
    (reading,) = read("novonix", "uhpc.csv", tmp_path)
    assert numbers(reading, "test_time_second") == [0, 36, 72]
    assert numbers(reading, "current_ampere") == [0.5, 0.5, -0.25]
    assert numbers(reading, "surface_temperature_celsius") == [24.6, 24.7, 24.8]
    assert str(reading.started_at) == "2026-07-19 15:26:20"
    assert reading.facts["Cell"] == "A7"


def test_a_novonix_test_that_was_begun_anew_is_another(tmp_path: Path) -> None:
    first, second = read("novonix", "hpc.csv", tmp_path)
    assert numbers(first, "voltage_volt") == [3.50, 3.51]
    assert numbers(second, "current_ampere") == [1.0, -1.0]
    assert [each.kind for each in first.findings] == ["ambiguous_date"]


def test_an_arbin_header_may_leave_its_units_out(tmp_path: Path) -> None:
    (units,) = read("arbin_csv", "units.csv", tmp_path)
    assert numbers(units, "charging_capacity_ah") == [0, 0.0125, 0.025, 0.025]
    assert numbers(units, "temperature_t1_celsius") == [24.6, 24.7, 24.8, 24.9]
    assert str(units.started_at) == "2026-09-20 08:32:04.500000"
    (plain,) = read("arbin_csv", "plain.csv", tmp_path)
    assert numbers(plain, "unix_time_second") == [1499006353, 1499006358]
    assert numbers(plain, "test_time_second") == [0, 5]
    assert str(plain.started_at) == "2017-07-02 14:39:13+00:00"


def test_a_decimal_comma_says_the_same(tmp_path: Path) -> None:
    (point,) = read("basytec", "test.txt", tmp_path)
    (comma,) = read("basytec", "german.txt", tmp_path)
    for quantity in ("voltage_volt", "step_net_capacity_ah", "temperature_t1_celsius"):
        assert numbers(point, quantity) == numbers(comma, quantity)
    assert numbers(point, "step_net_capacity_ah") == [0, 0, 0.001, 0.002]
    assert [*draft(point).steps["mode"]] == ["rest", "charge"]


def test_a_clock_goes_beyond_a_day(tmp_path: Path) -> None:
    (reading,) = read("pec", "Test25195.csv", tmp_path)
    assert numbers(reading, "test_time_second") == [0.002, 10, 20, 90_020]
    assert numbers(reading, "step_charging_capacity_ah") == [0, 0.001, 0.002, 0]
    assert numbers(reading, "internal_resistance_ohm")[1:] == [0.0155] * 3
    assert np.isnan(numbers(reading, "internal_resistance_ohm")[0])
    assert str(reading.started_at) == "2026-06-13 17:51:05.998000"


def test_units_may_stand_in_a_line_of_their_own(tmp_path: Path) -> None:
    (reading,) = read("digatron", "585_C20DisCh.csv", tmp_path)
    assert numbers(reading, "test_time_second") == [91088.382, 91148.386, 91208.386, 91268.386]
    assert numbers(reading, "temperature_t1_celsius") == [-0.4] * 4
    assert [*draft(reading).steps["mode"]] == ["rest", "discharge", "charge"]
    assert reading.facts["Measurement ID"] == 585
    assert str(reading.started_at) == "2026-11-26 19:23:09.618000"
    assert "Capacity [Ah]" in {raw.name for raw in reading.columns}
    broken = samples()["digatron"][0].content.decode().replace("4.15", "x")
    with pytest.raises(UnreadableExport, match="line 12"):
        read("digatron", "585_C20DisCh.csv", tmp_path, broken)


def test_a_record_may_end_with_a_comma(tmp_path: Path) -> None:
    (reading,) = read("landt", "cell.csv", tmp_path)
    assert numbers(reading, "test_time_second") == [0.02, 15.02, 30.02, 45.02]
    assert [*draft(reading).steps["mode"]] == ["rest", "discharge", "charge"]
    assert reading.facts["cell id"] == "A7"


def test_a_record_of_lanhe_takes_its_direction_from_its_state(tmp_path: Path) -> None:
    (reading,) = read("lanhe", "seconds.txt", tmp_path)
    assert numbers(reading, "test_time_second") == [0, 60, 61, 121, 122, 182]
    assert numbers(reading, "step_time_second") == [0, 60, 0, 60, 0, 60]
    drafted = draft(reading)
    assert [*drafted.steps["mode"]] == ["rest", "charge", "discharge"]
    assert drafted.points.number("current_ampere")[-1] == -0.0015
    assert {"SCapacity/mAh/g", "SEnergy/Wh/kg"} <= {raw.name for raw in reading.columns}


def test_a_magnitude_takes_its_sign_from_the_state(tmp_path: Path) -> None:
    (reading,) = read("maccor", "clocks.txt", tmp_path)
    assert numbers(reading, "test_time_second") == [0, 10.5, 20.5, 86_430.5]
    steps = draft(reading).steps
    assert [*steps["mode"]] == ["rest", "charge", "discharge"]
    assert str(reading.started_at) == "2026-12-13 12:22:12"
    assert {"Aux #1", "Units", "Units #2"} <= {raw.name for raw in reading.columns}


def test_a_sweep_among_the_records_of_maccor_is_a_spectrum(tmp_path: Path) -> None:
    (reading,) = read("maccor", "sweep.txt", tmp_path)
    drafted = draft(reading)
    assert drafted.spectrum_count == 1
    assert drafted.spectra is not None
    np.testing.assert_allclose(drafted.spectra["real_impedance_ohm"], 1 + np.arange(8) / 10)
    np.testing.assert_allclose(
        drafted.spectra["imaginary_impedance_ohm"], -0.1 - np.arange(8) / 100
    )
    assert numbers(reading, "ambient_temperature_celsius")[0] == 25.1
    assert drafted.steps["mode"][0] == "charge"


def test_a_time_is_in_the_unit_of_its_heading(tmp_path: Path) -> None:
    (minutes,) = read("maccor", "minutes.001", tmp_path)
    assert numbers(minutes, "test_time_second") == [0, 10.002]
    assert str(minutes.started_at) == "2026-03-31 16:05:31"
    (commas,) = read("maccor", "commas.csv", tmp_path)
    assert numbers(commas, "test_time_second") == [0, 10]
    assert str(commas.started_at) == "2026-11-23 15:56:11"


@pytest.mark.parametrize(
    ("reader", "name", "change", "place", "reason"),
    [
        ("arbin_csv", "units.csv", ("1.5,3.60", "x,3.60"), "line 3", "'x' in column 'Current (A)'"),
        ("arbin_csv", "units.csv", ("(A)", "(mi)"), "header", "unknown unit 'mi'"),
        ("novonix", "hpc.csv", ("-1.0,3.60", "-1.0,y"), "line 22", "'y' in column"),
        ("novonix", "uhpc.csv", ("Potential (V)", "Elsewhere"), "line 1", "no header there"),
    ],
)
def test_what_is_amiss_is_told_by_its_place(
    tmp_path: Path, reader: str, name: str, change: tuple[str, str], place: str, reason: str
) -> None:
    (sample,) = (each for each in samples()[reader] if each.name == name)
    text = sample.content.decode(sample.encoding)
    with pytest.raises(UnreadableExport) as refused:
        read(reader, name, tmp_path, text.replace(*change))
    assert refused.value.place == place
    assert reason in refused.value.reason


OWN = """
title = "Own"
version = "1"
about = "ours"
instrument = "own"
suffixes = [".csv"]
header = ["I"]
[columns]
"I" = "current_ampere / mA"
"U" = "voltage_volt / V"
"t" = "test_time_second / s"
"ts" = "step_time_second / s"
"step" = "step_id"
"when" = "date"
"""


def own(folder: Path, text: str) -> Reading:
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "a.csv").write_text(text, encoding="utf-8")
    path = folder / "a.csv"
    (reading,) = DeclaredReader(folder / "own.toml").read(Export(path, path.name, b"", path))
    return reading


@pytest.mark.parametrize(
    ("text", "expected", "derived"),
    [
        ("I,U,t\n1,2,0\n1,2,5\n", [0, 5], False),
        ("I,U,ts,step\n1,2,0,1\n1,2,5,1\n1,2,1,2\n", [0, 5, 6], True),
        ("I,U,ts\n1,2,0\n1,2,5\n1,2,1\n", [0, 5, 6], True),
        ("I,U,when\n1,2,2026-01-01 23:59:59\n1,2,2026-01-02 00:00:09\n", [0, 10], True),
        ("I,U,when\n1,2,45000.5\n1,2,45001\n", [0, 43_200], True),
    ],
)
def test_what_lacks_a_time_takes_that_of_its_steps_or_its_dates(
    tmp_path: Path, text: str, expected: list[float], *, derived: bool
) -> None:
    reading = own(tmp_path, text)
    assert numbers(reading, "test_time_second") == expected
    assert [each.kind for each in reading.findings] == ["time_made"] * derived


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I,U\n1,2\n", "it has no column of times; columns: I, U"),
        ("I,t\n1,2\n", "it has no column of voltage; columns: I, t"),
    ],
)
def test_what_measures_nothing_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableExport, match=reason):
        own(tmp_path, text)


def test_names_that_recur_are_told_apart_and_nothing_is_lost(tmp_path: Path) -> None:
    reading = own(tmp_path, "I,U,t,I,,x\n1,2,0,7,,\n3,4,1,8,9,\n")
    names = [raw.name for raw in reading.columns]
    assert names == ["I", "U", "t", "I #2", "column 5"]  # nothing stands under x
    assert numbers(reading, "current_ampere") == [0.001, 0.003]


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared_is_twenty_lines_of_words(name: str) -> None:
    lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert declaration(FOLDER / f"{name}.toml").instrument


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title = 3", "title"),
        ("[", "Invalid"),
        ('columns = { "I" = "curent" }', "did you mean"),
        ('columns = { "I" = "current_ampere / furlong" }', "unknown unit 'furlong'"),
    ],
)
def test_a_declaration_that_cannot_be_says_where(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "odd.toml"
    head = (
        'title = "x"\nversion = "1"\nabout = ""\ninstrument = "y"\nsuffixes = []\nheader = ["I"]\n'
    )
    path.write_text(head.replace('title = "x"\n', "") + text if "title" in text else head + text)
    with pytest.raises(InvalidReader, match=r"odd\.toml") as refused:
        declaration(path)
    assert reason in str(refused.value)
