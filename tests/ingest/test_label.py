"""What the labels of steps say."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest.label
from ingest.label import step_labels
from schema.relation import STEP

SAID = {
    ("charge", "CC"): [
        "CC Chg", "CC_Chg", "CC_CHG", "CCChg", "CC Charge", "恒流充电", "倍率充电", "定電流充電",
        "Constant current charge", "C_CC", "Konstantstrom Laden", "정전류 충전",
    ],
    ("charge", "CV"): ["CV_Chg", "CV Charge", "恒压充电", "C_CV"],
    ("charge", "CCCV"): [
        "CCCV Chg", "CCCV_Chg", "CC-CV Charge", "CC/CV charge", "PCCCV_Chg", "恒流恒压充电",
        "Constant current-constant voltage charge",
    ],
    ("charge", "CP"): ["CP_Chg", "CPCV_Chg", "恒功率充电"],
    ("charge", "CR"): ["CR_Chg", "CRCV_Chg"],
    ("charge", ""): [
        "charge", "Charging", "CHARGE", "C", "c", "Chg", "CHA", "Laden", "Ladung", "Aufladen",
        "充电", "Carga", "carica", "заряд", "Charge 1", "1C charge", "Step 3: charge",
    ],
    ("discharge", "CC"): [
        "CC DChg", "CC_DChg", "CC_DCH", "CCDChg", "CC Discharge", "恒流放电", "D_CC", "D_Rate",
        "定電流放電", "Constant current discharge",
    ],
    ("discharge", "CV"): ["CV_DChg", "恒压放电"],
    ("discharge", "CCCV"): ["CCCV_DChg", "CCCV DChg"],
    ("discharge", "CP"): ["CP_DChg", "CP DChg", "CPCV_DChg", "恒功率放电", "Power discharge"],
    ("discharge", "CR"): ["CR_DChg", "CRCV_DChg", "恒阻放电"],
    ("discharge", ""): [
        "discharge", "Discharging", "Dischrge", "D", "d", "DChg", "D Chg", "DCH", "Entladen",
        "Entladung", "放电", "décharge", "descarga", "scarica", "разряд", "Dis-charge",
        "Discharge pulse",
    ],
    ("rest", ""): [
        "Rest", "REST", "rest 2", "R", "S", "P", "OCV", "Pause", "PAU", "Ruhe", "Ruhephase", "搁置",
        "静置", "Open Circuit", "Open circuit storage", "Idle", "Suspended", "Rest after charge",
        "休止", "휴지", "repos",
    ],
    ("pulse", ""): ["Pulse", "Puls", "Impuls", "脉冲", "HPPC", "GITT", "IR", "DCIR"],
    ("impedance", ""): ["EIS", "PEIS", "GEIS", "Impedance", "Impedanz", "ACIM", "ACR", "阻抗"],
    ("voltammetry", ""): [
        "CyclicVoltammetry", "Cyclic Voltammetry", "CVA", "LSV", "Linear Sweep Voltammetry",
        "循环伏安",
    ],
    ("both", ""): [
        "SIM", "工况模拟", "Drive cycle", "UDDS", "WLTP", "FastWave", "Current Simulation",
    ],
    ("", "CC"): ["CC", "Current(A)", "C-Rate", "C_Rate", "GCPL", "Chronopotentiometry", "恒流"],
    ("", "CV"): ["CV", "Voltage(V)", "Chronoamperometry"],
    ("", "CCCV"): ["CCCV", "CC-CV"],
    ("", "CP"): ["CP", "Power(W)"],
    ("", "CR"): ["CR", "Load(Ohm)"],
    ("", ""): [
        "", "End", "Cycle", "Control", "Step 1", "Charge/Discharge", "充放电", "Set Variable(s)",
        "2", "CH 3", "C/10", "C 10", "0.5C", "restart", "Undefined", "Crate 4",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "mode", "control"),
    [(label, *said) for said, labels in SAID.items() for label in labels],
)
def test_a_label_says_mode_and_control(label: str, mode: str, control: str) -> None:
    said = step_labels(pa.array([label]))
    assert (str(said.mode[0]), str(said.control[0])) == (mode, control)


@given(st.lists(st.none() | st.sampled_from(["CC Chg", "Rest", "D", "?"]), min_size=1))
def test_each_row_points_to_what_its_label_says(rows: list[str | None]) -> None:
    said = step_labels(pa.array(rows, pa.string()))
    assert len(said.mode) == len(said.control) == len({*rows} - {None})
    assert [code >= 0 for code in said.codes] == [row is not None for row in rows]
    expected = {"CC Chg": "charge", "Rest": "rest", "D": "discharge", "?": ""}
    known = [row for row in rows if row is not None]
    assert [said.mode[code] for code in said.codes if code >= 0] == [expected[row] for row in known]


@given(
    st.sampled_from([(label, said) for said, labels in SAID.items() for label in labels if label]),
    st.sampled_from([str.upper, str.lower, "{} ".format, " {}".format, "{} 12".format]),
)
def test_case_blanks_and_numbers_change_nothing(
    case: tuple[str, tuple[str, str]], change: Callable[[str], str]
) -> None:
    label, said = case
    if len(label) == 1:
        change = str.swapcase  # a letter by itself is a code; beside a number it may be a rate
    found = step_labels(pa.array([change(label)]))
    assert (str(found.mode[0]), str(found.control[0])) == said


def test_labels_are_read_once_each_however_many_rows_have_them() -> None:
    codes = pa.array(np.tile(np.array([0, 1], np.int8), 500_000))
    said = step_labels(pa.DictionaryArray.from_arrays(codes, pa.array(["C", "D"])))
    assert said.mode.tolist() == ["charge", "discharge"]
    assert said.codes.size == 1_000_000


def test_the_table_names_only_modes_and_controls_there_are() -> None:
    path = Path(ingest.label.__file__).with_name("step_label.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    modes = {"charge", "discharge", "rest", "pulse", "impedance", "voltammetry", "both", ""}
    assert {row["mode"] for row in rows} <= modes
    assert {row["control"] for row in rows} <= {"CC", "CV", "CCCV", "CP", "CR", ""}
    assert all(bool(row["mode"]) != bool(row["control"]) for row in rows)
    assert all(row["met"] for row in rows)
    assert any(column.name == "control" for column in STEP.columns)
