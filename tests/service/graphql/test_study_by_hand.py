"""One study by two ways: as a document, and by mutations; the catalog is the same."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, select

from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Table
from schema.catalog.connection import look

DOCUMENT: Final = """
study: one study
source: lab book 7
project: interlayers
time_zone: UTC
substances:
  Li: {formula: Li}
  LATP:
    title: lithium aluminum titanium phosphate
    formula: Li1.3Al0.3Ti1.7(PO4)3
    electrons: 1
    role: electrolyte
    properties: {shear_modulus: 40-60 GPa, color: white}
materials:
  powder: {substance: LATP, kind: batch, batch: B1, mass: 5 g}
  pellet:
    substance: LATP
    kind: pellet
    thickness: 1 mm
    area: 0.785 cm²
    properties: {relative_density: "> 92 %"}
    tests: [peis.mpr]
processes:
  sinter-1:
    kind: sinter
    inputs: [powder]
    outputs: [pellet]
    performed_at: 2026-03-01 09:30
    parameters: {temperature: ~ 1173 K, hold: 6-8 h, atmosphere: air}
protocols:
  strip:
    technique: GCPL
    steps:
    - {mode: charge, current_density: 0.05 mA/cm², duration: 1 h, temperature: -10 °C}
    - {mode: discharge, current_density: -0.05 mA/cm², lower_voltage: -5 V}
    - {mode: loop, repeat: 100}
cells:
  K1:
    configuration: Li/LATP/Li
    symmetric: true
    area: 0.785 cm²
    protocol: strip
    layers:
    - {substance: Li, role: negative}
    - {substance: LATP, material: pellet, role: electrolyte, thickness: 1 mm}
    - {substance: Li, role: positive, loading: 2 mg/cm²}
    tests: [gcpl.mpr]
    sensitivity_set: lab 3
  K2: {configuration: Li/LATP/Li, area: 0.785 ± 0.010 cm², formation_cycles: 1-2, cycles: turns}
claims:
  N1:
    text: failure within 150 hours
    quantity: time_to_failure
    value: "<= 150 h"
    subject: {configuration: Li/LATP/Li, current_density: 0.05 mA/cm²}
  N2:
    text: a large polarization
    quantity: polarization
    value: Large
    subject: {cell: K1}
    parameters: {last: 10 h}
    verdict: untestable
    why: large is no number
    evidence: [K1]
references:
  oxide:
    title: an oxide by its lines
    substance: LATP
    formula: TiO2
    formula_units: 2
    source: our pattern of 2026
    card_number: PDF 00-021-1276
    crystal_system: tetragonal
    a: 4.5937 Å
    c: 2.9587 Å
    wavelength: 1.5406 Å
    corundum_ratio: 3.4
    doubt: textured
    lines:
    - {d: 3.2482 Å, intensity: 100, hkl: 1 1 0}
    - {d: 2.4874 Å, intensity: 50, hkl: " 1  0 1 "}
  rock salt:
    cif: |
      data_salt
      _cod_database_code 9008678
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
sensitivity_sets:
  lab 3:
    source: notebook 4
    excitation_energy: 1486.6 eV
    background: shirley
    includes: path and transmission
    geometry: 54.7°, 20 eV
    lab_default: true
    factors: {C1s: 1, Ti2p: 6.4}
"""
SALT: Final = """data_salt
_cod_database_code 9008678
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
MUTATIONS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("createSubstance", "SubstanceInput", {"name": "Li", "formula": "Li"}),
    ("createSubstance", "SubstanceInput", {"name": "LATP", "formula": "LiFePO4"}),
    (
        "updateSubstance",
        "SubstanceChange",
        {
            "title": "lithium aluminum titanium phosphate",
            "formula": "Li1.3Al0.3Ti1.7(PO4)3",
            "electrons": 1,
            "role": "electrolyte",
        },
    ),
    (
        "createMaterial",
        "MaterialInput",
        {"name": "powder", "substance": "LATP", "kind": "batch", "batch": "B1", "massGram": 5},
    ),
    (
        "createMaterial",
        "MaterialInput",
        {
            "name": "pellet",
            "substance": "LATP",
            "kind": "pellet",
            "thicknessUm": 1000,
            "areaCm2": 0.785,
        },
    ),
    (
        "setProperty",
        "PropertyInput",
        {"name": "shear_modulus", "substance": "LATP", "value": "40 GPa"},
    ),
    (
        "setProperty",
        "PropertyInput",
        {"name": "shear_modulus", "substance": "LATP", "value": "40-60 GPa"},
    ),
    ("setProperty", "PropertyInput", {"name": "color", "substance": "LATP", "value": "white"}),
    (
        "setProperty",
        "PropertyInput",
        {"name": "relative_density", "material": "pellet", "value": "> 92 %"},
    ),
    (
        "createProcess",
        "ProcessInput",
        {
            "name": "sinter-1",
            "kind": "press",
            "outputs": ["powder"],
            "parameters": [{"name": "hold", "written": "1 h"}],
        },
    ),
    (
        "updateProcess",
        "ProcessChange",
        {
            "kind": "sinter",
            "inputs": ["powder"],
            "outputs": ["pellet"],
            "performedAt": "2026-03-01T09:30:00Z",
            "parameters": [
                {"name": "temperature", "written": "~ 1173 K"},
                {"name": "hold", "written": "6-8 h"},
                {"name": "atmosphere", "written": "air"},
            ],
        },
    ),
    (
        "createProtocol",
        "ProtocolInput",
        {"name": "strip", "note": "x", "steps": [{"mode": "rest", "durationSecond": 60}]},
    ),
    (
        "updateProtocol",
        "ProtocolChange",
        {
            "technique": "GCPL",
            "note": None,
            "steps": [
                {
                    "mode": "charge",
                    "currentDensityMaPerCm2": 0.05,
                    "durationSecond": 3600,
                    "temperatureCelsius": -10,
                },
                {
                    "mode": "discharge",
                    "currentDensityMaPerCm2": -0.05,
                    "lowerVoltageVolt": -5,
                },
                {"mode": "loop", "repeatCount": 100},
            ],
        },
    ),
    (
        "createCell",
        "CellInput",
        {
            "name": "K2",
            "project": "interlayers",
            "configuration": "Li/LATP/Li",
            "areaCm2": 0.785,
            "areaErrorCm2": 0.01,
            "formationCycles": "1-2",
            "cycleConvention": "turns",
        },
    ),
    (
        "createCell",
        "CellInput",
        {
            "name": "K1",
            "project": "interlayers",
            "configuration": "Li/LATP/Li",
            "symmetric": True,
            "areaCm2": 0.785,
            "layers": [
                {"substance": "Li", "role": "negative"},
                {
                    "substance": "LATP",
                    "material": "pellet",
                    "role": "electrolyte",
                    "thicknessUm": 1000,
                },
                {"substance": "Li", "role": "positive", "loadingMgPerCm2": 2},
            ],
        },
    ),
    (
        "createClaim",
        "ClaimInput",
        {
            "name": "N1",
            "source": "lab book 7",
            "text": "failure within 150 hours",
            "quantity": "time_to_failure",
            "reported": "<= 150 h",
            "subject": {"configuration": "Li/LATP/Li", "current_density": "0.05 mA/cm²"},
        },
    ),
    (
        "createClaim",
        "ClaimInput",
        {"name": "N2", "source": "lab book 7", "text": "polarization", "reported": "3 V"},
    ),
    (
        "updateClaim",
        "ClaimChange",
        {
            "text": "a large polarization",
            "quantity": "polarization",
            "reported": "Large",
            "subject": {"cell": "K1"},
            "parameters": {"last": "10 h"},
            "judged": {
                "verdict": "UNTESTABLE",
                "why": "large is no number",
                "evidence": ["K1"],
            },
        },
    ),
    (
        "createReferencePhase",
        "ReferencePhaseInput",
        {
            "name": "oxide",
            "source": "nobody",
            "formula": "TiO2",
            "formulaUnits": 2,
            "lines": [{"spacingAngstrom": 1.1, "relativeIntensity": 3}],
        },
    ),
    (
        "updateReferencePhase",
        "ReferencePhaseChange",
        {
            "title": "an oxide by its lines",
            "substance": "LATP",
            "source": "our pattern of 2026",
            "cardNumber": "PDF 00-021-1276",
            "crystalSystem": "tetragonal",
            "aAngstrom": 4.5937,
            "cAngstrom": 2.9587,
            "wavelengthAngstrom": 1.5406,
            "corundumRatio": 3.4,
            "doubt": "textured",
            "lines": [
                {"spacingAngstrom": 3.2482, "relativeIntensity": 100, "hkl": "1 1 0"},
                {"spacingAngstrom": 2.4874, "relativeIntensity": 50, "hkl": " 1  0 1 "},
            ],
        },
    ),
    ("createReferencePhase", "ReferencePhaseInput", {"name": "rock salt", "cif": SALT}),
    (
        "createSensitivitySet",
        "SensitivitySetInput",
        {
            "name": "lab 3",
            "source": "notebook 4",
            "excitationEnergyEv": 1253.6,
            "background": "any",
            "includes": "nothing",
            "factors": [{"line": "O1s", "factor": 2.9}],
        },
    ),
    (
        "updateSensitivitySet",
        "SensitivitySetChange",
        {
            "excitationEnergyEv": 1486.6,
            "background": "shirley",
            "includes": "path and transmission",
            "geometry": "54.7°, 20 eV",
            "labDefault": True,
            "factors": [{"line": "Ti2p", "factor": 6.4}, {"line": "C1s", "factor": 1}],
        },
    ),
)
ASSIGN: Final = """
mutation ($cell: ID!, $protocol: ID!, $material: ID!) {
  on_cell: assignTests(tests: ["1"], cell: $cell, protocol: $protocol) { __typename }
  on_pellet: assignTest(test: "3", material: $material) { __typename }
  by_set: chooseSensitivitySet(tests: ["1"], name: " lab 3 ") { __typename }
}
"""
APART: Final = {
    *("id", "created_at", "applied_at", "study_id", "method", "added_snapshot"),
    *("removed_snapshot", "facts"),
}
OURS: Final = (
    *("substance", "material", "ancestor", "process", "process_input", "process_output"),
    *("process_parameter", "protocol", "protocol_step", "cell", "cell_layer", "property"),
    *("claim", "test", "reference_phase", "reference_line", "sensitivity_set"),
    "sensitivity_factor",
)


def rows_by_name(engine: Engine) -> Mapping[str, list[str]]:
    """Return the rows of every table, with names in place of ids."""
    tables = Table.metadata.tables
    with look(engine) as session:
        names = {
            name: dict(session.execute(select(tables[name].c.id, tables[name].c.name)).all())
            for name in OURS
            if {"id", "name"} <= set(tables[name].c.keys())
        }
        found = {}
        for name in OURS:
            columns = [column for column in tables[name].c if column.name not in APART]
            rows = []
            for row in session.execute(select(*columns)):
                values = {}
                for column, value in zip(columns, row, strict=True):
                    owner = next((key.column.table.name for key in column.foreign_keys), None)
                    values[column.name] = names[owner].get(value) if owner else value
                rows.append(repr(sorted(values.items())))
            found[name] = sorted(rows)
    return found


def test_a_study_by_mutations_is_the_study_as_a_document(
    warehouse: Any,  # noqa: ANN401 # a fixture
    ask: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    warehouse.engine.dispose()
    shutil.copytree(warehouse.settings.home, tmp_path / "other")
    other = type(warehouse)(tmp_path / "other")
    document = tmp_path / "study.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    enter(other.engine, read_study(document))

    asker, ids = ask(warehouse.settings), dict[str, str]()
    for name, kind, given in MUTATIONS:
        known = "".join(f"... on {each} {{ id }} " for each in (kind.removesuffix("Input"),))
        if kind.endswith("Change"):
            query = f"""mutation ($id: ID!, $input: {kind}!) {{
              {name}(id: $id, input: $input) {{ __typename ... on InvalidInput {{ field reason }} }}
            }}"""
            done = asker.data(query, id=ids[kind.removesuffix("Change")], input=given)[name]
        else:
            query = f"""mutation ($input: {kind}!) {{
              {name}(input: $input) {{ __typename {known} ... on InvalidInput {{ field reason }} }}
            }}"""
            done = asker.data(query, input=given)[name]
            ids[kind.removesuffix("Input")] = done.get("id", "")
        assert done["__typename"] == kind.removesuffix("Input").removesuffix("Change"), done
    done = asker.data(ASSIGN, cell=ids["Cell"], protocol=ids["Protocol"], material=ids["Material"])
    assert {each["__typename"] for each in done.values()} == {"Assigned", "Test"}

    by_document, by_hand = rows_by_name(other.engine), rows_by_name(warehouse.engine)
    for table in OURS:
        assert by_hand[table] == by_document[table], table
    assert all(by_hand[table] for table in OURS)
    other.engine.dispose()
