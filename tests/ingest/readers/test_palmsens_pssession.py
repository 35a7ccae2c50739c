"""PalmSens .pssession: sessions written here from the layout, and real ones."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.palmsens_pssession import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.palmsens_pssession import (
    FREQUENCY,
    IMPEDANCE,
    START,
    array,
    scan,
    session,
    spectrum,
)

SESSIONS = {"BatteryCurve": 50, "cv_1scan": 41, "eis_5freq": 5}


def lower(document: object) -> object:
    if isinstance(document, dict):
        return {key.lower(): lower(value) for key, value in document.items()}
    return [lower(one) for one in document] if isinstance(document, list) else document


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, document: object) -> Path:
    path = folder / "x.pssession"
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(f"\ufeff{text}\ufeff".encode("utf-16-le"))
    return path


def read_all(path: Path) -> list[Reading]:
    export = export_of(path)
    assert [one for one in all_readers() if one.knows(export)] == [READER]
    return READER.read(export)


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_the_label_tells_the_sign_and_the_class_of_the_unit_its_scale(tmp_path: Path) -> None:
    document = session(EISDataList=[spectrum("one", [0.0, 1.0, 2.0])])
    for keys in (document, lower(document)):
        (reading,) = read_all(written(tmp_path, keys))
        assert stored(reading, "frequency_hertz").tolist() == FREQUENCY
        assert stored(reading, "real_impedance_ohm").tolist() == [z.real for z in IMPEDANCE]
        assert stored(reading, "imaginary_impedance_ohm").tolist() == [z.imag for z in IMPEDANCE]
        assert np.allclose(stored(reading, "current_ampere"), [1e-6, -2e-6, 3e-6])
        assert stored(reading, "test_time_second").tolist() == [0, 1, 2]
        assert not reading.findings


def test_the_measured_potential_goes_before_the_applied_one(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, session(EISDataList=[spectrum("one", [0, 1, 2])])))
    assert stored(reading, "voltage_volt").tolist() == [0.1, 0.2, 0.3]
    own = {raw.name for raw in reading.columns if raw.quantity is None}
    assert own == {"potential/V", "Idc/µA status", "Scan"}


def test_a_sweep_is_one_step_whichever_way_its_current_runs(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, session(EISDataList=[spectrum("one", [0, 1, 2])])))
    drafted = draft(reading)
    assert (drafted.spectrum_count, len(drafted.steps["mode"])) == (1, 1)


def test_every_spectrum_of_every_measurement_is_a_test(tmp_path: Path) -> None:
    document = session(EISDataList=[spectrum("one", [0, 1, 2]), spectrum("two", [3, 4, 5])])
    document["Measurements"] *= 2
    readings = read_all(written(tmp_path, document))
    assert [reading.facts["Curve"] for reading in readings] == ["one", "two"] * 2


def test_every_scan_of_a_voltammogram_is_a_test_with_its_own_times(tmp_path: Path) -> None:
    values = [*scan(1, [1.0, 2.0]), *scan(2, [3.0, 4.0, 5.0])]
    document = session(DataSet={"Values": values}, Curves=[], EISDataList=[])
    first, second = read_all(written(tmp_path, document))
    assert stored(first, "test_time_second").tolist() == [1, 1.1]
    assert np.allclose(stored(second, "current_ampere"), [3e-6, 4e-6, 5e-6])
    assert stored(second, "test_time_second").tolist() == [2, 2.1, 2.2]


def test_the_start_carries_the_zone_and_the_method_its_notes(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, session(EISDataList=[spectrum("one", [0, 1, 2])])))
    assert reading.started_at == START
    assert reading.started_at is not None
    assert reading.started_at.utcoffset() == timedelta(hours=2)
    assert reading.technique == "eis"
    assert reading.facts["Notes"] == "at 0.5 bar"


def test_times_that_stand_still_are_no_times(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, session(EISDataList=[spectrum("one", [0, 0, 0])])))
    assert column(reading, "test_time_second") is None
    assert [finding.kind for finding in reading.findings] == ["time_unknown"]


def test_arrays_of_unlike_lengths_are_kept_as_far_as_all_go(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, session(EISDataList=[spectrum("one", [0, 1])])))
    assert reading.row_count == 2
    assert [finding.kind for finding in reading.findings] == ["truncated"]


def test_a_session_without_measurements_is_empty(tmp_path: Path) -> None:
    for document in (session() | {"Measurements": []}, session(DataSet={"Values": []})):
        with pytest.raises(EmptyExport):
            READER.read(export_of(written(tmp_path, document)))


def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, session(EISDataList=[spectrum("one", [0, 1, 2])]))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 4 * 2])
    with pytest.raises(UnreadableExport, match=r"character \d+: no JSON"):
        READER.read(export_of(path))
    path.write_bytes(whole[:-1])
    with pytest.raises(UnreadableExport, match="byte"):
        READER.read(export_of(path))
    broken = session(DataSet={"Values": [array(0, "Time", ("time", "Time", "s"), ["x"])]})  # type: ignore[list-item]  # on purpose
    with pytest.raises(UnreadableExport, match=r"Measurements\[0\].DataSet.Values\[0\]: its DataV"):
        READER.read(export_of(written(tmp_path, broken)))
    with pytest.raises(UnreadableExport, match=r"session: Measurements is no list"):
        READER.read(export_of(written(tmp_path, session() | {"Measurements": 3})))


@pytest.mark.exports
@pytest.mark.parametrize("name", ["BatteryCurve", "eis_5freq"])
def test_real_spectra_agree_with_their_modulus_phase_and_admittance(
    exports: Path, name: str
) -> None:
    (reading,) = read_all(exports / f"palmsens-sdk/{name}.pssession")
    assert (reading.row_count, draft(reading).spectrum_count) == (SESSIONS[name], 1)
    impedance = stored(reading, "real_impedance_ohm") + 1j * stored(
        reading, "imaginary_impedance_ohm"
    )
    own = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    assert np.allclose(np.abs(impedance), stored(reading, "absolute_impedance_ohm"), rtol=1e-4)
    phase = np.angle(impedance, deg=True)
    assert np.allclose(phase, stored(reading, "phase_degree"), rtol=1e-4, atol=0.05)
    # the program computed Y of the impedance it measured: a wrong sign would show
    assert np.allclose(1 / impedance, own["YRe/S"] + 1j * own["YIm/S"], rtol=1e-3)


@pytest.mark.exports
def test_a_dummy_cell_is_capacitive_and_its_current_is_in_microampere(exports: Path) -> None:
    (reading,) = read_all(exports / "palmsens-sdk/eis_5freq.pssession")
    assert (stored(reading, "imaginary_impedance_ohm") < 0).all()
    own = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    current = own["Eac/V"] / stored(reading, "absolute_impedance_ohm")
    assert np.allclose(own["Iac/µA"][1:] * 1e-6, current[1:], rtol=0.02)


@pytest.mark.exports
def test_our_charge_of_a_real_voltammogram_is_the_one_counted(exports: Path) -> None:
    (reading,) = read_all(exports / "palmsens-sdk/cv_1scan.pssession")
    steps = draft(reading).steps
    assert (reading.row_count, list(steps["mode"])) == (SESSIONS["cv_1scan"], ["voltammetry"])
    ours = float((steps["charge_capacity_ah"] - steps["discharge_capacity_ah"])[0])
    assert ours == pytest.approx(stored(reading, "net_capacity_ah")[-1], rel=1e-4)


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    claimed = [path for path in files if READER.knows(export_of(path))]
    assert {path.stem for path in claimed} == {*SESSIONS}
    for path in claimed:
        assert [one for one in all_readers() if one.knows(export_of(path))] == [READER]
