"""What fits of impedance sweeps come to: conductivities, interfaces, their energies and drifts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Rows = list[dict[str, Any]]
Climb = Callable[..., dict[str, Rows]]
Numbers = NDArray[np.float64]
LAW = law(15)
BOLTZMANN_EV_PER_KELVIN = 8.617333262e-5
CELSIUS = np.array([30.0, 40.0, 50.0, 60.0, 70.0, 80.0])
CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)"
MADE = {"version": "1", "parameter_hash": "a", "circuit": CIRCUIT, "latest": True}
START = datetime(2026, 2, 16, 9)  # noqa: DTZ001 — the instrument's own clock


def fitted(
    interface_ohm: Sequence[float] | Numbers,
    *,
    test: int = 1,
    celsius: Sequence[float] | Numbers = CELSIUS,
    relative_error: Sequence[float] | Numbers | float = 1e-3,
    begun: datetime | None = START,
    on: dict[str, int] | None = None,
) -> dict[str, Rows]:
    """Return the rows of a test whose sweeps were fitted: 30 and 70 Ω, and these of an interface.

    The test is on cell 7 unless ``on`` says what else.
    """
    errors = np.broadcast_to(relative_error, len(interface_ohm)).tolist()
    rows: dict[str, Rows] = {name: [] for name in ("sweep", "spectrum", "fit")}
    rows |= {"fit_parameter": [], "arc": []}
    for count, (ohm, degrees, error) in enumerate(
        zip(interface_ohm, celsius, errors, strict=True), 1
    ):
        sweep = {"test_id": test, "spectrum_count": count}
        degree = {"temperature_celsius": float(degrees)}
        rows["sweep"].append(sweep | degree | {"start_time_second": 3600.0 * count})
        rows["spectrum"].append(sweep | degree | {"frequency_hertz": 1.0})
        rows["fit"].append(sweep | MADE | {"chosen": True, "status": "ok"})
        parameter = {"element": "R0", "parameter": "R", "value": 30.0, "standard_error": 0.3}
        rows["fit_parameter"].append(sweep | MADE | parameter)
        for element, size, unsure, farad, kind in (
            ("p(R1,CPE1)", 70.0, 0.4, 3e-9, "grain_boundary"),
            ("p(R2,CPE2)", float(ohm), float(ohm) * error, 1e-6, "interface"),
        ):
            width = {"resistance_ohm": size, "resistance_error_ohm": unsure}
            what = {"element": element, "capacitance_farad": farad, "assignment": kind}
            rows["arc"].append(sweep | MADE | width | what)
    about = {"test_id": test, "test_name": f"test {test}", "started_at": begun}
    rows["test"] = [about | (on or {"cell_id": 7})]
    rows["cell"] = [{"cell_id": 7, "configuration": "Li/E/Li", "symmetric": True, "area_cm2": 2.0}]
    rows["material"] = [{"material_id": 9, "thickness_um": 1000.0, "area_cm2": 2.0}]
    return rows


def interfaces(
    ohm: Sequence[float] | Numbers,
    relative_error: Sequence[float] | float,
    *,
    test: int = 1,
    hour: float = 0.0,
) -> Rows:
    """Return what interface_resistance makes of the sweeps of a test that were fitted.

    Laws about what stands on it begin here: to plan the way to it from fits takes a third of a
    second.
    """
    errors = np.broadcast_to(relative_error, len(ohm)).tolist()
    return [
        {"test_id": test, "spectrum_count": count, "cell_id": 7, "status": "ok"}
        | {"temperature_celsius": float(degrees), "cycling_time_hour": hour}
        | {"interface_resistance_ohm_cm2": each, "interface_error_ohm_cm2": each * error}
        for count, (each, degrees, error) in enumerate(
            zip(np.asarray(ohm).tolist(), CELSIUS, errors, strict=True), 1
        )
    ]


def cycling(hours: int, *, test: int = 99, begun: datetime | None = START) -> Rows:
    """Return half-cycles of an hour of cell 7, one after the other."""
    return [
        {
            "cell_id": 7,
            "test_id": test,
            "test_name": f"cycling {test}",
            "step_count": hour + 1,
            "started_at": begun,
            "start_time_second": 3600.0 * hour,
            "duration_second": 3600.0,
            "median_current_ampere": 1e-4 * (-1) ** hour,
        }
        for hour in range(hours)
    ]


def together(*parts: dict[str, Rows], cycled: Rows = ()) -> dict[str, Rows]:  # type: ignore[assignment] # nothing is a list
    """Return the rows of several tests of one cell."""
    rows = {name: [row for part in parts for row in part[name]] for name in parts[0]}
    return rows | {"cell": parts[0]["cell"], "cycled": list(cycled)}


def heated(energy_ev: float, ohm: float = 100.0, celsius: Numbers = CELSIUS) -> Numbers:
    """Return resistances that follow ln(T/R) with an activation energy."""
    kelvin = celsius + 273.15
    barrier = energy_ev / BOLTZMANN_EV_PER_KELVIN
    return np.asarray(ohm * kelvin / 333.15 * np.exp(barrier * (1 / kelvin - 1 / 333.15)))


def weighted_line(x: Numbers, y: Numbers, weight: Numbers) -> tuple[float, float, float]:
    """Return slope, its error by scatter and its error by the weights, by linear algebra."""
    design = np.stack([np.ones_like(x), x], axis=1)
    normal = np.linalg.inv(design.T @ (weight[:, None] * design))
    solution = normal @ design.T @ (weight * y)
    rest = y - design @ solution
    scatter = float(weight @ rest**2) / (len(x) - 2)
    return float(solution[1]), float(np.sqrt(scatter * normal[1, 1])), float(np.sqrt(normal[1, 1]))


@LAW
@given(
    errors=st.lists(st.floats(1e-4, 1e-1), min_size=6, max_size=6),
    noise=st.lists(st.floats(-0.02, 0.02), min_size=6, max_size=6),
)
def test_a_weighted_line_is_that_of_linear_algebra(
    errors: list[float], noise: list[float], ask: Ask
) -> None:
    ohm = heated(0.4) * np.exp(noise)
    given_rows = {"ionic_conductivity": [], "interface_resistance": interfaces(ohm, errors)}
    rows = [row for row in ask("arrhenius", given_rows) if row["convention"] == "sT"]
    kelvin = CELSIUS + 273.15
    slope, scatter, carried = weighted_line(
        1 / (BOLTZMANN_EV_PER_KELVIN * kelvin), np.log(kelvin / ohm), np.array(errors) ** -2.0
    )
    (row,) = rows
    assert (row["object"], row["weighted"], row["count"]) == ("interface", True, 6)
    assert row["activation_energy_ev"] == pytest.approx(-slope, rel=1e-8)
    assert row["standard_error_ev"] == pytest.approx(max(scatter, carried), rel=1e-6)


def test_without_weights_every_sweep_counts_alike(ask: Ask) -> None:
    ohm = heated(0.4) * np.array([1.0, 1.01, 1.0, 0.99, 1.0, 1.02])
    rows = together(fitted(ohm, relative_error=[1e-4, 0.1, 0.1, 0.1, 0.1, 1e-4]))
    kelvin = CELSIUS + 273.15
    slope, scatter, _ = weighted_line(
        1 / (BOLTZMANN_EV_PER_KELVIN * kelvin), np.log(kelvin / ohm), np.ones(6)
    )
    answer = ask("arrhenius", rows, weighting="none")
    row = next(each for each in answer if each["convention"] == "sT")
    assert row["weighted"] is False
    assert row["activation_energy_ev"] == pytest.approx(-slope, rel=1e-8)
    assert row["standard_error_ev"] == pytest.approx(scatter, rel=1e-6)


def test_a_sweep_without_an_error_takes_the_weights_away(ask: Ask) -> None:
    rows = together(fitted(heated(0.4)))
    rows["arc"][1]["resistance_error_ohm"] = None
    row = next(each for each in ask("arrhenius", rows) if each["convention"] == "sT")
    assert row["weighted"] is False
    assert row["activation_energy_ev"] == pytest.approx(0.4, abs=1e-9)


def test_resistances_of_bulk_and_grain_boundaries_add_up(ask: Ask) -> None:
    rows = fitted([900.0], celsius=[30.0], on={"material_id": 9})
    answer = {row["object"]: row for row in ask("ionic_conductivity", rows)}
    ohm = {name: row["resistance_ohm"] for name, row in answer.items()}
    assert ohm == {"bulk": 30, "grain_boundary": 70, "total": 100}
    sigma = {name: row["conductivity_s_per_cm"] for name, row in answer.items()}
    assert 1 / sigma["total"] == pytest.approx(1 / sigma["bulk"] + 1 / sigma["grain_boundary"])
    assert answer["total"]["resistance_error_ohm"] == pytest.approx(0.5)
    error = answer["total"]["conductivity_error_s_per_cm"]
    assert error == pytest.approx(0.005 * sigma["total"])
    assert {row["method"] for row in answer.values()} == {"circuit fit"}


def test_a_drift_of_temperature_is_a_doubt_about_a_fit_too(ask: Ask) -> None:
    rows = fitted([900.0], celsius=[30.0], on={"material_id": 9})
    rows["spectrum"].append(rows["spectrum"][0] | {"temperature_celsius": 32.0})
    for row in ask("ionic_conductivity", rows, method="fit"):
        assert row["status"] == "low_quality"
        assert row["reason"] == "temperature drifted by 2.0 K during the sweep"


@pytest.mark.slow
def test_the_best_is_the_intercept_where_a_fit_is_in_doubt(ask: Ask) -> None:
    rows = fitted([3.0], celsius=[30.0], on={"material_id": 9})
    rows["arc"][0] |= {"assignment": "mixed"}
    hertz, real, imaginary = (1e5, 1e4, 1e3), (50.0, 103.0, 104.0), (-30.0, -2.0, -40.0)
    point = {"test_id": 1, "spectrum_count": 1, "temperature_celsius": 30.0}
    rows["spectrum"] = [
        point | {"frequency_hertz": f, "real_impedance_ohm": r, "imaginary_impedance_ohm": i}
        for f, r, i in zip(hertz, real, imaginary, strict=True)
    ]

    def total(method: str) -> dict[str, Any]:
        answer = ask("ionic_conductivity", rows, method=method, neighbors=1)
        return next(row for row in answer if row["object"] == "total")

    assert (total("fit")["resistance_ohm"], total("fit")["status"]) == (100.0, "low_quality")
    assert total("intercept")["resistance_ohm"] == 103
    assert total("best") == total("intercept")
    assert total("best")["method"] == "real-axis intercept"
    objects = {row["object"] for row in ask("ionic_conductivity", rows, method="intercept")}
    assert objects == {"total"}


MADE_OF_A_SWEEP = {
    "fitted_resistance": {"cell_id": 7},
    "interface_resistance": {"cell_id": 7},
    "area_specific_resistance": {"cell_id": 7},
    "ionic_conductivity": {"material_id": 9},
}


@pytest.mark.parametrize("metric", MADE_OF_A_SWEEP)
def test_a_sweep_that_is_invalid_costs_every_number_made_of_it_its_quality(
    metric: str, ask: Ask
) -> None:
    rows = together(fitted([900.0], celsius=[30.0], on=MADE_OF_A_SWEEP[metric]))
    tested = {"test_id": 1, "spectrum_count": 1, "latest": True, "rms_residual": 0.1}
    rows["kramers_kronig"] = [tested | {"verdict": "valid"}]
    assert {row["status"] for row in ask(metric, rows)} == {"ok"}
    rows["kramers_kronig"] = [tested | {"verdict": "invalid", "reason": "half of it"}]
    for row in ask(metric, rows):
        assert row["status"] == "low_quality"
        assert row["reason"] == "invalid by Kramers-Kronig: half of it"


@pytest.mark.parametrize("metric", MADE_OF_A_SWEEP)
def test_a_circuit_that_leaves_more_than_the_test_is_a_doubt_about_its_numbers(
    metric: str, ask: Ask
) -> None:
    rows = together(fitted([900.0], celsius=[30.0], on=MADE_OF_A_SWEEP[metric]))
    rows["fit"][0]["rms_residual"] = 0.02
    tested = {"verdict": "suspicious", "rms_residual": 0.005}
    rows["kramers_kronig"] = [{"test_id": 1, "spectrum_count": 1, "latest": True} | tested]
    for row in ask(metric, rows):
        assert row["status"] == "low_quality"
        assert row["reason"] == "the circuit leaves 2 % and the Kramers-Kronig test 0.5 %"
    assert {row["status"] for row in ask(metric, rows, misfit=5)} == {"ok"}


@pytest.mark.parametrize("metric", [*MADE_OF_A_SWEEP, "real_axis_resistance"])
def test_two_ways_that_differ_are_both_in_doubt(metric: str, ask: Ask) -> None:
    on = MADE_OF_A_SWEEP.get(metric, {"cell_id": 7})
    rows = together(fitted([553.0], celsius=[30.0], on=on))
    point = {"test_id": 1, "spectrum_count": 1, "temperature_celsius": 30.0}
    rows["spectrum"] = [
        point | {"frequency_hertz": f, "real_impedance_ohm": r, "imaginary_impedance_ohm": i}
        for f, r, i in ((1e5, 50.0, -30.0), (1e4, 99.0, -2.0), (1e3, 104.0, -40.0))
    ]
    for row in ask(metric, rows, neighbors=1):
        assert row["status"] == "low_quality"
        assert row["reason"] == "two_ways_differ: fit and real axis differ: 653 and 99 ohm"
    rows["arc"][1]["resistance_ohm"] = 2.0
    assert {row["status"] for row in ask(metric, rows, neighbors=1)} == {"ok"}


@pytest.mark.parametrize("metric", MADE_OF_A_SWEEP)
def test_no_sum_with_an_arc_below_the_band_is_ok(metric: str, ask: Ask) -> None:
    rows = together(fitted([900.0], celsius=[30.0], on=MADE_OF_A_SWEEP[metric]))
    rows["sweep"][0]["lowest_frequency_hertz"] = 0.1
    rows["arc"][1] |= {"assignment": "not_identifiable", "peak_frequency_hertz": 0.03}
    answer = ask(metric, rows)
    held = [row for row in answer if (row["resistance_ohm"] or 0.0) >= 900]
    assert held or metric == "interface_resistance"
    for row in held:
        assert row["status"] == "low_quality"
        assert row["reason"] == "the peak of arc p(R2,CPE2) lies below the band"


@pytest.mark.slow
@LAW
@given(area=st.floats(1e-2, 1e2), factor=st.floats(0.1, 10))
def test_the_area_scales_the_interface_and_leaves_its_energy(
    area: float, factor: float, climb: Climb
) -> None:
    def told(area_cm2: float) -> dict[str, Rows]:
        rows = together(fitted(heated(0.4)))
        rows["cell"][0]["area_cm2"] = area_cm2
        rows["ionic_conductivity"] = []  # there is no pellet
        return climb(rows, "fitted_resistance", "interface_resistance", "arrhenius")

    of_one, of_other = told(area), told(area * factor)
    for one, other in zip(
        of_one["interface_resistance"], of_other["interface_resistance"], strict=True
    ):
        assert one["interface_resistance_ohm_cm2"] == pytest.approx(
            one["resistance_ohm"] * area / 2
        )
        assert other["interface_resistance_ohm_cm2"] == pytest.approx(
            factor * one["interface_resistance_ohm_cm2"]
        )
    energies = [
        [row["activation_energy_ev"] for row in each["arrhenius"]] for each in (of_one, of_other)
    ]
    assert energies[0] == pytest.approx(energies[1])


def test_an_interface_of_unlike_sides_is_not_halved(ask: Ask) -> None:
    rows = together(fitted([900.0], celsius=[30.0]))
    rows["cell"][0]["symmetric"] = False
    (row,) = ask("interface_resistance", rows)
    assert (row["interface_resistance_ohm_cm2"], row["convention"]) == (1800, "total")
    rows["cell"][0]["symmetric"] = None
    (row,) = ask("interface_resistance", rows)
    assert (row["convention"], row["status"]) == ("total", "low_quality")
    assert row["reason"].startswith("missing symmetric")


@LAW
@given(at=st.integers(1, 59), hour=st.floats(0, 60))
def test_a_test_cut_in_two_cycled_as_long(at: int, hour: float, ask: Ask) -> None:
    sweep = fitted([900.0], celsius=[30.0], begun=START + timedelta(hours=hour))
    whole = cycling(60)
    later = START + timedelta(hours=at)
    parts = [*cycling(at), *cycling(60 - at, test=98, begun=later)]
    one, other = (ask("cycling_time", together(sweep, cycled=rows))[0] for rows in (whole, parts))
    assert one["cycling_time_hour"] == pytest.approx(hour, abs=1e-9)
    assert other["cycling_time_hour"] == pytest.approx(hour, abs=1e-9)
    assert (one["test_count"], other["test_count"]) == (1, 2)


def test_a_sweep_between_the_half_cycles_of_its_own_test_counts_those_before(ask: Ask) -> None:
    rows = together(fitted([9.0, 9.0], celsius=[30.0, 30.0]), cycled=cycling(5, test=1, begun=None))
    hours = [row["cycling_time_hour"] for row in ask("cycling_time", rows)]
    assert hours == [1, 2]


def drifting(
    energies: Sequence[float],
    hours: Sequence[float],
    errors: float = 1e-4,
    *,
    from_fits: bool = False,
) -> Any:  # noqa: ANN401 # rows
    """Return tests of a cell at these hours of cycling, and its cycling."""
    wiggle = 1 + errors * np.array([1, -1, 1, -1, 1, -1])
    numbered = list(enumerate(zip(energies, hours, strict=True), 1))
    tests = [
        fitted(
            heated(energy) * wiggle,
            test=number,
            relative_error=errors,
            begun=START + timedelta(hours=hour),
        )
        for number, (energy, hour) in numbered
    ]
    rows = together(*tests, cycled=cycling(int(max(hours)) + 1))
    if from_fits:
        return rows
    made = [
        row
        for number, (energy, hour) in numbered
        for row in interfaces(heated(energy) * wiggle, errors, test=number, hour=float(hour))
    ]
    return rows | {"ionic_conductivity": [], "interface_resistance": made}


@pytest.mark.slow
def test_energies_and_their_drift_are_the_same_from_the_fits_on(climb: Climb) -> None:
    at = (0.41, 0.38, 0.34, 0.32), (0, 50, 100, 150)
    names = ("arrhenius", "activation_energy_drift")
    told, other = (climb(drifting(*at, from_fits=each), *names) for each in (True, False))
    for name in names:
        assert len(told[name]) == len(other[name]) > 0
        for row, like in zip(told[name], other[name], strict=True):
            for column, value in row.items():
                alike = isinstance(value, float)
                assert like[column] == (pytest.approx(value, rel=1e-7) if alike else value), column


@LAW
@given(
    energies=st.lists(st.floats(0.2, 0.6), min_size=3, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_a_drift_is_the_weighted_line_through_the_energies(
    energies: list[float], seed: int, climb: Climb
) -> None:
    hours = np.sort(np.random.default_rng(seed).choice(400, len(energies), replace=False))
    rows = drifting(energies, [float(hour) for hour in hours])
    told = climb(rows, "arrhenius", "activation_energy_drift")
    lines = [row for row in told["arrhenius"] if row["convention"] == "sT"]
    found = np.array([row["activation_energy_ev"] for row in lines])
    weight = np.array([row["standard_error_ev"] for row in lines]) ** -2.0
    slope, _, error = weighted_line(hours.astype(float), found, weight)
    (row,) = told["activation_energy_drift"]
    assert row["drift_mev_per_100_hour"] == pytest.approx(1e5 * slope, rel=1e-6, abs=1e-6)
    assert row["error_mev_per_100_hour"] == pytest.approx(1e5 * error, rel=1e-6)
    assert row["z"] == pytest.approx(slope / error, rel=1e-6, abs=1e-6)
    assert row["range_ev"] == pytest.approx(np.ptp(found), abs=1e-12)


@pytest.mark.parametrize(
    ("energies", "verdict"),
    [
        ((0.41, 0.38, 0.34, 0.32), "falls"),
        ((0.33, 0.35, 0.37, 0.45), "rises"),
        ((0.35, 0.35, 0.35, 0.35), "stable"),
        ((0.350, 0.352, 0.354, 0.356), "stable"),  # significant, and no effect
        ((0.35, 0.45, 0.45, 0.35), "stable"),  # an effect, and no trend
    ],
)
def test_a_verdict_takes_significance_and_effect(
    ask: Ask, energies: tuple[float, ...], verdict: str
) -> None:
    (row,) = ask("activation_energy_drift", drifting(energies, (0, 50, 100, 150)))
    assert row["verdict"] == verdict
    assert row["configuration"] == "Li/E/Li"
    assert row["current_density_ma_per_cm2"] == pytest.approx(0.05)


def test_the_effect_that_counts_is_an_argument(ask: Ask) -> None:
    rows = drifting((0.350, 0.352, 0.354, 0.356), (0, 50, 100, 150))
    (row,) = ask("activation_energy_drift", rows, least_range_ev=0.001)
    assert row["verdict"] == "rises"
    (row,) = ask("activation_energy_drift", rows, least_range_ev=0.001, least_z=1e6)
    assert row["verdict"] == "stable"


@pytest.mark.parametrize(
    ("energies", "status", "reason"),
    [
        ((0.35,), "not_computable", "fewer than 2 activation energies at different times"),
        ((0.35, 0.40), "low_quality", "only 2 activation energies"),
    ],
)
def test_few_energies_are_told(
    ask: Ask, energies: tuple[float, ...], status: str, reason: str
) -> None:
    (row,) = ask("activation_energy_drift", drifting(energies, (0, 50)[: len(energies)]))
    assert (row["status"], row["reason"]) == (status, reason)
    assert row["first_energy_ev"] == pytest.approx(0.35, abs=1e-3)


def test_energies_at_one_time_are_no_line(ask: Ask) -> None:
    (row,) = ask("activation_energy_drift", drifting((0.3, 0.4, 0.5), (7, 7, 7)))
    assert row["verdict"] is None
    assert row["drift_mev_per_100_hour"] is None
    assert row["status"] == "not_computable"


@pytest.mark.slow
@LAW
@given(
    ohm=st.lists(st.floats(1, 1e3), min_size=3, max_size=3),
    share=st.lists(st.floats(1e-3, 0.1), min_size=3, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_the_error_of_a_sum_is_that_of_its_covariance(
    ohm: list[float], share: list[float], seed: int, ask: Ask
) -> None:
    rows = fitted([ohm[2]], celsius=[30.0], relative_error=share[2])
    rows["fit_parameter"][0] |= {"value": ohm[0], "standard_error": ohm[0] * share[0]}
    width = {"resistance_ohm": ohm[1], "resistance_error_ohm": ohm[1] * share[1]}
    rows["arc"][0] |= width
    root = np.random.default_rng(seed).normal(size=(3, 3))
    covariance = root @ root.T
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    names = ("R0", "p(R1,CPE1)", "p(R2,CPE2)")
    rows["fit_correlation"] = [
        {"test_id": 1, "spectrum_count": 1, "element": names[i], "other_element": names[j]}
        | {"correlation": float(correlation[i, j])}
        | MADE
        for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    error = np.multiply(ohm, share)
    answer = {row["object"]: row for row in ask("fitted_resistance", rows)}
    for name, parts in (("whole", [0, 1, 2]), ("electrolyte", [0, 1]), ("interface", [2])):
        sure = np.sqrt(error[parts] @ correlation[np.ix_(parts, parts)] @ error[parts])
        assert answer[name]["resistance_error_ohm"] == pytest.approx(sure, rel=1e-6, abs=1e-9)


@pytest.mark.slow
@LAW
@given(seed=st.integers(0, 2**32))
def test_an_interface_is_followed_whatever_its_place_in_the_circuit(seed: int, ask: Ask) -> None:
    ohm = np.array([100.0, 120.0, 150.0, 170.0, 200.0])
    rows = together(fitted(ohm, celsius=[30.0] * 5), cycled=cycling(8, test=1, begun=None))
    draw = np.random.default_rng(seed)
    other = [arc | {"resistance_ohm": 5.0, "capacitance_farad": 2e-5} for arc in rows["arc"][1::2]]
    for place, arc in enumerate(rows["arc"][1::2]):
        names = draw.permutation(["p(R2,CPE2)", "p(R3,CPE3)"]).tolist()
        arc["element"], other[place]["element"] = names
    rows["arc"] += other
    answer = ask("interface_evolution", rows)
    tracks = [
        [row["resistance_ohm"] for row in answer if row["track_count"] == track] for track in (1, 2)
    ]
    assert sorted(tracks) == [[5.0] * 5, ohm.tolist()]
    hours = [row["cycling_time_hour"] for row in answer if row["resistance_ohm"] > 5]
    assert hours == [1, 2, 3, 4, 5]
