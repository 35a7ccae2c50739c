"""Conductivities, interfaces and their activation energies, from the exports on."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.refit import analyzable, refit
from ingest.intake import take_in
from ingest.study.document import read_study
from ingest.study.entry import enter
from ingest.subject import SWEEPS
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store

pytestmark = pytest.mark.slow  # all stands on sweeps that are fitted first
Rows = list[dict[str, Any]]
METRICS = read_metrics()
BOLTZMANN_EV_PER_KELVIN = 8.617333262e-5
CELSIUS = [30.0, 40.0, 50.0, 60.0, 70.0, 80.0]
PELLETS = """\
study: synthetic-pellets
note: SYNTHETIC
substances:
  LATP: {role: electrolyte}
materials:
"""
PELLET = """\
  pellet-{n}:
    {{substance: LATP, thickness: 1000 µm, area: 1.131 cm², tests: [synthetic-pellet-{n}.mpt]}}
"""


CELLS = """\
study: synthetic-cells
source: SYNTHETIC
note: SYNTHETIC
substances:
  LATP: {role: electrolyte}
  Li: {role: electrode}
cells:
"""
CELL = """\
  {name}:
    configuration: {configuration}
    symmetric: true
    area: 0.7854 cm²
    layers: [{{substance: Li}}, {{substance: LATP}}, {{substance: Li}}]
    tests: [{tests}]
claims:
  drift:
    text: its activation energy falls
    quantity: activation_energy_drift
    value: falls
    subject: {{cell: {name}}}
  cold:
    text: at 30 °C
    quantity: ionic_conductivity
    value: 1.12e-4 S/cm
    subject: {{substance: LATP, temperature: 30 °C}}
  warm:
    text: at 60 °C
    quantity: ionic_conductivity
    value: 7.34e-4 S/cm
    subject: {{substance: LATP, temperature: 60 °C}}
  energy:
    text: of the electrolyte
    quantity: activation_energy
    value: 0.411 eV
    subject: {{substance: LATP}}
"""
CIRCUITS = (
    "R0-p(R1,CPE1)-p(R2,CPE2)",
    "R0-p(R1,CPE1)-p(R2,CPE2)-W3",
    "L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3",
)
"""The tail of a bare cell drowns in its noise: a Warburg element does not always show."""


@pytest.fixture(scope="module")
def pellets(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the store of a warehouse that took in the three pellets of the demo study."""
    folder = tmp_path_factory.mktemp("pellets")
    study = folder / "pellets.yaml"
    study.write_text(PELLETS + "".join(PELLET.format(n=n) for n in (1, 2, 3)), encoding="utf-8")
    warehouse = open_warehouse(Settings(home=folder / "home"))
    for n in (1, 2, 3):
        take_in(warehouse, demo_study / "exports" / f"synthetic-pellet-{n}.mpt")
    enter(warehouse.engine, read_study(study))
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()
    warehouse.engine.dispose()


@pytest.fixture(scope="module")
def cells(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the store of a warehouse that took in a bare cell of the demo study, fitted anew."""
    folder = tmp_path_factory.mktemp("cells")
    warehouse = open_warehouse(Settings(home=folder / "home"))
    name = "synthetic-bare-50uA-0"
    exports = sorted((demo_study / "exports").glob(f"{name}*"))
    assert len(exports) == 5
    for export in exports:
        take_in(warehouse, export)
    tests = ", ".join(export.name for export in exports)
    about = CELL.format(name=name, configuration="Li/LATP/Li", tests=tests)
    study = folder / "cells.yaml"
    study.write_text(CELLS + about, encoding="utf-8")
    enter(warehouse.engine, read_study(study))
    settings = AnalysisSettings.with_circuits(CIRCUITS)
    assert len(list(refit(warehouse, analyzable(warehouse, SWEEPS), settings, ("fit",)))) == 4
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()
    warehouse.engine.dispose()


def answer(
    store: Store, name: str, tests: Sequence[int] | None = None, **arguments: object
) -> Rows:
    """Return the answer of a metric, for all tests where none are named."""
    question = metric_question(METRICS[name], tests, arguments)
    with store.cursor() as cursor:
        rows: Rows = asked(store, cursor, question).to_arrow_table().to_pylist()
    return rows


def expected(
    celsius: NDArray[np.float64], conductivity: NDArray[np.float64], convention: str
) -> Any:  # noqa: ANN401 # SciPy has no types
    """Return SciPy's line through ln(σT) or ln σ against 1/T."""
    kelvin = celsius + 273.15
    y = np.log(conductivity * kelvin) if convention == "sT" else np.log(conductivity)
    return stats.linregress(1 / kelvin, y)


@pytest.mark.parametrize(
    ("method", "named", "near"),
    [
        ("best", "circuit fit", 2e-3),
        ("fit", "circuit fit", 2e-3),
        ("intercept", "real-axis intercept", 7e-3),
    ],
)
def test_the_pellets_of_the_demo_conduct_as_the_study_reports(
    pellets: Store, method: str, named: str, near: float
) -> None:
    rows = [
        r for r in answer(pellets, "ionic_conductivity", method=method) if r["object"] == "total"
    ]
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["method"] for row in rows} == {named}
    assert {row["reason"] for row in rows} == {None}
    at = {
        celsius: [r["conductivity_s_per_cm"] for r in rows if r["temperature_celsius"] == celsius]
        for celsius in CELSIUS
    }
    assert [len(values) for values in at.values()] == [3] * 6
    assert at[30.0] == pytest.approx([1.120e-4] * 3, rel=near)
    assert at[60.0] == pytest.approx([7.34e-4] * 3, rel=near)


def test_bulk_and_grain_boundaries_of_the_demo_are_told_apart(pellets: Store) -> None:
    rows = answer(pellets, "ionic_conductivity")
    cold = [row for row in rows if row["temperature_celsius"] == 30.0]
    shares = {"bulk": 0.3, "grain_boundary": 0.7, "total": 1.0}
    for row in cold:
        whole = 0.1 / (1.12e-4 * 1.131)
        near = 4 * row["resistance_error_ohm"]
        assert row["resistance_ohm"] == pytest.approx(shares[row["object"]] * whole, abs=near)
    assert len(cold) == 9


@pytest.mark.parametrize("method", ["best", "intercept"])
def test_the_activation_energy_of_the_demo_is_that_of_its_two_conductivities(
    pellets: Store, method: str
) -> None:
    rows = [row for row in answer(pellets, "arrhenius", method=method) if row["object"] == "total"]
    assert [row["count"] for row in rows] == [6] * 6
    # where ln(σT) is straight, ln σ bends, which fits are sharp enough to show
    assert {row["status"] for row in rows if row["convention"] == "sT"} == {"ok"}
    assert {row["weighted"] for row in rows} == {method == "best"}
    energies = {
        convention: [r["activation_energy_ev"] for r in rows if r["convention"] == convention]
        for convention in ("sT", "s")
    }
    assert energies["sT"] == pytest.approx([0.573] * 3, abs=1e-3)
    assert energies["s"] == pytest.approx([0.545] * 3, abs=1e-3)
    assert max(row["standard_error_ev"] for row in rows) < 1e-3


@pytest.mark.parametrize("convention", ["sT", "s"])
def test_the_line_of_the_demo_is_that_of_scipy(pellets: Store, convention: str) -> None:
    sweeps = [row for row in answer(pellets, "ionic_conductivity") if row["object"] == "total"]
    rows = [
        row
        for row in answer(pellets, "arrhenius", weighting="none")
        if row["convention"] == convention and row["object"] == "total"
    ]
    assert len(rows) == 3
    for row in rows:
        own = [each for each in sweeps if each["material_id"] == row["material_id"]]
        celsius = np.array([each["temperature_celsius"] for each in own])
        line = expected(
            celsius, np.array([each["conductivity_s_per_cm"] for each in own]), convention
        )
        energy = -BOLTZMANN_EV_PER_KELVIN * line.slope
        error = BOLTZMANN_EV_PER_KELVIN * line.stderr
        half = stats.t.ppf(0.975, 4) * error
        assert row["activation_energy_ev"] == pytest.approx(energy, rel=1e-9)
        assert row["standard_error_ev"] == pytest.approx(error, rel=1e-9)
        assert row["low_ev"] == pytest.approx(energy - half, rel=1e-9)
        assert row["high_ev"] == pytest.approx(energy + half, rel=1e-9)
        assert row["ln_prefactor"] == pytest.approx(line.intercept, rel=1e-9)


def test_the_interface_of_the_demo_ages_as_it_was_made(cells: Store) -> None:
    rows = answer(cells, "interface_resistance")
    assert len(rows) == 24
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["convention"] for row in rows} == {"per_interface"}
    hours = sorted({round(row["cycling_time_hour"]) for row in rows})
    assert hours == [0, 50, 100, 140]
    for row in rows:
        if row["temperature_celsius"] == 60.0:
            hour = round(row["cycling_time_hour"])
            both = 4500 * (1 + (hour / 45) ** 1.6)
            assert row["interface_resistance_ohm_cm2"] == pytest.approx(both / 2, rel=3e-3)


def test_the_fresh_interface_has_the_energy_that_the_study_tells_of_the_electrolyte(
    cells: Store,
) -> None:
    lines = [row for row in answer(cells, "arrhenius") if row["convention"] == "sT"]
    assert {row["object"] for row in lines} == {"interface"}
    energies = sorted((row["activation_energy_ev"] for row in lines), reverse=True)
    assert energies == pytest.approx([0.411, 0.3777, 0.3443, 0.3177], abs=2e-3)


def test_the_activation_energy_of_the_bare_cell_falls(cells: Store) -> None:
    (row,) = answer(cells, "activation_energy_drift")
    assert row["verdict"] == "falls"
    assert row["drift_mev_per_100_hour"] == pytest.approx(-66.5, abs=0.5)
    assert row["first_energy_ev"] == pytest.approx(0.411, abs=2e-3)
    assert (row["count"], row["first_hour"]) == (4, 0)


def of_claim(store: Store, metric: str, name: str) -> Rows:
    """Return the rows of a metric that are about a claim."""
    with store.cursor() as cursor:
        query = "SELECT claim_id FROM store.claim WHERE name = $name"
        (claim,) = cursor.execute(query, {"name": name}).fetchone() or (None,)
    return [row for row in answer(store, metric) if row["claim_id"] == claim]


def test_an_energy_that_fits_the_interface_is_still_no_energy_of_the_electrolyte(
    cells: Store,
) -> None:
    (verdict,) = of_claim(cells, "claim_verdict", "energy")
    assert verdict["verdict"] == "contradicted"
    flags = {row["flag"]: row["why"] for row in of_claim(cells, "claim_flag", "energy")}
    assert flags["fits_another_object"].startswith(
        "0.411 eV meets the activation energy of the interface of synthetic-bare-50uA-0 when fresh"
    )
    assert "activation_energy_disagrees" in flags


def test_the_claim_of_its_drift_is_supported(cells: Store) -> None:
    (row,) = of_claim(cells, "claim_verdict", "drift")
    assert row["verdict"] == "supported"
    assert row["why"].startswith("falls, -66.")
    assert row["unit"] == "meV/h"
    assert row["recomputed"] == pytest.approx(-0.665, abs=5e-3)


def numbers(row: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of a row, to be compared to their rounding: sums have no order."""
    return {name: value for name, value in row.items() if isinstance(value, float)}


def words(row: dict[str, Any]) -> dict[str, Any]:
    """Return all else of a row."""
    return {name: value for name, value in row.items() if not isinstance(value, float)}


@pytest.mark.parametrize(
    "name",
    [
        "fitted_resistance",
        "interface_resistance",
        "cycling_time",
        "impedance_validity",
        "distribution_of_relaxation_times",
        "relaxation_process",
    ],
)
def test_a_test_asked_for_alone_answers_as_among_all(cells: Store, name: str) -> None:
    rows = answer(cells, name)
    tests = sorted({row["test_id"] for row in rows})
    assert len(tests) == 4
    apart = [row for test in tests for row in answer(cells, name, [test])]
    assert len(apart) == len(rows)
    for one, other in zip(apart, rows, strict=True):
        assert numbers(one) == pytest.approx(numbers(other), rel=1e-6)
        assert words(one) == words(other)


def test_every_sweep_of_the_demo_is_valid(cells: Store, pellets: Store) -> None:
    for store in (cells, pellets):
        rows = answer(store, "impedance_validity")
        assert {row["kramers_kronig_verdict"] for row in rows} == {"valid"}
        for row in rows:
            doubt = row["reason"] or ""
            assert (row["status"] == "ok") == (doubt == "")
            assert doubt == "" or doubt.startswith("not_identifiable: arc")


@pytest.mark.parametrize("way", ["ridge", "non_negative"])
def test_a_distribution_holds_the_resistance_that_relaxes(cells: Store, way: str) -> None:
    density = answer(cells, "distribution_of_relaxation_times", way=way)
    whole = {
        (row["test_id"], row["spectrum_count"]): row["resistance_ohm"]
        for row in answer(cells, "fitted_resistance")
        if row["object"] == "interface"
    }
    assert len(whole) == 24
    for sweep, ohm in whole.items():
        own = [row for row in density if (row["test_id"], row["spectrum_count"]) == sweep]
        at = np.log([row["time_constant_second"] for row in own])
        area = np.trapezoid([row["density_ohm"] for row in own], at)
        assert ohm * 0.98 < area < ohm * 1.25  # grain boundaries relax too
    peaks = answer(cells, "relaxation_process", way=way)
    largest = dict.fromkeys(whole, 0.0)
    for row in peaks:
        sweep = (row["test_id"], row["spectrum_count"])
        largest[sweep] = max(largest[sweep], row["resistance_ohm"])
    for sweep, ohm in whole.items():
        assert largest[sweep] == pytest.approx(ohm, rel=0.1)


@pytest.mark.slow
@pytest.mark.exports
def test_a_real_pellet_gives_the_same_from_either_of_its_exports(
    exports: Path, tmp_path: Path
) -> None:
    answers = []
    for kind in ("mpr", "txt"):  # in one warehouse they are one test
        warehouse = open_warehouse(Settings(home=tmp_path / kind))
        take_in(warehouse, exports / "hybrid-drt" / f"PEIS_LPSCl_IonBlocking_-25C.{kind}")
        store = Store(warehouse.engine, warehouse.lake)
        store.refresh()
        answers += answer(store, "real_axis_resistance")
        store.close()
        warehouse.engine.dispose()
    one, other = answers
    assert (one["status"], other["status"]) == ("ok", "ok")
    assert one["resistance_ohm"] == pytest.approx(1439.73, rel=1e-4)
    assert other["resistance_ohm"] == pytest.approx(one["resistance_ohm"], rel=1e-5)
