"""The founding study's table, recovered from the demo's raw files alone.

The exports are SYNTHETIC, tuned to the study: a match proves the pipeline and never the study. The
numbers are those another implementation recovered; no metric and no reader can see them.
"""

from typing import Any

import pytest

from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store

RECOVERED = {
    "N1": (1.120e-4, 0.005e-4),
    "N2": (7.348e-4, 0.03e-4),
    "N3": (0.5729, 0.0005),
    "N4-text": (150.7, 0.1),
    "N4-table": (150.7, 0.1),
    "N5": (1.811, 0.01),
    "N6": (350.4, 0.1),
    "N7": (3.049, 0.01),
    "N8-text": (820, 0.01),
    "N8-table": (820, 0.01),
    "N9": (0.0715, 0.0015),
    "N10": (300, 0.01),
    "N11-low": (0.034, 0.0005),
    "N11-high": (0.138, 0.001),
    "N12": (198.9, 0.3),
    "N13-efficiency": (0.990, 0.0005),
    "N13-retention": (0.982, 0.002),
    "N14": (145.1, 0.3),
    "N15": (176.1, 0.3),
    "N16": (308.1, 0.3),
    "N17": (169.89, 0.005),
    "N21-bare": (-0.665, 0.005),
    "N21-wetted": (0.343, 0.002),
    "N21-coated": (0.0, 0.002),
}
"""What each claim comes to, and how near: volts, hours, mA·h/g, S/cm, eV, meV/h."""
CENSORED = {"N8-text", "N8-table", "N10"}
CONTRADICTED = {"M3", "N3", "N17", "E3"}
MEASURED = {"N18", "N19", "N20", "C12"}
"""Of images and densities: test_demo_structure knows their numbers."""
SUPPORTED = RECOVERED.keys() - CONTRADICTED - {"N5", "N13-retention"} | MEASURED


@pytest.fixture(scope="module")
def verdicts(demo_store: Store) -> dict[str, dict[str, Any]]:
    """Return the verdict of each claim by its name."""
    question = metric_question(read_metrics()["claim_verdict"], None)
    with demo_store.cursor() as cursor:
        names = dict(cursor.sql("SELECT claim_id, name FROM store.claim").fetchall())
        answer = asked(demo_store, cursor, question).to_arrow_table()
    return {names[row["claim_id"]]: row for row in answer.to_pylist()}


@pytest.mark.parametrize("name", RECOVERED)
def test_a_number_of_the_study_is_recovered(name: str, verdicts: dict[str, dict[str, Any]]) -> None:
    number, near = RECOVERED[name]
    assert verdicts[name]["recomputed"] == pytest.approx(number, abs=near)
    assert (verdicts[name]["recomputed_high"] is None) == (name in CENSORED)


def test_every_claim_has_its_verdict(verdicts: dict[str, dict[str, Any]]) -> None:
    of = {
        verdict: {name for name, row in verdicts.items() if row["verdict"] == verdict}
        for verdict in ("supported", "contradicted", "untestable")
    }
    assert of["supported"] == SUPPORTED
    assert of["contradicted"] == CONTRADICTED
    assert sum(map(len, of.values())) == len(verdicts) == 47
    assert all(row["why"] for row in verdicts.values())
