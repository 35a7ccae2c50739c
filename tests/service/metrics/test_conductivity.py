"""real_axis_resistance, ionic_conductivity, area_specific_resistance and arrhenius."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Sweep = Mapping[str, NDArray[np.float64]]
Rows = list[dict[str, Any]]
Climb = Callable[..., dict[str, Rows]]
LAW = law(20)
BOLTZMANN_EV_PER_KELVIN = 8.617333262e-5
CELSIUS = np.array([30.0, 40.0, 50.0, 60.0, 70.0, 80.0])
SEED = 20260216
NO_FIT: dict[str, Rows] = {"fitted_resistance": [], "interface_resistance": []}


def pellet(
    resistance_ohm: float = 800.0,
    boundary_farad: float = 3e-9,
    inductance_henry: float = 2e-7,
    seed: int | None = None,
) -> Sweep:
    """Return a sweep from 10 MHz to 0.1 Hz of a pellet, with 0.2 % of noise where seeded."""
    hertz = np.logspace(7, -1, 65)
    jw = 2j * np.pi * hertz
    bulk, boundary = 0.3 * resistance_ohm, 0.7 * resistance_ohm
    ohm = bulk + boundary / (1 + jw * boundary * boundary_farad)
    ohm = ohm + jw * inductance_henry + 1 / (4e-6 * jw**0.92)
    if seed is not None:
        noise = np.random.default_rng(seed).normal(0, 0.002, (2, len(hertz)))
        ohm = ohm + abs(ohm) * (noise[0] + 1j * noise[1])
    return {"hertz": hertz, "real": ohm.real, "imaginary": ohm.imag}


def given_rows(
    *sweeps: Sweep,
    celsius: float | NDArray[np.float64] | None = 30.0,
    thickness_um: float | None = 1000.0,
    area_cm2: float | None = 1.131,
    factor: float = 1.0,
) -> dict[str, Rows]:
    """Return the rows of a test of a pellet, with its sweeps each at a temperature, and no fit.

    That nothing is told by fits then is said, so that it need not be planned again and again.
    """
    each = (
        [None] * len(sweeps) if celsius is None else np.broadcast_to(celsius, len(sweeps)).tolist()
    )
    spectrum = [
        {
            "test_id": 1,
            "spectrum_count": count,
            "frequency_hertz": hertz,
            "real_impedance_ohm": real * factor,
            "imaginary_impedance_ohm": imaginary * factor,
            "temperature_celsius": degrees,
        }
        for count, (sweep, degrees) in enumerate(zip(sweeps, each, strict=True), 1)
        for hertz, real, imaginary in zip(
            sweep["hertz"].tolist(),
            sweep["real"].tolist(),
            sweep["imaginary"].tolist(),
            strict=True,
        )
    ]
    size = {"thickness_um": thickness_um, "area_cm2": area_cm2}
    return {
        "spectrum": spectrum,
        "test": [{"test_id": 1, "material_id": 7}],
        "material": [{"material_id": 7, **size}],
        **NO_FIT,
    }


def heated(celsius: NDArray[np.float64] = CELSIUS, seed: int = SEED) -> list[Sweep]:
    """Return sweeps of one pellet at several temperatures."""
    kelvin = celsius + 273.15
    heat = 0.5728 / BOLTZMANN_EV_PER_KELVIN * (1 / kelvin - 1 / 303.15)
    ohm = 789.4 * kelvin / 303.15 * np.exp(heat)
    return [pellet(each, seed=seed + n) for n, each in enumerate(ohm.tolist())]


def lines(rows: Rows) -> dict[str, dict[str, Any]]:
    """Return the Arrhenius lines of a single test by their convention."""
    return {row["convention"]: row for row in rows}


@pytest.mark.slow
def test_where_there_is_no_fit_it_need_not_be_said(ask: Ask) -> None:
    said = given_rows(*heated(), celsius=CELSIUS)
    unsaid = {name: rows for name, rows in said.items() if name not in NO_FIT}
    for name in NO_FIT:
        assert ask(name, unsaid) == []
    one, other = (ask("arrhenius", rows) for rows in (unsaid, said))
    assert one == [pytest.approx(row) for row in other]


def test_the_curvature_is_that_of_a_parabola(ask: Ask) -> None:
    rows = given_rows(*heated(), celsius=CELSIUS)
    sigma = np.array([row["conductivity_s_per_cm"] for row in ask("ionic_conductivity", rows)])
    found = lines(ask("arrhenius", rows))
    kelvin = CELSIUS + 273.15
    x = 1000 / kelvin - np.mean(1000 / kelvin)
    for convention, y in (("sT", np.log(sigma * kelvin)), ("s", np.log(sigma))):
        design = np.stack([np.ones(6), x, x**2], axis=1)
        solution, squares, _, _ = np.linalg.lstsq(design, y)
        variance = squares[0] / 3 * np.linalg.inv(design.T @ design)[2, 2]
        t = found[convention]["curvature_t"]
        assert t == pytest.approx(solution[2] / np.sqrt(variance), rel=1e-6)


def test_a_line_that_bends_is_of_low_quality(ask: Ask) -> None:
    bent = [pellet(100 * np.exp(each)) for each in (2.0, 1.2, 0.6, 0.2, 0.1, 0.0)]
    row = lines(ask("arrhenius", given_rows(*bent, celsius=CELSIUS)))["sT"]
    assert abs(row["curvature_t"]) > stats.t.ppf(0.995, 3)
    assert row["status"] == "low_quality"
    assert row["reason"] == f"curved: t = {row['curvature_t']:.1f}"


@pytest.mark.parametrize("count", [3, 5, 30, 31, 32, 33, 40])
def test_the_interval_is_that_of_student(ask: Ask, count: int) -> None:
    celsius = np.linspace(20, 90, count)
    row = lines(ask("arrhenius", given_rows(*heated(celsius), celsius=celsius)))["sT"]
    factor = (row["high_ev"] - row["activation_energy_ev"]) / row["standard_error_ev"]
    assert factor == pytest.approx(stats.t.ppf(0.975, count - 2), abs=1e-5)
    assert row["low_ev"] + row["high_ev"] == pytest.approx(2 * row["activation_energy_ev"])


def test_temperatures_close_together_tell_little(ask: Ask) -> None:
    celsius = np.array([30.0, 32.0, 34.0])
    for row in ask("arrhenius", given_rows(*heated(celsius), celsius=celsius)):
        assert row["status"] == "low_quality"
        assert row["reason"] == "the temperatures span only 4.0 K"


@pytest.mark.parametrize(
    ("celsius", "reason"),
    [
        (30.0, "fewer than 2 temperatures"),
        (None, "fewer than 2 temperatures; missing: temperature"),
        (np.nan, "fewer than 2 temperatures; missing: temperature"),
    ],
)
def test_without_two_temperatures_there_is_no_energy(
    ask: Ask, celsius: float | None, reason: str
) -> None:
    for row in ask("arrhenius", given_rows(*heated(), celsius=celsius)):
        assert row["activation_energy_ev"] is None
        assert (row["status"], row["reason"]) == ("not_computable", reason)


def test_a_sweep_that_is_not_ok_is_not_on_the_line(ask: Ask) -> None:
    sweeps = heated()
    rows = given_rows(*sweeps, celsius=CELSIUS)
    for n in range(30):  # the third sweep begins 1.5 K too cold
        rows["spectrum"][2 * 65 + n]["temperature_celsius"] -= 1.5
    third = ask("ionic_conductivity", rows)[2]
    assert third["status"] == "low_quality"
    assert third["reason"] == "temperature drifted by 1.5 K during the sweep"
    kept = np.delete(np.arange(6), 2)
    alone = given_rows(*(sweeps[n] for n in kept), celsius=CELSIUS[kept])
    found = ask("arrhenius", rows)
    assert lines(found)["s"]["count"] == 5
    for one, other in zip(found, ask("arrhenius", alone), strict=True):
        assert (one.pop("left_out_count"), other.pop("left_out_count")) == (1, 0)
        for name, value in one.items():
            near = pytest.approx(other[name], rel=1e-8) if isinstance(value, float) else other[name]
            assert value == near


def test_an_arc_beyond_the_band_is_read_where_it_crosses_the_axis(ask: Ask) -> None:
    sweep = pellet(30.0, boundary_farad=1e-10)
    (row,) = ask("ionic_conductivity", given_rows(sweep))
    assert (row["method"], row["status"]) == ("real-axis crossing", "ok")
    assert row["resistance_ohm"] == pytest.approx(30.0, rel=0.01)
    crossing = np.interp(0, sweep["imaginary"][::-1][40:], np.log(sweep["hertz"][::-1][40:]))
    assert row["frequency_hertz"] == pytest.approx(np.exp(crossing))


@LAW
@given(seed=st.integers(0, 2**32), ohm=st.floats(40, 5000))
def test_noise_of_a_few_per_mille_moves_it_by_a_percent(seed: int, ohm: float, ask: Ask) -> None:
    (row,) = ask("ionic_conductivity", given_rows(pellet(ohm, seed=seed)))
    assert row["status"] == "ok"
    assert row["resistance_ohm"] == pytest.approx(ohm, rel=0.02)


@pytest.fixture(scope="module")
def plain(climb: Climb) -> dict[str, Rows]:
    """Return what is told of a pellet at several temperatures."""
    rows = given_rows(*heated(), celsius=CELSIUS)
    return climb(rows, "ionic_conductivity", "arrhenius")


@LAW
@given(factor=st.floats(1e-3, 1e3))
def test_a_scaled_impedance_divides_the_conductivity_and_leaves_the_energy(
    factor: float, plain: dict[str, Rows], climb: Climb
) -> None:
    rows = given_rows(*heated(), celsius=CELSIUS, factor=factor)
    scaled = climb(rows, "ionic_conductivity", "arrhenius")
    for one, other in zip(plain["ionic_conductivity"], scaled["ionic_conductivity"], strict=True):
        sigma = one["conductivity_s_per_cm"] / factor
        assert other["conductivity_s_per_cm"] == pytest.approx(sigma, rel=1e-12)
    for one, other in zip(plain["arrhenius"], scaled["arrhenius"], strict=True):
        assert other["activation_energy_ev"] == pytest.approx(one["activation_energy_ev"], rel=1e-9)
        assert other["standard_error_ev"] == pytest.approx(one["standard_error_ev"], rel=1e-6)


@LAW
@given(seed=st.integers(0, 2**32))
def test_the_order_of_the_frequencies_does_not_matter(seed: int, ask: Ask) -> None:
    rows = given_rows(*heated(), celsius=CELSIUS)
    order = np.random.default_rng(seed).permutation(len(rows["spectrum"]))
    shuffled = {**rows, "spectrum": [rows["spectrum"][n] for n in order]}
    kept = ("resistance_ohm", "frequency_hertz", "method", "status", "reason")
    one, other = (ask("real_axis_resistance", each) for each in (rows, shuffled))
    assert [[r[k] for k in kept] for r in one] == [[r[k] for k in kept] for r in other]


@pytest.mark.slow
@LAW
@given(thickness=st.floats(1, 1e5), area=st.floats(1e-3, 1e3))
def test_twice_the_thickness_is_twice_the_conductivity_and_twice_the_area_half(
    thickness: float, area: float, ask: Ask
) -> None:
    def conductivity(thickness_um: float, area_cm2: float) -> float:
        rows = given_rows(pellet(), thickness_um=thickness_um, area_cm2=area_cm2)
        (row,) = ask("ionic_conductivity", rows)
        return float(row["conductivity_s_per_cm"])

    sigma = conductivity(thickness, area)
    assert conductivity(2 * thickness, area) == pytest.approx(2 * sigma)
    assert conductivity(thickness, 2 * area) == pytest.approx(sigma / 2)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ({"thickness_um": None}, "missing thickness_um"),
        ({"area_cm2": None}, "missing area_cm2"),
        ({"area_cm2": 0.0}, "missing area_cm2"),
        ({"thickness_um": -1.0, "area_cm2": None}, "missing thickness_um, area_cm2"),
    ],
)
def test_a_size_that_is_not_known_is_told(ask: Ask, size: dict[str, Any], reason: str) -> None:
    (row,) = ask("ionic_conductivity", given_rows(pellet(), **size))
    assert row["conductivity_s_per_cm"] is None
    assert (row["status"], row["reason"]) == ("not_computable", reason)


def test_a_cell_has_an_area_specific_resistance_and_no_conductivity_without_its_layers(
    ask: Ask,
) -> None:
    on_pellet = given_rows(pellet())
    on_cell = {
        **on_pellet,
        "test": [{"test_id": 1, "cell_id": 3}],
        "cell": [{"cell_id": 3, "area_cm2": 2.0}],
    }
    assert ask("area_specific_resistance", on_pellet) == []
    (row,) = ask("ionic_conductivity", on_cell)
    assert (row["cell_id"], row["conductivity_s_per_cm"]) == (3, None)
    assert row["status"] == "not_computable"
    assert row["reason"].startswith("missing electrolyte layer; ")
    (row,) = ask("area_specific_resistance", on_cell)
    assert row["area_specific_resistance_ohm_cm2"] == 2 * row["resistance_ohm"]
    assert (row["convention"], row["status"], row["reason"]) == ("total", "ok", None)


HERTZ = np.logspace(6, 0, 31)
JW = 2j * np.pi * HERTZ


def sweep_of(ohm: NDArray[np.complexfloating]) -> Sweep:
    """Return a sweep from 1 MHz to 1 Hz of this impedance."""
    return {"hertz": HERTZ, "real": ohm.real.astype(float), "imaginary": ohm.imag.astype(float)}


NO_MINIMUM = "no minimum of −Im Z inside the band"
NO_SPUR = "no spur after the last arc inside the band"
FEW = "fewer than 7 points with an impedance"
NAN = np.full(31, complex(np.nan, np.nan))
GARBAGE = {
    "two points": ({name: each[:2] for name, each in pellet().items()}, FEW),
    "constant": (sweep_of(np.full(31, 5 - 5j)), NO_MINIMUM),
    "all real": (sweep_of(np.linspace(1, 9, 31) + 0j), NO_MINIMUM),
    "all zero": (sweep_of(np.zeros(31, complex)), FEW),
    "not a number": (sweep_of(NAN), FEW),
    "infinite": (sweep_of(np.full(31, complex(np.inf, -np.inf))), FEW),
    "a minimum at the fast edge": (sweep_of(10 + 1 / (1e-6 * JW)), NO_MINIMUM),
    "a minimum two points from the fast edge": (
        {name: each[25:] for name, each in pellet().items()},
        NO_MINIMUM,
    ),
    "a minimum at the slow edge": (sweep_of(10 + 90 / (1 + JW * 1e-4)), NO_MINIMUM),
    "a lone arc behind an inductance": (
        sweep_of(10 + 90 / (1 + JW * 1e-4) + JW * 1e-6),
        NO_MINIMUM,
    ),
    "two arcs and no spur": (
        sweep_of(10 + 90 / (1 + JW * 1e-5) + 90 / (1 + JW * 1e-2)),
        NO_SPUR,
    ),
    "a negative resistance": (
        sweep_of(-50 + 20 / (1 + JW * 1e-5) + 1 / (1e-2 * JW)),
        "Re Z is not above zero at the intercept",
    ),
}


@pytest.mark.parametrize(("sweep", "reason"), GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_gives_a_reason_and_no_number(climb: Climb, sweep: Sweep, reason: str) -> None:
    told = climb(
        given_rows(sweep, sweep, celsius=np.array([30.0, 60.0])), "ionic_conductivity", "arrhenius"
    )
    assert len(told["ionic_conductivity"]) == 2
    for row in told["ionic_conductivity"]:
        assert row["resistance_ohm"] is None
        assert row["conductivity_s_per_cm"] is None
        assert (row["status"], row["reason"]) == ("not_computable", f"{reason}; no fit")
    for line in told["arrhenius"]:
        assert line["activation_energy_ev"] is None
        assert line["status"] == "not_computable"
        why = f"fewer than 2 temperatures; 2 of 2 sweeps are not ok: {reason}; no fit"
        assert line["reason"] == why


def test_a_point_that_is_no_number_costs_the_quality(ask: Ask) -> None:
    sweep = {name: each.copy() for name, each in pellet().items()}
    sweep["real"][60] = np.nan
    (row,) = ask("ionic_conductivity", given_rows(sweep))
    assert row["resistance_ohm"] == pytest.approx(800, rel=0.02)
    assert row["status"] == "low_quality"
    assert row["reason"] == "1 of 65 points have no impedance"


@LAW
@given(
    parts=st.lists(
        st.tuples(st.floats(), st.floats(), st.floats(), st.floats()), min_size=1, max_size=40
    )
)
def test_no_number_comes_without_a_word(parts: list[tuple[float, ...]], ask: Ask) -> None:
    hertz, real, imaginary, celsius = np.array(parts).T
    rows = given_rows({"hertz": hertz, "real": real, "imaginary": imaginary})
    for row, degrees in zip(rows["spectrum"], celsius.tolist(), strict=True):
        row["temperature_celsius"] = degrees
    (row,) = ask("ionic_conductivity", rows, neighbors=1)
    assert (row["status"] == "ok") == (row["reason"] is None)
    for name in ("resistance_ohm", "conductivity_s_per_cm"):
        assert (row[name] is None) == (row["status"] == "not_computable")
        assert row[name] is None or 0 < row[name] < np.inf
