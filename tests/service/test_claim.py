"""Claims of the founding study, compared with themselves and with a few cells made by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schema.catalog import Cell, CellLayer, Claim, Property, Substance
from schema.catalog.connection import change
from schema.configuration import parse_configuration
from service.metric.library import read_metrics
from service.store.claim import UNITS
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.service.bench import Bench as OpenBench

Bench = Any
Rows = dict[Any, dict[str, Any]]
METRICS = read_metrics()
LATP, PB, FULL = "Li/LATP/Li", "Li/IL@PB@LATP/Li", "Li/IL@PB@LATP/LFP"
SLOW, FAST = {"current_density": "0.025 mA/cm²"}, {"current_density": "0.1 mA/cm²"}
MIDDLE = {"current_density": "0.05 mA/cm²"}

REPORTED: tuple[tuple[str, str, dict[str, Any], dict[str, str], dict[str, str]], ...] = (
    (
        "M3",
        "ionic_conductivity",
        {"value": 1e-4, "unit": "S/cm", "qualifier": ">"},
        {"substance": "LATP", "temperature": "25 °C"},
        {},
    ),
    (
        "N1",
        "ionic_conductivity",
        {"value": 1.12e-4, "unit": "S/cm"},
        {"substance": "LATP", "temperature": "30 °C"},
        {},
    ),
    (
        "N2",
        "ionic_conductivity",
        {"value": 7.34e-4, "unit": "S/cm"},
        {"substance": "LATP", "temperature": "60 °C"},
        {},
    ),
    ("N3", "activation_energy", {"value": 0.411, "unit": "eV"}, {"substance": "LATP"}, {}),
    (
        "N4-text",
        "time_to_failure",
        {"value": 150, "unit": "h", "qualifier": "<="},
        {"configuration": LATP, **MIDDLE},
        {},
    ),
    ("N4", "time_to_failure", {"value": 150, "unit": "h"}, {"configuration": LATP, **MIDDLE}, {}),
    (
        "N7",
        "polarization",
        {"value": 3000, "unit": "mV", "qualifier": "~"},
        {"configuration": "Li/IL@LATP/Li", **MIDDLE},
        {"last": "10 h"},
    ),
    (
        "N8",
        "time_to_failure",
        {"value": 800, "unit": "h", "qualifier": ">="},
        {"configuration": PB, **MIDDLE},
        {},
    ),
    (
        "N11",
        "polarization",
        {"value": 50, "unit": "mV", "qualifier": "<"},
        {"configuration": PB, **SLOW},
        {},
    ),
    (
        "N12",
        "discharge_capacity",
        {"value": 200, "unit": "mAh/g", "qualifier": "~"},
        {"configuration": FULL, **SLOW},
        {"cycle": "1"},
    ),
    (
        "N13",
        "coulombic_efficiency",
        {"value": 99, "unit": "%"},
        {"configuration": FULL, **SLOW},
        {"cycle": "160"},
    ),
    (
        "N13-retention",
        "capacity_retention",
        {"text_value": "no significant decay"},
        {"configuration": FULL, **SLOW},
        {"cycle": "160"},
    ),
    (
        "N14",
        "discharge_capacity",
        {"value": 145, "unit": "mAh/g"},
        {"configuration": FULL, **FAST},
        {"cycle": "200"},
    ),
    (
        "N16",
        "discharge_capacity",
        {"value": 300, "unit": "mAh/g", "qualifier": ">"},
        {"configuration": "Li/IL@PB@LATP/FeF3", **SLOW},
        {"cycle": "60"},
    ),
    ("N17", "theoretical_capacity", {"value": 172, "unit": "mAh/g"}, {"substance": "LFP"}, {}),
    ("N18", "relative_density", {"value": 92, "unit": "%"}, {"substance": "LATP"}, {}),
    (
        "N20",
        "layer_thickness",
        {"value": 1, "unit": "µm", "qualifier": "~"},
        {"substance": "PB"},
        {},
    ),
    (
        "K4",
        "capacity_retention",
        {"value": 200, "unit": "mAh/g", "qualifier": "~"},
        {"configuration": FULL, **SLOW},
        {"cycle": "160"},
    ),
)


def reported(bench: Bench) -> Bench:
    """Enter what the study reports into an empty warehouse, and return that."""
    with change(bench.engine, "study") as (session, _):
        latp = Substance(name="LATP", formula="Li1.3Al0.3Ti1.7(PO4)3")
        coating = Substance(name="PB")
        session.add_all(
            [
                latp,
                coating,
                Substance(name="LFP", formula="LiFePO4", electrons=1),
                Substance(name="FeF3", formula="FeF3", electrons=3),
            ]
        )
        session.flush()
        session.add_all(
            [
                Property(name="reduction_potential", substance_id=latp.id, value=2.34, unit="V"),
                Property(name="redox_potential", substance_id=coating.id, value=3070, unit="mV"),
            ]
        )
        for name, quantity, value, subject, parameters in REPORTED:
            session.add(claim(name, quantity, value, subject, parameters))
    return bench


@pytest.fixture
def study(bare_warehouse: Bench) -> Bench:
    """Return a warehouse of what the study reports, without any measurement."""
    return reported(bare_warehouse)


@pytest.fixture(scope="module")
def study_alone(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return the same, for reading only."""
    home = tmp_path_factory.mktemp("study") / "home"
    shutil.copytree(bare_home, home)
    bench = OpenBench(home)
    yield reported(bench)
    bench.engine.dispose()


def claim(
    name: str,
    quantity: str | None,
    value: dict[str, Any] | None = None,
    subject: dict[str, str] | None = None,
    parameters: dict[str, str] | None = None,
    **more: str,
) -> Claim:
    """Return a claim as a person would enter it."""
    return Claim(
        name=name,
        source="founding study",
        text=name,
        quantity=quantity,
        subject=subject or {},
        parameters=parameters or {},
        **(value or {}),
        **more,
    )


def ask(bench: Bench, metric: str, **arguments: object) -> list[dict[str, Any]]:
    """Return the rows of a metric, each with the name of its claim."""
    store = Store(bench.engine, bench.lake)
    store.refresh()
    question = metric_question(METRICS[metric], None, arguments)
    try:
        with store.cursor() as cursor:
            names = dict(cursor.execute("SELECT claim_id, name FROM store.claim").fetchall())
            rows: list[dict[str, Any]] = asked(store, cursor, question).to_arrow_table().to_pylist()
    finally:
        store.close()
    return [row | {"name": names[row["claim_id"]]} for row in rows]


@pytest.fixture(scope="module")
def verdicts(study_alone: Bench) -> Rows:
    """Return the verdicts by the name of the claim."""
    return {row["name"]: row for row in ask(study_alone, "claim_verdict")}


@pytest.fixture(scope="module")
def flags(study_alone: Bench) -> dict[tuple[str, str], str]:
    """Return why, by the name of the claim and the flag."""
    rows = ask(study_alone, "claim_flag")
    found = {(row["name"], row["flag"]): row["why"] for row in rows}
    assert len(found) == len(rows)  # the grain
    return found


def test_every_claim_has_one_verdict(verdicts: Rows) -> None:
    assert set(verdicts) == {name for name, *_ in REPORTED}
    assert {row["verdict"] for row in verdicts.values()} == {"contradicted", "untestable"}


def test_two_conductivities_contradict_the_activation_energy(verdicts: Rows) -> None:
    row = verdicts["N3"]
    assert row["verdict"] == "contradicted"
    assert row["recomputed"] == pytest.approx(0.5728, abs=1e-4)
    assert row["recomputed_low"] == pytest.approx(0.5454, abs=1e-4)
    assert row["recomputed_high"] == pytest.approx(0.5728, abs=1e-4)
    assert row["unit"] == "eV"
    assert "0.411 eV ± 0.02 eV" in row["why"]


def test_the_formula_contradicts_the_theoretical_capacity(verdicts: Rows) -> None:
    row = verdicts["N17"]
    assert row["verdict"] == "contradicted"
    assert row["recomputed"] == pytest.approx(169.893, abs=1e-3)


def test_the_study_contradicts_the_bound_it_quotes(verdicts: Rows) -> None:
    row = verdicts["M3"]
    assert row["verdict"] == "contradicted"
    assert row["recomputed_low"] == pytest.approx(0.79e-4, rel=0.01)
    assert row["recomputed_high"] == pytest.approx(0.87e-4, rel=0.01)


def test_a_capacity_is_no_retention(verdicts: Rows, flags: dict[tuple[str, str], str]) -> None:
    assert verdicts["K4"]["verdict"] == "untestable"
    assert "a specific capacity and no capacity_retention" in verdicts["K4"]["why"]
    assert ("K4", "unit_does_not_fit") in flags


def test_without_cells_it_says_which_are_missing(verdicts: Rows) -> None:
    assert verdicts["N4"]["why"] == (
        "no symmetric cell that can be judged, of configuration Li/LATP/Li at 0.05 mA/cm² is in "
        "the warehouse"
    )
    assert verdicts["N18"]["why"] == "no piece of LATP has mass, sizes and the cell of a crystal"
    assert verdicts["N4"]["basis_count"] == 0


@pytest.mark.parametrize(
    ("name", "flag", "said"),
    [
        ("M3", "conductivity_below_bound", "7.88e-05 to 7.89e-05 S/cm"),
        ("M3", "conductivity_below_bound", "8.6e-05 to 8.75e-05 S/cm"),
        ("N3", "activation_energy_disagrees", "0.573 eV by ln(σT) and 0.545 eV by ln σ"),
        ("N3", "no_standard_error", "two temperatures only, by N1, N2"),
        ("N3", "missing_temperature", "activation_energy"),
        ("N4", "no_replicates", "7.5 mA·h/cm²"),
        ("N4", "conflicting_reports", "150 h, but N4-text tells <= 150 h"),
        ("N4-text", "conflicting_reports", "<= 150 h, but N4 tells 150 h"),
        ("N7", "apparent_resistance", "~ 60000 Ω·cm²"),
        ("N8", "censored_life", "at least 5.33 times N4, Li/LATP/Li"),
        ("N8", "no_replicates", ">= 40 mA·h/cm²"),
        ("N11", "apparent_resistance", "< 2000 Ω·cm²"),
        ("N12", "exceeds_theory", "17.7 % above the 169.9 mA·h/g"),
        ("N12", "missing_loading", "at 1 mg/cm² it would be C/6.8"),
        ("N13", "efficiency_against_retention", "160 cycles is 0.20; up to 320 mA·h/g"),
        ("N13", "efficiency_against_retention", "N13-retention tells"),
        ("N13", "implied_duration", "2560 h per mg/cm²"),
        ("N14", "implied_duration", "580 h per mg/cm²"),
        ("N14", "no_initial_value", "at cycle 200 is unknown"),
        ("N14", "missing_loading", "C/1.7"),
        ("N16", "electrons_used", "> 1.26 of the 3 electrons of FeF3"),
        ("N17", "theoretical_capacity_disagrees", "+1.2 %"),
        ("N18", "missing_theoretical_density", "no theoretical_density of LATP"),
        ("N20", "reduced_before", "by 0.73 V"),
    ],
)
def test_it_is_flagged(flags: dict[tuple[str, str], str], name: str, flag: str, said: str) -> None:
    assert said in flags[name, flag]


def test_what_is_as_it_should_be_is_not_flagged(flags: dict[tuple[str, str], str]) -> None:
    assert ("N12", "no_initial_value") not in flags
    assert ("N14", "exceeds_theory") not in flags
    assert ("N11", "below_ohmic_floor") not in flags
    assert not [key for key in flags if key[0] in {"N1", "N2"}]


@pytest.mark.slow
def test_a_theoretical_density_ends_its_flag(study: Bench) -> None:
    with change(study.engine, "density") as (session, _):
        latp = session.query(Substance).filter_by(name="LATP").one()
        session.add(
            Property(name="theoretical_density", substance_id=latp.id, value=2.93, unit="g/cm³")
        )
    assert "missing_theoretical_density" not in {row["flag"] for row in ask(study, "claim_flag")}


def add_symmetric(
    bench: Bench, name: str, configuration: str, hours: int, last_volt: float
) -> None:
    """Add a cell of 1 cm² at 0.05 mA/cm² that ends at a voltage, an hour each half-cycle."""
    cell_id = bench.add_cell(name, configuration=configuration, symmetric=True, area_cm2=1.0)
    with change(bench.engine, "layers") as (session, _):
        cell = session.get_one(Cell, cell_id)
        latp = session.query(Substance).filter_by(name="LATP").one()
        cell.layers = [
            CellLayer(
                position=layer.position,
                role=layer.role,
                substance_id=latp.id if layer.substance == "LATP" else None,
                thickness_um=1000 if layer.substance == "LATP" else None,
            )
            for layer in parse_configuration(configuration)
        ]
    stretch = type(bench.stretches(1)[0])
    halves = [
        stretch(
            "charge" if hour % 2 == 0 else "discharge",
            hour // 2 + 1,
            5e-5 if hour % 2 == 0 else -5e-5,
            3600.0,
            0.1 if hour % 2 == 0 else -0.1,
            (last_volt if hour == hours - 1 else 0.1) * (1 if hour % 2 == 0 else -1),
        )
        for hour in range(hours)
    ]
    bench.add_test(f"{name}.mpr", halves, cell_id=cell_id)


@pytest.fixture
def lived(study: Bench) -> Bench:
    """Return the study with cells that failed after 150 h and one that ran 810 h."""
    for number, hours in enumerate((120, 150, 160)):
        add_symmetric(study, f"bare-{number}", LATP, hours, 5.0)
    add_symmetric(study, "coated", PB, 810, 0.1)
    return study


@pytest.mark.slow
def test_the_median_of_the_cells_decides_about_a_life(lived: Bench) -> None:
    verdicts = {row["name"]: row for row in ask(lived, "claim_verdict")}
    row = verdicts["N4"]
    assert row["verdict"] == "supported"
    assert row["recomputed"] == pytest.approx(150, abs=0.1)
    assert row["recomputed_low"] == pytest.approx(119, abs=0.1)  # the hour it failed in
    assert row["recomputed_high"] == pytest.approx(160, abs=0.1)
    assert "the median of 3 bases" in row["why"]
    assert verdicts["N4-text"]["verdict"] == "supported"
    assert verdicts["N8"]["verdict"] == "supported"
    assert verdicts["N8"]["recomputed_high"] is None
    assert (row["status"], row["reason"]) == ("ok", None)
    assert (verdicts["N8"]["status"], verdicts["N8"]["reason"]) == (
        "censored",
        "alive at the end",
    )


@pytest.mark.slow
def test_a_life_that_ended_with_the_test_contradicts_an_equality(lived: Bench) -> None:
    with change(lived.engine, "more") as (session, _):
        subject = {"configuration": PB, **MIDDLE}
        for name, hours, qualifier in (("E", 700, None), ("L", 900, "<"), ("G", 900, ">")):
            value = {"value": hours, "unit": "h", "qualifier": qualifier}
            session.add(claim(name, "time_to_failure", value, subject))
    verdicts = {row["name"]: row for row in ask(lived, "claim_verdict")}
    assert verdicts["E"]["verdict"] == "contradicted"
    assert verdicts["L"]["verdict"] == "untestable"
    assert verdicts["G"]["verdict"] == "untestable"
    assert "the data do not decide" in verdicts["G"]["why"]


@pytest.mark.slow
def test_every_basis_leads_to_its_test(lived: Bench) -> None:
    rows = [row for row in ask(lived, "claim_evidence") if row["name"] == "N4"]
    assert [row["basis"] for row in rows] == ["cell bare-0", "cell bare-1", "cell bare-2"]
    assert all(row["test_id"] and row["method"] == "runaway at 5 V" for row in rows)


@pytest.mark.slow
def test_less_than_the_electrolyte_takes_is_flagged(lived: Bench) -> None:
    with change(lived.engine, "more") as (session, _):
        value = {"value": 6, "unit": "mV"}
        session.add(claim("Z", "polarization", value, {"configuration": PB, **MIDDLE}))
    flags = {(row["name"], row["flag"]): row["why"] for row in ask(lived, "claim_flag")}
    assert "120 Ω·cm², less than the 136 Ω·cm² of 1000 µm LATP" in flags["Z", "below_ohmic_floor"]


@pytest.mark.slow
def test_a_person_stands_where_nothing_can_be_recomputed(study: Bench) -> None:
    with change(study.engine, "judged") as (session, _):
        session.add(claim("E3", None, verdict="contradicted", why="the sign is wrong"))
        session.add(
            claim(
                "N17-judged",
                "theoretical_capacity",
                {"value": 172, "unit": "mAh/g"},
                {"substance": "LFP"},
                verdict="supported",
                why="it is what everybody says",
            )
        )
    verdicts = {row["name"]: row for row in ask(study, "claim_verdict")}
    assert verdicts["E3"]["verdict"] == "contradicted"
    assert verdicts["E3"]["why"] == "judged: the sign is wrong"
    assert verdicts["N17-judged"]["verdict"] == "contradicted"


@pytest.mark.slow
def test_a_wider_tolerance_supports_what_a_narrow_one_does_not(study: Bench) -> None:
    def verdict(tolerance: float) -> str:
        rows = ask(study, "claim_verdict", tolerance=tolerance)
        return next(str(row["verdict"]) for row in rows if row["name"] == "N17")

    assert [verdict(0.01), verdict(0.02)] == ["contradicted", "supported"]


def test_the_units_are_those_the_claims_are_converted_to(bare_warehouse: Bench) -> None:
    with change(bare_warehouse.engine, "claims") as (session, _):
        session.add_all([claim(quantity, quantity) for quantity in UNITS])
    units = {row["name"]: row["unit"] for row in ask(bare_warehouse, "claim_subject")}
    assert units == dict(UNITS)
