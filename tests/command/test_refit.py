"""A reference or a set of factors is entered, `leyden refit` runs, and results are by it."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from schema.diffraction.cif import structure_of_cif
from schema.diffraction.line import lines_of
from schema.settings import Settings
from tests.command.program import called
from tests.ingest.analysis.diffraction.simulated import ANGLE, COPPER, counted, mixture
from tests.service.asker import asked

SALT: Final = """data_salt
_cod_database_code 9008678
_chemical_formula_sum 'Cl Na'
_cell_formula_units_Z 4
_cell_length_a 5.6402
_cell_length_b 5.6402
_cell_length_c 5.6402
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_U_iso_or_equiv
Na 0 0 0 0.02
Cl 0.5 0.5 0.5 0.02
"""
HEAD: Final = """_FILEVERSION=2
_SAMPLE='pellet'
_GONIOMETER_RADIUS=240.0
_WL1=1.5405929
_WL2=1.5444274
_WL3=1.392234
_WLRATIO=0.5
_ANODE='Cu'
_DRIVE='COUPLED'
_STEPTIME=1.0
_STEPSIZE=0.02
_START=10.0
_2THETACOUNTS
"""
QUESTION: Final = """{
  phaseMatch { phase verdict source }
  phaseLimit { phase verdict weightPercent errorPercent }
  surfaceComposition { acquisition element atomicPercent sensitivitySet }
}"""
STUDY: Final = """study: what we know
sensitivity_sets:
  lab 3:
    source: our notebook 3
    excitation_energy: 1486.6 eV
    background: any
    includes: nothing
    lab_default: true
    factors: {C1s: 1, O1s: 3.5}
references:
  salt:
    cif: |
"""


@pytest.fixture(scope="module")
def made(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse with a scan of LATP and salt, and a surface."""
    folder = tmp_path_factory.mktemp("refit")
    exports, home = folder / "exports", folder / "home"
    exports.mkdir()
    (surface,) = demo_study.rglob("synthetic-cycled-surface.vms")
    shutil.copy(surface, exports)
    salt = lines_of(structure_of_cif(SALT, "salt"), COPPER, 85.0)
    counts = counted(300.0 + mixture("LATP", salt, 0.05, 10_000.0), 1)
    rows = "".join(f"{at:.3f}\t{n:.0f}\n" for at, n in zip(ANGLE, counts, strict=True))
    (exports / "pellet.uxd").write_text(HEAD + rows, encoding="utf-8")
    assert called(home, "ingest", str(exports)).returncode == 0
    return home


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    """Return a folder without exports, for a study to be entered with."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that warehouse."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def told(home: Path) -> dict[str, list[dict[str, Any]]]:
    with asked(Settings(home=home), only_reads=True) as asker:
        data = asker.data(QUESTION)
    return {
        name: [
            dict(zip(columns, row, strict=True))
            for row in sorted(zip(*columns.values(), strict=True), key=str)  # in no order
        ]
        for name, columns in data.items()
    }


@pytest.mark.slow
def test_what_is_entered_is_told_after_a_refit(home: Path, nothing: Path, tmp_path: Path) -> None:
    before = told(home)
    assert "salt" not in {each["phase"] for each in before["phaseMatch"]}
    assert {each["sensitivitySet"] for each in before["surfaceComposition"]} == {"scofield"}
    study = tmp_path / "study.yaml"
    study.write_text(
        STUDY + "".join(f"      {line}\n" for line in SALT.splitlines()), encoding="utf-8"
    )
    assert called(home, "ingest", str(nothing), "--study", str(study)).returncode == 0
    assert told(home) == before
    done = json.loads(called(home, "refit", "--json").stdout)
    assert {each["name"]: each["added"] for each in done["tests"]} == {
        "pellet": ["pattern"],
        "synthetic-cycled-surface": ["emission"],
    }
    after = told(home)
    (match,) = (each for each in after["phaseMatch"] if each["phase"] == "salt")
    assert (match["verdict"], match["source"]) == ("present", "COD 9008678")
    (limit,) = (each for each in after["phaseLimit"] if each["phase"] == "salt")
    assert limit["verdict"] == "detected"
    assert abs(limit["weightPercent"] - 5.0) < 2.0 * limit["errorPercent"]
    assert {each["sensitivitySet"] for each in after["surfaceComposition"]} == {"lab 3"}
    both = ["pellet", "synthetic-cycled-surface"]
    again = called(home, "refit", *both).stdout.splitlines()
    assert again[:2] == [
        "pellet: 1 scan, nothing new",
        f"synthetic-cycled-surface: {done['tests'][1]['parts']} regions, nothing new",
    ]
    assert "refit: 2 tests, 1 scan, " in again[-1]


@pytest.mark.slow
def test_a_set_chosen_for_what_a_test_ran_on_is_that_of_its_percents(
    home: Path, nothing: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study.yaml"
    chosen = """materials:
  film:
    sensitivity_set: lab 4
    tests: [synthetic-cycled-surface.vms]
"""
    sets = STUDY.partition("references:")[0]
    other = sets.partition("sensitivity_sets:\n")[2].replace("lab 3", "lab 4")
    other = other.replace("    lab_default: true\n", "").replace("3.5", "7.0")

    def entered(text: str) -> dict[str, float]:
        study.write_text(text, encoding="utf-8")
        done = called(home, "ingest", str(nothing), "--study", str(study))
        assert done.returncode == 0, done.stderr
        assert called(home, "refit", "--method", "emission").returncode == 0
        rows = [each for each in told(home)["surfaceComposition"] if each["atomicPercent"]]
        (name,) = {each["sensitivitySet"] for each in rows}
        oxygen = next(
            each["atomicPercent"] for each in rows if each["element"] == "O"
        )  # of regions
        return {name: oxygen}

    by_default = entered(sets)
    assert list(by_default) == ["lab 3"]
    by_choice = entered(sets + other + chosen)
    assert list(by_choice) == ["lab 4"]
    # twice the factor of one of two elements: x/(1 − x) is halved
    first, second = by_default["lab 3"] / 100.0, by_choice["lab 4"] / 100.0
    assert second / (1.0 - second) == pytest.approx(0.5 * first / (1.0 - first), rel=1e-6)
    # what was told before is the latest again
    assert entered(sets + other) == by_default
    # a set that a test names stays, whatever the study says no more
    with asked(Settings(home=home)) as asker:
        asker.data("""mutation {
          chooseSensitivitySet(tests: ["synthetic-cycled-surface"], name: "lab 4") { __typename }
          updateSensitivitySet(id: "lab 4", input: {name: "lab 5"}) {
            ... on InvalidInput { field reason }
          }
        }""")
    assert entered(sets) == by_choice


def test_a_set_under_another_name_is_the_set_of_its_tests(home: Path) -> None:
    with asked(Settings(home=home)) as asker:
        found = asker.data("""mutation {
          createSensitivitySet(input: {
            name: "old", source: "s", excitationEnergyEv: 1486.6, background: "any"
            includes: "nothing", factors: [{line: "C1s", factor: 1}]
          }) { ... on SensitivitySet { name } }
          chooseSensitivitySet(tests: ["synthetic-cycled-surface"], name: "old") { __typename }
          missing: chooseSensitivitySet(tests: ["synthetic-cycled-surface"], name: "odl") {
            ... on NotFound { field message }
          }
          updateSensitivitySet(id: "old", input: {name: "new"}) {
            ... on SensitivitySet { name }
          }
        }""")
        assert found["missing"]["field"] == "name"
        assert "did you mean old?" in found["missing"]["message"]
        assert found["updateSensitivitySet"] == {"name": "new"}
        test = asker.data('{ test(name: "synthetic-cycled-surface") { sensitivitySet } }')
        assert test == {"test": {"sensitivitySet": "new"}}


def test_a_test_that_has_nothing_to_compute_is_named_with_what_there_is(home: Path) -> None:
    refused = called(home, "refit", "--method", "pattern", "pallet")
    assert refused.returncode != 0
    assert "no test with diffraction scans is called 'pallet'; did you mean pellet?" in (
        refused.stderr
    )
