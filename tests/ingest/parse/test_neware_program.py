"""What Step.xml says is what the instrument then did, and what it does not say is left out."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ingest.parse.neware_program import program
from ingest.reading import HEAD_BYTES, Export, Finding, ProgramStep, column
from ingest.recognize import reader_for
from tests.ingest.readers.samples.neware_nda import STEPS

LABELS = {1: "CC_Chg", 2: "CC_DChg", 3: "CV_Chg", 5: "Cycle", 7: "CCCV_Chg"}
Found = tuple[tuple[ProgramStep, ...], tuple[Finding, ...]]


def found(text: str | None) -> Found:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        if text is not None:
            members.writestr("Step.xml", text.encode("gb2312"))
    with zipfile.ZipFile(buffer) as members:
        return program(members, LABELS)


def test_steps_have_their_set_points_and_what_ends_them() -> None:
    (rest, charge, discharge, loop, other), findings = found(STEPS)
    assert findings == ()
    assert rest == ProgramStep("rest", duration_second=60.0)
    assert charge == ProgramStep(
        *("charge", "CCCV_Chg"),
        current_ampere=1.94e-3,
        voltage_volt=4.2,
        stop_current_ampere=0.19e-3,
    )
    assert discharge == ProgramStep(
        *("discharge", "CC_DChg"), current_ampere=1.94e-3, lower_voltage_volt=3.0
    )
    assert loop == ProgramStep("loop", "Cycle", repeat_count=15, repeat_from=2)
    assert other == ProgramStep("other")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, None),
        ("<root><config/></root>", None),
        ("<root>", None),  # told where the other facts of it are read
        (STEPS.replace('Scale Value="1"', 'Scale Value="10"'), "nobody has described, 10"),
        (STEPS.replace("42000", "4,2 V"), "no number"),
        (STEPS.replace('Step_Type="2"', ""), "no number"),
        (STEPS.replace('<Curr Value="1.94"/>', "<Curr/>"), "no number"),
    ],
)
def test_a_program_that_cannot_be_read_is_left_out(text: str | None, reason: str | None) -> None:
    steps, findings = found(text)
    assert steps == ()
    assert [one.kind for one in findings] == ([] if reason is None else ["program_left_out"])
    assert reason is None or reason in findings[0].detail


@pytest.mark.exports
def test_a_real_test_did_what_was_programmed(exports: Path) -> None:
    (path,) = exports.rglob("nw4-120-1-6-53.ndax")
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    (reading,) = reader_for(export).read(export)
    labels = {raw.name: raw.values for raw in reading.columns}
    number, count = (np.asarray(labels[name]) for name in ("step_index", "step_count"))
    current, voltage = column(reading, "current_ampere"), column(reading, "voltage_volt")
    assert current is not None
    assert voltage is not None
    ends = np.flatnonzero(np.diff(count))
    programmed = dict(enumerate(reading.program, 1))
    first_of_five = int(np.flatnonzero(number[ends] == 5)[0])
    for end in ends[:first_of_five].tolist():
        step = programmed[int(number[end])]
        volt = step.voltage_volt or step.upper_voltage_volt or step.lower_voltage_volt
        ampere = step.stop_current_ampere or step.current_ampere
        assert voltage[end] == pytest.approx(volt, abs=2e-3)
        assert abs(current[end]) == pytest.approx(ampere, rel=2e-2)
    loop = programmed[4]
    assert {one.kind for one in reading.findings} >= {"program_changed"}
    assert (loop.mode, loop.repeat_from, loop.repeat_count) == ("loop", 1, 15)
    assert (number[ends[:first_of_five]] == 3).sum() == loop.repeat_count
