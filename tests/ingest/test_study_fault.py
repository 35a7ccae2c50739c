"""All that is amiss in a study is told at once, each at its place, and nothing is entered."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select
from xlsxwriter import Workbook

from ingest.study.document import read_document
from ingest.study.entry import enter
from schema.catalog import Table
from schema.catalog.connection import look
from schema.error import InvalidStudy, StudyFault
from schema.warehouse import Warehouse
from tests.law import law

SOUND: Final = """\
study: A
substances:
  Li: {formula: Li}
  LATP:
materials:
  powder: {substance: LATP}
  pellet: {substance: LATP}
processes:
  press: {kind: press, inputs: [powder], outputs: [pellet]}
protocols:
  plating:
cells:
  S1: {configuration: Li/LATP/Li, protocol: plating}
claims:
  N1: {text: it lasts, source: notebook, subject: {cell: S1}}
references:
  glass: {source: ours, lines: [{d: 3 Å, intensity: 1}]}
sensitivity_sets:
  ours:
    {source: s, excitation_energy: 1486 eV, background: any, includes: path, factors: {C1s: 1}}
"""
FAULTS: Final[Sequence[tuple[str, str, str]]] = (
    # section, the entry that is amiss, where within it
    ("substances", "{formula: Xx2}", "formula"),
    ("substances", "{electrons: many}", "electrons"),
    ("substances", "{electrons: -1}", "electrons"),
    ("substances", "{titel: Lithium}", "titel"),
    ("substances", "{properties: {shear: 40 GPQ}}", "properties.shear"),
    ("materials", "{thickness: 2 kg}", "thickness"),
    ("materials", "{substance: LATQ}", "substance"),
    ("materials", "{tests: [nowhere.csv]}", "tests.0"),
    ("materials", "{area: 1 cm² ± 2 g}", "area"),
    ("processes", "{kind: mill, performed_at: 2026-03-01}", "performed_at"),
    ("processes", "{inputs: [powder]}", ""),
    ("processes", "{kind: coat, outputs: [pellet]}", "outputs.0"),
    ("processes", "{kind: mill, inputs: [powdr]}", "inputs.0"),
    ("processes", "{kind: mill, parameters: {noise: 5 dBm/s}}", "parameters.noise"),
    ("protocols", "{steps: [{mode: rest}, {mode: loop, repeat: 99999999999}]}", "steps.1.repeat"),
    ("protocols", "{steps: [{mode: rest, duration: -1 h}]}", "steps.0.duration"),
    ("cells", "{configuration: Li//Li}", "configuration"),
    ("cells", "{configuration: Li/LATQ/Li}", "configuration"),
    ("cells", "{configuration: Li/LATP/Li, symmetric: no}", "symmetric"),
    ("cells", "{layers: [{substance: Li}, {substance: LATQ}]}", "layers.1.substance"),
    ("cells", "{layers: [{thickness: 1 µm}]}", "layers.0"),
    ("cells", "{protocol: platng}", "protocol"),
    ("cells", "{sensitivity_set: ours, cycles: mine}", "cycles"),
    ("cells", "{formation_cycles: 4-1}", "formation_cycles"),
    ("cells", '{tests: ["a_*", gone.mpr]}', "tests.1"),
    ("claims", "{source: s}", ""),
    ("claims", "{text: t, source: s, subject: {cell: S9}}", "subject.cell"),
    ("claims", "{text: t, source: s, verdict: wrong}", "verdict"),
    ("claims", "{text: t}", "source"),
    ("references", "{source: s}", "cif"),
    ("references", "{source: s, lines: [{d: 3 Å, intensity: 1, hkl: 1 1}]}", "lines.0.hkl"),
    (
        "sensitivity_sets",
        "{source: s, excitation_energy: 1 eV, background: any, includes: path, factors: {Q9: 1}}",
        "factors.0.line",
    ),
    (
        "sensitivity_sets",
        "{source: s, excitation_energy: 1 V, background: any, includes: path, factors: {C1s: 1}}",
        "excitation_energy",
    ),
)


def faults_of(warehouse: Warehouse, path: Path) -> tuple[StudyFault, ...]:
    before = rows(warehouse)
    with pytest.raises(InvalidStudy) as caught:
        enter(warehouse.engine, read_document(path))
    assert rows(warehouse) == before
    return caught.value.faults


def rows(warehouse: Warehouse) -> Mapping[str, int]:
    with look(warehouse.engine) as session:
        return {
            name: len(session.execute(select(table)).all())
            for name, table in Table.metadata.tables.items()
        }


def with_faults(chosen: Sequence[int]) -> tuple[str, set[tuple[str, str, str]]]:
    """Return a study with some entries amiss, and section, entry and field of each."""
    text, wanted = f"{SOUND}end:", set()
    for number in chosen:
        section, entry, field = FAULTS[number]
        head, begun, rest = text.partition(f"\n{section}:\n")
        end = re.search(r"^\w+:", rest, flags=re.MULTILINE)
        assert end is not None
        entries = f"{rest[: end.start()]}  bad {number}: {entry}\n"
        text = f"{head}{begun}{entries}{rest[end.start() :]}"
        wanted.add((section, f"bad {number}", field))
    return text.removesuffix("end:"), wanted


def ways(faults: Sequence[StudyFault]) -> list[tuple[str, str, str]]:
    return sorted(
        (str(fault.way[0]), str(fault.way[1]), ".".join(map(str, fault.way[2:])))
        for fault in faults
    )


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_a_fault_is_told_once_with_section_entry_field_and_line(
    empty_warehouse: Warehouse, tmp_path: Path, number: int
) -> None:
    text, wanted = with_faults([number])
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    (fault,) = faults_of(empty_warehouse, path)
    assert ways([fault]) == sorted(wanted)
    line = next(n for n, each in enumerate(text.splitlines(), 1) if f"bad {number}:" in each)
    assert fault.place == f"line {line}"
    assert fault.reason


@law(50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.sampled_from(range(len(FAULTS))), min_size=1, max_size=12, unique=True))
def test_a_study_with_so_many_faults_tells_them_all(
    empty_warehouse: Warehouse, tmp_path: Path, chosen: list[int]
) -> None:
    text, wanted = with_faults(chosen)
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    assert ways(faults_of(empty_warehouse, path)) == sorted(wanted)


def test_a_zone_that_is_none_is_told_and_the_rest_looked_at(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        "study: A\ntime_zone: Europe/Zurch\nprocesses:\n"
        "  p: {kind: mill, performed_at: 2026-03-01, inputs: [none]}\n"
    )
    zone, material = faults_of(empty_warehouse, path)
    assert (zone.place, "did you mean Europe/Zurich" in zone.reason) == ("line 2", True)
    assert (material.place, "no material" in material.reason) == ("line 4", True)


TABLES: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "study": [["study"], ["A"]],
    "cells": [
        ["name", "area", "aera", "protocol"],
        ["x", "12", "", ""],
        ["x", "1 cm²", "", ""],
        ["", "1 cm²", "", ""],
        ["y", "1 kg", "1 cm²", "plating"],
    ],
    "layers": [["cell", "substance", "thickness"], ["y", "Li", "thin"], ["z", "Li", "1 µm"]],
    "tests": [["cell", "file"], ["y", "gone.mpr"], ["", "gone.mpr"]],
    "cels": [["name"], ["z"]],
}
WANTED: Final = {
    ("cells!B2", "area"),
    ("cells!A3", "twice"),
    ("cells!A4", "no name"),
    ("cells!B5", "1 kg"),
    ("cells!C5", "did you mean area"),
    ("cells!D5", "no protocol"),
    ("layers!B2", "no substance"),
    ("layers!C2", "thin"),
    ("layers!A3", "no cell is called 'z'"),
    ("tests!B2", "gone.mpr"),
    ("tests!B3", "cell or material"),
    ("cels", "did you mean cells"),
}


def write_workbook(path: Path) -> None:
    with Workbook(path) as book:
        for name, lines in TABLES.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


def write_folder(path: Path) -> None:
    path.mkdir()
    for name, lines in TABLES.items():
        text = "\n".join(",".join(line) for line in lines)
        (path / f"{name}.csv").write_text(f"{text}\n", encoding="utf-8")


def as_csv(place: str) -> str:
    """Return how a place of a workbook is called in a folder of .csv."""
    sheet, _, cell = place.partition("!")
    return f"{sheet}.csv line {cell[1:]}" if cell else sheet


@pytest.mark.parametrize(
    ("name", "write", "called"),
    [("study.xlsx", write_workbook, str), ("study", write_folder, as_csv)],
)
def test_tables_tell_all_that_is_amiss_by_sheet_and_cell_or_file_and_line(
    empty_warehouse: Warehouse,
    tmp_path: Path,
    *,
    name: str,
    write: Callable[[Path], None],
    called: Callable[[str], str],
) -> None:
    write(tmp_path / name)
    faults = faults_of(empty_warehouse, tmp_path / name)
    assert len(faults) == len(WANTED), list(map(str, faults))
    for place, reason in WANTED:
        assert any(fault.place == called(place) and reason in str(fault) for fault in faults), (
            place,
            list(map(str, faults)),
        )
