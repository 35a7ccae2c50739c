"""docs/study-coverage.md says where each line of the founding study is: it must be there."""

import re
from pathlib import Path

import pytest
import yaml

from schema.catalog import Table
from service.metric.library import read_metrics
from service.shown import shown

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "study-coverage.md"
COUNTS = {"M": 15, "P": 10, "K": 6, "T": 9, "E": 4, "N": 21, "F": 15, "C": 13}
"""How many lines of each letter the list of the founding study has."""
MORE = {"K-faces", "T-missing", "N-words"}


def lines() -> dict[str, tuple[str, list[str]]]:
    """Return mark and references of each line of the page."""
    found = {}
    for row in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        if row.startswith("|") and re.fullmatch(r"[A-Z](\d+|-\w+)", cells[0]):
            references = re.findall(r"`([^`]+)`", cells[3])
            found[cells[0]] = (cells[2], references)
    return found


LINES = lines()
STUDY = yaml.safe_load((ROOT / "demo" / "study.yaml").read_text(encoding="utf-8"))
CLAIM_FLAG = read_metrics()["claim_flag"]
FLAGS = {
    flag
    for metric in (CLAIM_FLAG, *CLAIM_FLAG.below)
    for flag in re.findall(
        r"^    (?:SELECT claim_id, |    )'([a-z_]+)'(?: AS flag)?,", metric.sql, flags=re.MULTILINE
    )
}
SECTIONS = {
    "claim": "claims",
    "substance": "substances",
    "process": "processes",
    "material": "materials",
    "protocol": "protocols",
}


def test_no_line_of_the_study_is_left_out() -> None:
    told = {f"{letter}{n}" for letter, count in COUNTS.items() for n in range(1, count + 1)}
    assert LINES.keys() == told | MORE


@pytest.mark.parametrize("line", LINES)
def test_what_a_line_names_is_there(line: str) -> None:
    _, references = LINES[line]
    for reference in references:
        kind, _, name = reference.partition(":")
        if not name:
            table, _, column = reference.partition(".")
            assert column in Table.metadata.tables[table].columns, reference
        elif kind == "metric":
            assert name in shown(read_metrics()), reference
        elif kind == "flag":
            assert name in FLAGS, reference
        else:
            assert name in STUDY[SECTIONS[kind]], reference


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_somewhere_and_its_mark_is_met(line: str) -> None:
    mark, references = LINES[line]
    kinds = {reference.partition(":")[0] for reference in references if ":" in reference}
    assert references
    if "C" in mark.split():
        assert kinds & {"metric", "flag"}
    if "R" in mark.split():
        assert "claim" in kinds
