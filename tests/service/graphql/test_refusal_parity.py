"""What a study is refused for, a mutation is declined for, in the same words at the same place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.error import InvalidStudy
from service.graphql.mutations.entry import sentence
from tests.service.asker import Asker, asked
from tests.service.bench import Bench

KNOWN: Final = """
study: known
substances: {Li: {formula: Li}, LATP: , PB: }
materials: {powder: {substance: LATP}, pellet: {substance: LATP}, coated: }
processes: {press-1: {kind: press, inputs: [powder], outputs: [pellet]}}
protocols: {strip: }
cells: {K1: {configuration: Li/LATP/Li}}
sensitivity_sets:
  ours:
    source: s
    excitation_energy: 1486.6 eV
    background: any
    includes: nothing
    lab_default: true
    factors: {C1s: 1}
"""
LONG: Final = "x" * 501
_SET: Final = (
    "{{source: s, excitation_energy: 1486.6 eV, background: any, includes: nothing, "
    "factors: {{{factors}}}}}"
)


def _set(**said: Any) -> dict[str, Any]:  # noqa: ANN401 # what is said otherwise
    whole = {
        "source": "s",
        "excitationEnergyEv": 1486.6,
        "background": "any",
        "includes": "nothing",
        "factors": [{"line": "Ti2p", "factor": 1}],
    }
    return whole | said


CASES: Final = [
    # section, what the study says of X, its line, what the mutation says of X, its field, reason
    ("substances", "{formula: Xx2}", {"formula": "Xx2"}, "formula", "look at character 1"),
    ("substances", "{electrons: 0}", {"electrons": 0}, "electrons", "0 is not above zero"),
    ("substances", "{electrons: -1}", {"electrons": -1}, "electrons", "-1 is not above zero"),
    ("substances", "{title: ' '}", {"title": " "}, "title", "it is empty"),
    ("materials", "{substance: LATQ}", {"substance": "LATQ"}, "substance", "did you mean LATP"),
    ("materials", "{substance: ' latp '}", {"substance": " latp "}, "substance", "called 'latp'"),
    ("materials", f"{{batch: {LONG}}}", {"batch": LONG}, "batch", "it has 501 characters"),
    (
        "processes",
        "{kind: mix, inputs: [powdr]}",
        {"kind": "mix", "inputs": [" powdr "]},
        "inputs.0",
        "did you mean powder",
    ),
    (
        "processes",
        "{kind: mix, inputs: [powder, ' powder ']}",
        {"kind": "mix", "inputs": ["powder", " powder "]},
        "inputs.1",
        "powder is there twice",
    ),
    (
        "processes",
        "{kind: coat, outputs: [coated, ' coated ']}",
        {"kind": "coat", "outputs": ["coated", " coated "]},
        "outputs.1",
        "coated is there twice",
    ),
    (
        "processes",
        "{kind: coat, outputs: [coated, pellet]}",
        {"kind": "coat", "outputs": ["coated", "pellet"]},
        "outputs.1",
        "pellet has a maker already: press-1",
    ),
    (
        "processes",
        "{kind: grind, inputs: [pellet], outputs: [powder]}",
        {"kind": "grind", "inputs": ["pellet"], "outputs": ["powder"]},
        "inputs",
        "a circle in the ancestry: pellet made of powder made of pellet",
    ),
    (
        "processes",
        "{kind: coat, inputs: [coated], outputs: [coated]}",
        {"kind": "coat", "inputs": ["coated"], "outputs": ["coated"]},
        "inputs",
        "a circle in the ancestry: coated made of coated",
    ),
    ("processes", "{kind: ''}", {"kind": ""}, "kind", "it is empty"),
    (
        "processes",
        "{kind: press, parameters: {pressure: 1e308 GPa}}",
        {"kind": "press", "parameters": [{"name": "pressure", "written": "1e308 GPa"}]},
        "parameters.0.written",
        "inf is no number",
    ),
    (
        "processes",
        "{kind: press, parameters: {pressure: 3 apples}}",
        {"kind": "press", "parameters": [{"name": "pressure", "written": "3 apples"}]},
        "parameters.0.written",
        "unknown unit",
    ),
    (
        "protocols",
        "{steps: [{mode: rest}, {mode: loop, repeat: 0}]}",
        {"steps": [{"mode": "rest"}, {"mode": "loop", "repeatCount": 0}]},
        "steps.1.repeatCount",
        "0 is not above zero",
    ),
    ("protocols", "{steps: [{mode: ' '}]}", {"steps": [{"mode": " "}]}, "steps.0.mode", "is empty"),
    (
        "cells",
        "{configuration: Li/LATP/Lu}",
        {"configuration": "Li/LATP/Lu"},
        "configuration",
        "no substance is called 'Lu'",
    ),
    ("cells", "{configuration: Li//Li}", {"configuration": "Li//Li"}, "configuration", "character"),
    ("cells", "{configuration: ' '}", {"configuration": " "}, "configuration", "it is empty"),
    (
        "cells",
        "{configuration: Li/LATP/Li, symmetric: no}",
        {"configuration": "Li/LATP/Li", "symmetric": False},
        "symmetric",
        "Li/LATP/Li has equal electrodes",
    ),
    (
        "cells",
        "{configuration: Li/LATP/Li, layers: [{substance: Li}, {substance: PB}]}",
        {"configuration": "Li/LATP/Li", "layers": [{"substance": "Li"}, {"substance": "PB"}]},
        "layers.1",
        "Li/LATP/Li has LATP in place 2, the layers have PB",
    ),
    (
        "cells",
        "{configuration: Li/LATP/Li, layers: [{substance: Li}]}",
        {"configuration": "Li/LATP/Li", "layers": [{"substance": "Li"}]},
        "layers.1",
        "Li/LATP/Li has LATP in place 2, the layers have nothing",
    ),
    ("cells", "{layers: [{role: negative}]}", {"layers": [{"role": "negative"}]}, "layers.0", "a"),
    (
        "cells",
        "{layers: [{material: pallet}]}",
        {"layers": [{"material": "pallet"}]},
        "layers.0.material",
        "did you mean pellet",
    ),
    (
        "cells",
        "{layers: [{substance: Li}, {substance: PB, material: pellet}, {substance: Li}]}",
        {
            "layers": [
                {"substance": "Li"},
                {"substance": "PB", "material": "pellet"},
                {"substance": "Li"},
            ]
        },
        "layers.1.substance",
        "pellet is of LATP, not of PB",
    ),
    (
        "cells",
        "{formation_cycles: 4-1}",
        {"formationCycles": "4-1"},
        "formationCycles",
        "cycles cannot be '4-1'",
    ),
    ("cells", f"{{project: {LONG}}}", {"project": LONG}, "project", "the most are 500"),
    (
        "claims",
        "{text: t, source: s, subject: {cell: K9}}",
        {"text": "t", "source": "s", "subject": {" cell ": " K9 "}},
        "subject.cell",
        "no cell is called 'K9'",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {configuration: Li/PBB/Li}}",
        {"text": "t", "source": "s", "subject": {"configuration": "Li/PBB/Li"}},
        "subject.configuration",
        "did you mean PB",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {temperature: 60 °Q}}",
        {"text": "t", "source": "s", "subject": {"temperature": "60 °Q"}},
        "subject.temperature",
        "unknown unit",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {configuratoin: Li/LATP/Li}}",
        {"text": "t", "source": "s", "subject": {"configuratoin": "Li/LATP/Li"}},
        "subject.configuratoin",
        "no key of a subject is called 'configuratoin'; did you mean configuration?",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {temperature: 60 mV}}",
        {"text": "t", "source": "s", "subject": {"temperature": "60 mV"}},
        "subject.temperature",
        "a quantity with a unit that converts to °C",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {temperature: 25-60 °C}}",
        {"text": "t", "source": "s", "subject": {"temperature": "25-60 °C"}},
        "subject.temperature",
        "'25-60 °C' is not one number in °C",
    ),
    (
        "claims",
        "{text: t, source: s, subject: {cells: some}}",
        {"text": "t", "source": "s", "subject": {"cells": "some"}},
        "subject.cells",
        "'some' is no whole number",
    ),
    (
        "claims",
        "{text: t, source: s, value: 5 apples}",
        {"text": "t", "source": "s", "reported": "5 apples"},
        "reported",
        "unknown unit",
    ),
    ("claims", "{text: t, source: ' '}", {"text": "t", "source": " "}, "source", "it is empty"),
    ("claims", "{text: ' ', source: s}", {"text": " ", "source": "s"}, "text", "it is empty"),
    ("references", "{source: s}", {"source": "s"}, "cif", "the text of a CIF or a list of lines"),
    (
        "references",
        "{cif: 'data_x', lines: [{d: 3 Å, intensity: 1}]}",
        {"cif": "data_x", "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1}]},
        "lines",
        "one of them",
    ),
    (
        "references",
        "{cif: 'data_x loop_ _a'}",
        {"cif": "data_x loop_ _a"},
        "cif",
        "line 1, column 15: parse error",
    ),
    (
        "references",
        "{cif: 'data_x', a: 3 Å}",
        {"cif": "data_x", "aAngstrom": 3},
        "aAngstrom",
        "of a",
    ),
    (
        "references",
        "{lines: [{d: 3 Å, intensity: 1}]}",
        {"lines": [{"spacingAngstrom": 3, "relativeIntensity": 1}]},
        "source",
        "say it",
    ),
    (
        "references",
        "{source: s, lines: [{d: 3 Å, intensity: 1}, {d: 2 Å, intensity: 0}]}",
        {
            "source": "s",
            "lines": [
                {"spacingAngstrom": 3, "relativeIntensity": 1},
                {"spacingAngstrom": 2, "relativeIntensity": 0},
            ],
        },
        "lines.1.relativeIntensity",
        "0 is not above zero",
    ),
    (
        "references",
        "{source: s, lines: [{d: 3 Å, intensity: 1, hkl: 1 0 -1 4}]}",
        {
            "source": "s",
            "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1, "hkl": "1 0 -1 4"}],
        },
        "lines.0.hkl",
        "no three indices",
    ),
    (
        "references",
        "{source: s, crystal_system: cubic, a: 4 Å, lines: [{d: 3 Å, intensity: 1, hkl: 1 1 1}]}",
        {
            "source": "s",
            "crystalSystem": "cubic",
            "aAngstrom": 4,
            "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1, "hkl": "1 1 1"}],
        },
        "lines.0.spacingAngstrom",
        "2.3094 Å in the cell",
    ),
    (
        "references",
        "{source: s, crystal_system: cubic, lines: [{d: 3 Å, intensity: 1, hkl: 1 1 1}]}",
        {
            "source": "s",
            "crystalSystem": "cubic",
            "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1, "hkl": "1 1 1"}],
        },
        "aAngstrom",
        "a cubic cell has it",
    ),
    (
        "references",
        "{source: s, a: 4 Å, lines: [{d: 3 Å, intensity: 1}]}",
        {
            "source": "s",
            "aAngstrom": 4,
            "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1}],
        },
        "crystalSystem",
        "a cell has a crystal system",
    ),
    (
        "references",
        "{source: s, crystal_system: cubic, a: 4 Å, b: 5 Å, lines: [{d: 4 Å, intensity: 1}]}",
        {
            "source": "s",
            "crystalSystem": "cubic",
            "aAngstrom": 4,
            "bAngstrom": 5,
            "lines": [{"spacingAngstrom": 4, "relativeIntensity": 1}],
        },
        "bAngstrom",
        "5 is not what a cubic cell has",
    ),
    (
        "references",
        "{source: s, substance: LATQ, lines: [{d: 3 Å, intensity: 1}]}",
        {
            "source": "s",
            "substance": "LATQ",
            "lines": [{"spacingAngstrom": 3, "relativeIntensity": 1}],
        },
        "substance",
        "did you mean LATP",
    ),
    (
        "sensitivity_sets",
        _SET.format(factors="Ti2q: 1"),
        _set(factors=[{"line": "Ti2q", "factor": 1}]),
        "factors.0.line",
        "did you mean Ti2p",
    ),
    (
        "sensitivity_sets",
        _SET.format(factors="Ti2p: 0"),
        _set(factors=[{"line": "Ti2p", "factor": 0}]),
        "factors.0.factor",
        "0 is not above zero",
    ),
    ("sensitivity_sets", _SET.format(factors=""), _set(factors=[]), "factors", "a factor at least"),
    (
        "sensitivity_sets",
        _SET.format(factors="Ti2p: 1").replace("nothing", "all"),
        _set(includes="all"),
        "includes",
        "'all' is none of nothing, path, path and transmission",
    ),
    (
        "sensitivity_sets",
        _SET.format(factors="Ti2p: 1, }, lab_default: true").replace("}}", "}"),
        _set(labDefault=True),
        "labDefault",
        "ours is the lab's default",
    ),
]
KINDS: Final = {
    "processes": "Process",
    "references": "ReferencePhase",
    "sensitivity_sets": "SensitivitySet",
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Asker]]:
    """Return the catalog of a study, and who asks a service on it: all here is refused by both."""
    folder = tmp_path_factory.mktemp("known")
    path = folder / "study.yaml"
    path.write_text(KNOWN, encoding="utf-8")
    bench = Bench(folder / "home")
    enter(bench.engine, read_study(path))
    with asked(bench.settings) as asker:
        yield bench.engine, asker
    bench.engine.dispose()


@pytest.mark.parametrize(("section", "stated", "given", "field", "reason"), CASES)
def test_a_study_and_a_mutation_are_refused_alike(
    known: tuple[Engine, Asker],
    tmp_path: Path,
    *,
    section: str,
    stated: str,
    given: dict[str, Any],
    field: str,
    reason: str,
) -> None:
    engine, asker = known
    path = tmp_path / "study.yaml"
    path.write_text(f"study: other\n{section}:\n  X:\n    {stated}\n", encoding="utf-8")
    with pytest.raises(InvalidStudy) as refused:
        enter(engine, read_study(path))
    assert refused.value.place in {"line 3", "line 4"}
    assert reason in refused.value.reason

    kind = KINDS.get(section, section.removesuffix("s").capitalize())
    declined = asker.data(
        f"""mutation ($input: {kind}Input!) {{ create{kind}(input: $input) {{
          ... on InvalidInput {{ field reason }} ... on NotFound {{ field message }}
        }} }}""",
        input={"name": "X"} | given,
    )[f"create{kind}"]
    assert declined["field"] == field
    if "message" in declined:
        assert declined["message"] == sentence(refused.value.reason)
    else:
        # what is refused before anything is entered names the field first
        assert f": {refused.value.reason}".endswith(f": {declined['reason']}")
