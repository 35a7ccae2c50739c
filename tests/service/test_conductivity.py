"""The conductivities and activation energies of pellets, from their exports on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ingest.intake import take_in
from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric import read_metrics
from service.question import metric_question
from service.store import Store

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


def answer(store: Store, name: str) -> Rows:
    """Return the answer of a metric for all tests."""
    question = metric_question(store, METRICS[name], None)
    with store.cursor() as cursor:
        store.begin(cursor, question.tests)
        rows: Rows = (
            cursor.sql(question.sql, params=dict(question.parameters)).to_arrow_table().to_pylist()
        )
    return rows


def expected(
    celsius: NDArray[np.float64], conductivity: NDArray[np.float64], convention: str
) -> Any:  # noqa: ANN401 # SciPy has no types
    """Return SciPy's line through ln(σT) or ln σ against 1/T."""
    kelvin = celsius + 273.15
    y = np.log(conductivity * kelvin) if convention == "sT" else np.log(conductivity)
    return stats.linregress(1 / kelvin, y)


def test_the_pellets_of_the_demo_conduct_as_the_study_reports(pellets: Store) -> None:
    rows = answer(pellets, "ionic_conductivity")
    assert {row["status"] for row in rows} == {"ok"}
    assert {row["method"] for row in rows} == {"real-axis intercept"}
    assert {row["reason"] for row in rows} == {None}
    at = {
        celsius: [r["conductivity_s_per_cm"] for r in rows if r["temperature_celsius"] == celsius]
        for celsius in CELSIUS
    }
    assert [len(values) for values in at.values()] == [3] * 6
    assert at[30.0] == pytest.approx([1.120e-4] * 3, rel=5e-3)
    assert at[60.0] == pytest.approx([7.34e-4] * 3, rel=7e-3)


def test_the_activation_energy_of_the_demo_is_that_of_its_two_conductivities(
    pellets: Store,
) -> None:
    rows = answer(pellets, "arrhenius")
    assert [(row["status"], row["count"]) for row in rows] == [("ok", 6)] * 6
    assert {row["object"] for row in rows} == {"total"}
    energies = {
        convention: [r["activation_energy_ev"] for r in rows if r["convention"] == convention]
        for convention in ("sT", "s")
    }
    assert energies["sT"] == pytest.approx([0.573] * 3, abs=1e-3)
    assert energies["s"] == pytest.approx([0.545] * 3, abs=1e-3)


@pytest.mark.parametrize("convention", ["sT", "s"])
def test_the_line_of_the_demo_is_that_of_scipy(pellets: Store, convention: str) -> None:
    sweeps = answer(pellets, "ionic_conductivity")
    rows = [r for r in answer(pellets, "arrhenius") if r["convention"] == convention]
    assert len(rows) == 3
    for row in rows:
        own = [each for each in sweeps if each["test_id"] == row["test_id"]]
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


@pytest.mark.exports
def test_a_real_pellet_gives_the_same_from_either_of_its_exports(
    exports: Path, tmp_path: Path
) -> None:
    warehouse = open_warehouse(Settings(home=tmp_path / "home"))
    for kind in ("mpr", "txt"):
        take_in(warehouse, exports / "hybrid-drt" / f"PEIS_LPSCl_IonBlocking_-25C.{kind}")
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    one, other = answer(store, "real_axis_resistance")
    store.close()
    warehouse.engine.dispose()
    assert (one["status"], other["status"]) == ("ok", "ok")
    assert one["resistance_ohm"] == pytest.approx(1439.73, rel=1e-4)
    assert other["resistance_ohm"] == pytest.approx(one["resistance_ohm"], rel=1e-5)
