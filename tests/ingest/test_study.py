"""A study in YAML is read with the line of every fault."""

from pathlib import Path

import pytest

from ingest.study.document import Document, read_study
from schema.error import InvalidStudy


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path: Path, text: str) -> Document:
    return read_study(written(tmp_path, text))


def refused(tmp_path: Path, text: str) -> InvalidStudy:
    with pytest.raises(InvalidStudy) as caught:
        read(tmp_path, text)
    assert caught.value.path == tmp_path / "study.yaml"
    return caught.value


def test_a_name_alone_is_a_study(tmp_path: Path) -> None:
    assert read(tmp_path, "study: A\n").content == {"study": "A"}


def test_what_is_left_blank_is_unsaid(tmp_path: Path) -> None:
    blank = read(tmp_path, "study: A\nnote:\nmaterials:\ncells:\n  1:\n    area:\n    tests:\n")
    assert blank.content == {"study": "A", "cells": {"1": {}}}
    assert blank.study.cells["1"].area is None


def test_names_stay_the_text_somebody_wrote(tmp_path: Path) -> None:
    said = read(tmp_path, "study: no\nsource: 012\ncells:\n  1e3: {note: 2026-03-01}\n")
    assert said.content == {
        "study": "no",
        "source": "012",
        "cells": {"1e3": {"note": "2026-03-01"}},
    }


def test_comments_and_the_order_of_names_do_not_make_another_study(tmp_path: Path) -> None:
    one = read(tmp_path, "study: A\ncells: {x: {}, y: {area: 1 cm²}}\n").sha256
    two = read(tmp_path, "# hello\ncells:\n  y: {area: 1 cm²}\n  x:\nstudy: A\n").sha256
    other = read(tmp_path, "study: A\ncells: {x: {}, y: {area: 2 cm²}}\n").sha256
    assert one == two != other


@pytest.mark.parametrize(
    ("line", "reason", "text"),
    [
        (4, "furlong", "study: A\nmaterials:\n  m:\n    thickness: 1 furlongs2\n"),
        (3, "area", "study: A\ncells:\n  x: {area: 12}\n"),
        (3, "area", "study: A\ncells:\n  x: {area: 1 mm}\n"),
        (3, "above zero", "study: A\ncells:\n  x: {area: 0 cm²}\n"),
        (3, "above zero", "study: A\ncells:\n  x: {active_mass: -1 mg}\n"),
        (3, "one number", "study: A\ncells:\n  x: {area: < 1 cm²}\n"),
        (3, "one number", "study: A\nmaterials:\n  m: {thickness: 2-5 µm}\n"),
        (5, "layer", "study: A\ncells:\n  x:\n    layers:\n      - {thickness: 1 µm}\n"),
        (4, "kind", "study: A\nprocesses:\n  # what?\n  p: {inputs: [a]}\n"),
        (3, "text", "study: A\nclaims:\n  N1: {value: 3 V}\n"),
        (4, "did you mean area", "study: A\ncells:\n  x:\n    aera: 1 cm²\n"),
        (2, "did you mean cells", "study: A\ncell: {}\n"),
        (4, "twice", "study: A\ncells:\n  x: {}\n  x: {}\n"),
        (3, "configuration", "study: A\ncells:\n  x: {configuration: Li//Li}\n"),
        (3, "formula", "study: A\nsubstances:\n  s: {formula: Xx2}\n"),
        (3, "electrons", "study: A\nsubstances:\n  s: {electrons: many}\n"),
        (3, "GPQ", "study: A\nsubstances:\n  s: {properties: {shear_modulus: 40 GPQ}}\n"),
        (3, "zone", "study: A\nprocesses:\n  p: {kind: mill, performed_at: 2026-03-01}\n"),
        (3, "performed_at", "study: A\nprocesses:\n  p: {kind: mill, performed_at: 1700000000}\n"),
        (2, "time zone", "study: A\ntime_zone: Europe/Zurch\n"),
        (3, "quotes", "study: A\nclaims:\n  N: {text: a, value: > 300 mAh}\n"),
        (3, "no YAML", "study: A\ncells: {\n"),
        (1, "mapping", "- a\n"),
        (1, "study", "cells: {}\n"),
        (2, "itself", "study: A\ncells: &a\n  x: *a\n"),
    ],
)
def test_a_fault_is_refused_with_its_line(
    tmp_path: Path, line: int, reason: str, text: str
) -> None:
    fault = refused(tmp_path, text)
    assert reason in str(fault)
    assert fault.place == f"line {line}"


def test_a_file_of_another_kind_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidStudy, match="cannot be read"):
        read_study(tmp_path / "nowhere.yaml")
    with pytest.raises(InvalidStudy, match="cannot be read"):
        read_study(tmp_path / "nowhere.xlsx")
    with pytest.raises(InvalidStudy, match=r"\.yaml, \.yml, \.xlsx"):
        read_study(tmp_path / "study.json")
