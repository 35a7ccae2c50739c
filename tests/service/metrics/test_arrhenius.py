"""arrhenius: one line per object and time of cycling, through different temperatures.

Laws are given what was made of each sweep, which is planned in a third of the time; single tests
begin at the fits of sweeps, as a warehouse does.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Rows = list[dict[str, Any]]
LAW = law(15)
BOLTZMANN_EV_PER_KELVIN = 8.617333262e-5
START = datetime(2026, 2, 16, 9)  # noqa: DTZ001 — the instrument's own clock
MADE = {"version": "1", "parameter_hash": "a", "circuit": "R0", "latest": True}
HOT = [20.0, 35.0, 50.0, 65.0, 80.0]


def ohms(energy_ev: float, celsius: Sequence[float]) -> list[float]:
    """Return resistances that follow ln(T/R) with an activation energy."""
    kelvin = np.array(celsius) + 273.15
    barrier = energy_ev / BOLTZMANN_EV_PER_KELVIN
    return [float(each) for each in kelvin * np.exp(barrier * (1 / kelvin - 1 / 333.15))]


def swept(
    ohm: Sequence[float],
    celsius: Sequence[float],
    tests: Sequence[int] | int = 1,
    *,
    begun: Sequence[float] | float = 0.0,
    cell: bool = False,
    spoilt: Sequence[int] = (),
) -> dict[str, Rows]:
    """Return fitted sweeps of pellet 9, or of the interface of cell 7, in these tests.

    ``begun`` is when the test of each was begun, in hours; ``spoilt`` are of low quality.
    """
    rows: dict[str, Rows] = {name: [] for name in ("sweep", "spectrum", "fit", "fit_parameter")}
    rows |= {"arc": [], "test": []}
    of = np.broadcast_to(tests, len(ohm)).tolist()
    hours = np.broadcast_to(begun, len(ohm)).tolist()
    for count, (each, degrees, test) in enumerate(zip(ohm, celsius, of, strict=True), 1):
        sweep = {"test_id": test, "spectrum_count": count}
        degree = {"temperature_celsius": degrees}
        rows["sweep"].append(sweep | degree | {"start_time_second": 0.0})
        rows["spectrum"].append(sweep | degree | {"frequency_hertz": 1.0})
        doubt = {"status": "low_quality", "reason": "noisy"} if count - 1 in spoilt else {}
        rows["fit"].append(sweep | MADE | {"chosen": True, "status": "ok"} | doubt)
        value = {"value": 1.0 if cell else each, "standard_error": 1e-3 * each}
        rows["fit_parameter"].append(sweep | MADE | {"element": "R0", "parameter": "R"} | value)
        if cell:
            width = {"resistance_ohm": each, "resistance_error_ohm": 1e-3 * each}
            what = {"element": "R1", "capacitance_farad": 1e-6, "assignment": "interface"}
            rows["arc"].append(sweep | MADE | width | what)
    on = {"cell_id": 7} if cell else {"material_id": 9}
    rows["test"] = [
        {"test_id": test, "test_name": str(test), "started_at": START + timedelta(hours=hour)} | on
        for test, hour in dict(zip(of, hours, strict=True)).items()
    ]
    if not cell:
        rows["interface_resistance"] = []
    rows["cell"] = [{"cell_id": 7, "symmetric": True, "area_cm2": 2.0}]
    rows["material"] = [{"material_id": 9, "thickness_um": 1000.0, "area_cm2": 2.0}]
    return rows


def conducting(
    ohm: Sequence[float],
    celsius: Sequence[float],
    tests: Sequence[int] | int = 1,
    *,
    spoilt: Sequence[int] = (),
) -> dict[str, Rows]:
    """Return what ionic_conductivity makes of these sweeps of pellet 9."""
    rows = []
    of = np.broadcast_to(tests, len(ohm)).tolist()
    for count, (each, degrees, test) in enumerate(zip(ohm, celsius, of, strict=True), 1):
        row = {"test_id": test, "spectrum_count": count, "object": "total", "material_id": 9}
        row |= {"temperature_celsius": degrees, "method": "circuit fit", "status": "ok"}
        row |= {"resistance_ohm": each, "resistance_error_ohm": 1e-3 * each}
        row |= {"conductivity_s_per_cm": 0.1 / (2.0 * each)}
        doubt = {"status": "low_quality", "reason": "noisy"} if count - 1 in spoilt else {}
        rows.append(row | doubt)
    return {"ionic_conductivity": rows, "interface_resistance": []}


def ageing(
    ohm: Sequence[float], celsius: Sequence[float], tests: Sequence[int], hours: Sequence[float]
) -> dict[str, Rows]:
    """Return what interface_resistance makes of these sweeps of cell 7, each after its cycling."""
    rows = []
    numbered = enumerate(zip(ohm, celsius, tests, hours, strict=True), 1)
    for count, (each, degrees, test, hour) in numbered:
        row = {"test_id": test, "spectrum_count": count, "cell_id": 7, "status": "ok"}
        row |= {"temperature_celsius": degrees, "cycling_time_hour": hour}
        row |= {"interface_resistance_ohm_cm2": each, "interface_error_ohm_cm2": 1e-3 * each}
        rows.append(row)
    return {"ionic_conductivity": [], "interface_resistance": rows}


def cycling(hours: int) -> dict[str, Rows]:
    """Return half-cycles of an hour of cell 7, one after the other."""
    return {
        "cycled": [
            {"cell_id": 7, "test_id": 99, "started_at": START, "duration_second": 3600.0}
            | {"step_count": hour + 1, "start_time_second": 3600.0 * hour}
            for hour in range(hours)
        ]
    }


def line(rows: Rows, convention: str = "sT", thing: str = "total") -> dict[str, Any]:
    """Return the only line of an object."""
    (row,) = (r for r in rows if (r["convention"], r["object"]) == (convention, thing))
    return row


def near(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Assert that two rows are alike but for rounding and for how many tests there were."""
    for name, value in one.items():
        if name != "test_count":
            alike = isinstance(value, float)
            assert value == (pytest.approx(other[name], rel=1e-7) if alike else other[name])


@LAW
@given(
    tests=st.lists(st.integers(1, 5), min_size=5, max_size=5),
    noise=st.lists(st.floats(-0.02, 0.02), min_size=5, max_size=5),
)
def test_in_how_many_files_the_sweeps_of_a_pellet_are_is_all_one(
    tests: list[int], noise: list[float], ask: Ask
) -> None:
    ohm = (np.array(ohms(0.35, HOT)) * np.exp(noise)).tolist()
    whole, parted = (ask("arrhenius", conducting(ohm, HOT, each)) for each in (1, tests))
    for convention in ("sT", "s"):
        one, other = (line(rows, convention) for rows in (whole, parted))
        near(one, other)
        assert (one["count"], one["sweep_count"], one["line_count"]) == (5, 5, 1)
        assert (one["test_count"], other["test_count"]) == (1, len(set(tests)))


@LAW
@given(noise=st.lists(st.floats(-0.1, 0.1), min_size=5, max_size=5))
def test_a_line_tells_how_far_it_may_be_off_anywhere(noise: list[float], ask: Ask) -> None:
    """NumPy's covariance of a straight line through the same points is the oracle."""
    ohm = np.array(ohms(0.35, HOT)) * np.exp(noise)
    row = line(ask("arrhenius", conducting(ohm.tolist(), HOT), weighting="none"), "s")
    inverse = 1 / (BOLTZMANN_EV_PER_KELVIN * (np.array(HOT) + 273.15))
    logarithm = np.log(0.1 / (2.0 * ohm))
    (slope, height), covariance = np.polyfit(inverse, logarithm, 1, cov=True)
    assert -row["activation_energy_ev"] == pytest.approx(slope, rel=1e-6)
    assert row["ln_prefactor"] == pytest.approx(height, rel=1e-6)
    assert row["center_per_ev"] == pytest.approx(inverse.mean())
    assert row["standard_error_ev"] == pytest.approx(covariance[0, 0] ** 0.5, rel=1e-4)
    assert row["ln_prefactor_error"] == pytest.approx(covariance[1, 1] ** 0.5, rel=1e-4)


@LAW
@given(
    energy=st.floats(0.1, 1.0),
    times=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    scatter=st.lists(st.floats(0, 0.99), min_size=12, max_size=12),
)
def test_sweeps_closer_than_a_kelvin_are_one_temperature(
    energy: float, times: list[int], scatter: list[float], ask: Ask
) -> None:
    """However often each was swept, two are an energy without an error, three are a line."""
    for nominal in ([30.0, 60.0], [30.0, 45.0, 60.0]):
        celsius = [
            degrees + scatter[4 * n + again]
            for n, degrees in enumerate(nominal)
            for again in range(times[n])
        ]
        row = line(ask("arrhenius", conducting(ohms(energy, celsius), celsius)))
        assert (row["count"], row["sweep_count"]) == (len(nominal), len(celsius))
        assert row["activation_energy_ev"] == pytest.approx(energy, rel=2e-3)
        two = len(nominal) == 2
        assert (row["standard_error_ev"] is None) is two
        assert (row["status"], row["reason"]) == (
            ("low_quality", "only 2 temperatures") if two else ("ok", None)
        )


def test_what_a_fit_in_doubt_costs_reaches_the_line_from_the_fits_on(ask: Ask) -> None:
    rows = swept(ohms(0.35, HOT), HOT, range(1, 6), spoilt=[1])
    strict, lax = (
        line(ask("arrhenius", rows, quality=each, method="fit")) for each in ("ok", "any")
    )
    assert (strict["sweep_count"], strict["left_out_count"], strict["status"]) == (4, 1, "ok")
    assert (lax["sweep_count"], lax["reason"]) == (5, "1 of 5 sweeps are not ok: noisy")
    at_once = line(ask("arrhenius", conducting(ohms(0.35, HOT), HOT, range(1, 6), spoilt=[1])))
    near(strict, at_once)


def test_a_slow_ramp_is_no_single_temperature(ask: Ask) -> None:
    ramp = np.arange(30.0, 50.0, 0.5).tolist()
    row = line(ask("arrhenius", swept(ohms(0.4, ramp), ramp)))
    assert row["count"] == 20
    assert row["activation_energy_ev"] == pytest.approx(0.4, rel=1e-4)
    drift = [30.0, 30.9, 31.8]
    row = line(ask("arrhenius", swept(ohms(0.4, drift), drift)))
    assert (row["count"], row["status"]) == (1, "not_computable")


@pytest.mark.parametrize("count", [4, 5, 6, 20, 33, 34, 60])
@pytest.mark.parametrize("share", [0.97, 1.03])
def test_it_is_curved_beyond_students_t_at_one_percent(count: int, share: float, ask: Ask) -> None:
    """The residuals of a parabola, scaled until its quadratic term is just so significant."""
    celsius = np.linspace(20.0, 90.0, count)
    kelvin = celsius + 273.15
    x = 1 / kelvin
    basis = np.polynomial.chebyshev.chebvander(np.interp(x, [x.min(), x.max()], [-1, 1]), 3)
    q, _ = np.linalg.qr(basis)
    t = share * float(stats.t.ppf(0.995, count - 3))
    rest = 1e-3 * (t * q[:, 2] / np.sqrt(count - 3) + q[:, 3])
    ohm = (np.array(ohms(0.4, celsius.tolist())) * np.exp(-rest)).tolist()
    rows = ask("arrhenius", conducting(ohm, celsius.tolist()), weighting="none")
    row = line(rows)
    assert abs(row["curvature_t"]) == pytest.approx(t, rel=1e-4)
    assert row["status"] == ("low_quality" if share > 1 else "ok")
    assert (row["reason"] or "").startswith("curved") is (share > 1)


@LAW
@given(spoilt=st.sets(st.integers(0, 4), max_size=5))
def test_what_is_not_ok_is_on_no_line_unless_anything_may(spoilt: set[int], ask: Ask) -> None:
    rows = conducting(ohms(0.35, HOT), HOT, range(1, 6), spoilt=sorted(spoilt))
    strict, lax = (line(ask("arrhenius", rows, quality=each)) for each in ("ok", "any"))
    kept = [n for n in range(5) if n not in spoilt]
    assert (strict["sweep_count"], strict["left_out_count"]) == (len(kept), len(spoilt))
    assert (strict["activation_energy_ev"] is None) is (len(kept) < 2)
    assert (lax["sweep_count"], lax["left_out_count"]) == (5, 0)
    assert lax["activation_energy_ev"] == pytest.approx(0.35)
    told = f"{len(spoilt)} of 5 sweeps are not ok: noisy" if spoilt else None
    assert (lax["status"], lax["reason"]) == ("low_quality" if spoilt else "ok", told)


@LAW
@given(
    energies=st.lists(st.floats(0.2, 0.8), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_a_cell_has_a_line_for_each_time_it_had_been_cycled(
    energies: list[float], seed: int, ask: Ask
) -> None:
    """Each sweep in a file of its own, begun one after the other without cycling between."""
    rng = np.random.default_rng(seed)
    hours = np.sort(rng.choice(50, len(energies), replace=False)).tolist()
    ohm = [each for energy in energies for each in ohms(energy, HOT)]
    count = len(ohm)
    tests = (1 + rng.permutation(count)).tolist()
    rows = ageing(ohm, HOT * len(energies), tests, np.repeat(hours, 5).tolist())
    answer = [r for r in ask("arrhenius", rows) if r["convention"] == "sT"]
    assert [row["line_count"] for row in answer] == list(range(1, len(energies) + 1))
    assert [row["cycling_time_hour"] for row in answer] == pytest.approx(hours)
    assert [row["activation_energy_ev"] for row in answer] == pytest.approx(energies)
    assert {(row["count"], row["test_count"], row["cell_id"]) for row in answer} == {(5, 5, 7)}


def test_sweeps_of_one_temperature_at_many_times_share_a_row_that_is_no_line(ask: Ask) -> None:
    ohm, celsius = [*ohms(0.4, HOT), 1.0, 2.0, 3.0], [*HOT, 25.0, 60.0, 25.0]
    begun = [0.0] * 5 + [10.0, 20.0, 30.0]
    rows = swept(ohm, celsius, range(1, 9), begun=begun, cell=True)
    lines = [r for r in ask("arrhenius", rows | cycling(60)) if r["convention"] == "sT"]
    at_once = ask("arrhenius", ageing(ohm, celsius, range(1, 9), begun))
    for one, other in zip(lines, (r for r in at_once if r["convention"] == "sT"), strict=True):
        near(one, other)
    first, rest = lines
    assert (first["sweep_count"], first["status"]) == (5, "ok")
    assert (rest["sweep_count"], rest["count"], rest["cycling_time_hour"]) == (3, 1, None)
    assert rest["activation_energy_ev"] is None
    assert (rest["status"], rest["reason"]) == ("not_computable", "fewer than 2 temperatures")


@pytest.mark.slow
def test_where_the_time_of_cycling_is_not_known_a_test_is_a_line(ask: Ask) -> None:
    rows = swept(ohms(0.3, HOT) + ohms(0.5, HOT), HOT * 2, [1] * 5 + [2] * 5, cell=True)
    for test in rows["test"]:
        test["started_at"] = None
    answer = [r for r in ask("arrhenius", rows | cycling(9)) if r["convention"] == "sT"]
    assert [row["activation_energy_ev"] for row in answer] == pytest.approx([0.3, 0.5])
    assert {row["cycling_time_hour"] for row in answer} == {None}
    (drift,) = ask("activation_energy_drift", rows | cycling(9))
    assert drift["status"] == "not_computable"


@pytest.mark.parametrize("quality", ["ok", "any"])
def test_an_energy_that_is_not_ok_makes_no_drift_unless_it_is_asked_for(
    quality: str, ask: Ask
) -> None:
    wiggle = np.exp(1e-3 * np.array([1, -1, 1, -1, 1]))
    energies = (0.4, 0.35, 0.3, 0.6)
    ohm = [float(r) for energy in energies for r in np.array(ohms(energy, HOT)) * wiggle]
    tests, begun = np.repeat([1, 2, 3, 4], 5).tolist(), np.repeat([0, 10, 20, 30], 5).tolist()
    rows = swept(ohm, HOT * 4, tests, begun=begun, cell=True)
    for sweep in rows["fit"]:
        if sweep["test_id"] == 4:
            sweep |= {"status": "low_quality", "reason": "noisy"}
    (row,) = ask("activation_energy_drift", rows | cycling(60), quality=quality)
    assert row["count"] == (3 if quality == "ok" else 4)
    assert row["status"] == "low_quality"
    assert "noisy" in row["reason"] or quality == "any"
    if quality == "ok":
        assert row["drift_mev_per_100_hour"] == pytest.approx(-500, rel=1e-2)


def vogel(kelvin: NDArray[np.float64], energy_ev: float, t0: float) -> list[float]:
    """Return resistances whose inverse follows ln σ = -B/(k(T - T0))."""
    barrier = energy_ev / BOLTZMANN_EV_PER_KELVIN
    return [float(each) for each in 0.01 * np.exp(barrier / (kelvin - t0))]


@LAW
@given(energy=st.floats(0.05, 0.15), t0=st.floats(150, 220), seed=st.integers(0, 2**32))
def test_a_line_above_its_glass_transition_is_told_with_its_errors(
    energy: float, t0: float, seed: int, ask: Ask
) -> None:
    kelvin = np.linspace(273.15, 363.15, 10)
    noise = 1 + 1e-3 * np.random.default_rng(seed).normal(size=10)
    rows = conducting(list(vogel(kelvin, energy, t0) * noise), list(kelvin - 273.15))
    (row,) = (
        row
        for row in ask("vogel_tammann_fulcher", rows)
        if row["convention"] == "s" and row["object"] == "total"
    )
    assert (row["model"], row["status"]) == ("vogel_tammann_fulcher", "ok")
    assert abs(row["vtf_energy_ev"] - energy) < 5 * row["vtf_error_ev"]
    assert abs(row["vtf_t0_kelvin"] - t0) < 5 * row["vtf_t0_error_kelvin"]
    assert row["vtf_error_ev"] < 0.1 * energy


@pytest.mark.slow
def test_what_the_temperature_is_off_by_widens_the_interval(ask: Ask) -> None:
    rows = swept(ohms(0.4, HOT), HOT)
    one, other = (
        next(
            row
            for row in ask("arrhenius", rows, temperature_error_kelvin=error)
            if row["object"] == "total" and row["convention"] == "s"
        )
        for error in (0.0, 1.0)
    )
    assert other["activation_energy_ev"] == pytest.approx(one["activation_energy_ev"], abs=1e-3)
    kelvin = np.array(HOT) + 273.15
    x = 1 / (BOLTZMANN_EV_PER_KELVIN * kelvin)
    sigma = np.hypot(1e-3, one["activation_energy_ev"] * x / kelvin)
    weight = sigma**-2
    middle = np.average(x, weights=weight)
    spread = 1 / np.sqrt(np.sum(weight * (x - middle) ** 2))
    assert other["standard_error_ev"] == pytest.approx(spread, rel=1e-2)
    assert other["standard_error_ev"] > 3 * one["standard_error_ev"]
