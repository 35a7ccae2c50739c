"""What the settings beside a .mpr tell of its program."""

from pathlib import Path, PurePath

import pytest

from ingest.conformance import export_of
from ingest.parse.biologic_settings import settings_name, settings_of_technique
from ingest.readers.biologic_mpr import READER
from ingest.reading import Reading
from tests.ingest.readers.samples.biologic_mpr import mpr, settings


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("a_C09.mpr", "a"),
        ("a_03_GCPL_C09.mpr", "a"),
        ("a_01_GCPL2_CD8.MPR", "a"),
        ("1.5 V_C01.mpr", "1.5 V"),
        ("a.mpr", "a"),
        ("a_C09_again.mpr", "a_C09_again"),
    ],
)
def test_settings_have_the_name_of_a_run_without_technique_and_channel(
    data: str, name: str
) -> None:
    assert settings_name(PurePath(data)) == name


def test_the_lines_of_all_and_of_its_own_technique_are_a_tests() -> None:
    text = "head\nTechnique : 1\none\nTechnique : 2\ntwo"
    assert settings_of_technique(text, PurePath("a_02_OCV_C01.mpr")) == [
        "head",
        "Technique : 2",
        "two",
    ]
    assert settings_of_technique(text, PurePath("a_01_OCV_C01.mpr")) == [
        "head",
        "Technique : 1",
        "one",
    ]


@pytest.mark.parametrize("data", ["a_C01.mpr", "a_03_OCV_C01.mpr"])
def test_of_several_techniques_none_is_guessed(data: str) -> None:
    assert settings_of_technique("Technique : 1\none\nTechnique : 2\ntwo", PurePath(data)) == []


def read(path: Path) -> Reading:
    (reading,) = READER.read(export_of(path))
    return reading


@pytest.mark.parametrize("suffix", [".mps", ".MPS"])
def test_the_settings_beside_it_are_its_program_where_no_log_is(
    tmp_path: Path, suffix: str
) -> None:
    data = tmp_path / "1.5 V_02_GCPL_C01.mpr"
    data.write_bytes(mpr())
    assert read(data).program == ()
    (tmp_path / f"1.5 V{suffix}").write_text(settings("10.000", "20.000"), encoding="latin-1")
    reading = read(data)
    assert [(step.mode, step.current_ampere) for step in reading.program] == [("charge", 0.02)]
    assert "program_by_settings" in {finding.kind for finding in reading.findings}
    data.with_suffix(".mpl").write_text("BT-Lab LOG FILE")
    assert read(data).program == ()


@pytest.mark.exports
def test_a_real_test_went_as_the_settings_beside_it_say(exports: Path) -> None:
    (data,) = exports.rglob("jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr")
    program = read(data).program
    assert [step.mode for step in program] == ["rest", "discharge", "charge", "discharge", "loop"]
    assert [step.current_ampere for step in program[1:4]] == [8.8796e-05] * 3
    assert (program[4].repeat_from, program[4].repeat_count) == (3, 6)
