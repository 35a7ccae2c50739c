"""Cycles out of steps given by hand: half-cycles, what is complete, kinds and cells."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.relation import CYCLE, STEP
from service.metric.library import empty_store
from service.metric.relation import RELATIONS, created
from service.store.cycle import make_cycles
from service.store.numbering import RENUMBERED
from tests.law import law

Row = dict[str, Any]
Make = Callable[..., list[Row]]
LAW = law(15)
START = datetime(2026, 3, 1, 8)  # noqa: DTZ001 # the instrument's own clock


@pytest.fixture(scope="module")
def make() -> Iterator[Make]:
    """Return ``make(steps, cells)``: the cycles of these steps by test and number.

    ``cells`` tells the cell and the start of a test; one that is not there is of no cell.
    """
    with empty_store() as connection:
        connection.execute("CREATE SCHEMA delta")
        for name in ("step", "part"):
            connection.execute(created(f"delta.{name}", STEP.columns))
        connection.execute(created("delta.cycle", CYCLE.columns))
        connection.execute(RENUMBERED)

        def cycles_of(
            steps: Sequence[Row], cells: dict[int, tuple[int | None, datetime | None]] | None = None
        ) -> list[Row]:
            tests = sorted({step["test_id"] for step in steps})
            cell_of = cells or {}
            connection.execute("DELETE FROM delta.cycle")
            connection.execute("DELETE FROM delta.renumbered")
            rows = {
                "delta.step": list(steps),
                "store.test": [
                    {
                        "test_id": test,
                        "cell_id": cell_of.get(test, (None, None))[0],
                        "started_at": cell_of.get(test, (None, None))[1],
                    }
                    for test in tests
                ],
            }
            for name, many in rows.items():
                connection.execute(f"DELETE FROM {name}")
                relation = RELATIONS[name.rpartition(".")[2]]
                connection.register("rows", pa.Table.from_pylist(many, relation.arrow))
                connection.execute(f"INSERT INTO {name} SELECT * FROM rows")
            make_cycles(connection, tests)
            answer = connection.execute("SELECT * FROM delta.cycle ORDER BY test_id, cycle_count")
            columns = [each[0] for each in answer.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

        yield cycles_of


def step(mode: str, net_ah: float | None, **known: object) -> Row:
    """Return a step that passed so much, an hour long, at the set current that makes it."""
    amount = net_ah or 0.0
    return {
        "mode": mode,
        "net_charge_ah": net_ah,
        "charge_capacity_ah": None if net_ah is None else max(amount, 0.0),
        "discharge_capacity_ah": None if net_ah is None else max(-amount, 0.0),
        "charge_error_ah": 0.01,
        "charge_energy_wh": 4.0 * max(amount, 0.0),
        "discharge_energy_wh": 3.0 * max(-amount, 0.0),
        "control": "CC" if mode in {"charge", "discharge"} else None,
        "control_value": amount,
        "median_current_ampere": amount,
        "duration_second": 3600.0,
        "start_time_second": 0.0,
        "half_cycle_left": False,
        "status": "ok",
        **known,
    }


def numbered(halves: Sequence[Sequence[Row]], test_id: int = 1, *, left: bool = True) -> list[Row]:
    """Return the steps of half-cycles, two of which make a cycle; the last was left or not."""
    placed = [
        {
            "test_id": test_id,
            "cycle_count": place // 2 + 1,
            "half_cycle_count": place + 1,
            "vendor_cycle_count": place // 2 + 1,
            **row,
            "half_cycle_left": left,
        }
        for place, half in enumerate(halves)
        for row in half
    ]
    return [row | {"step_count": number} for number, row in enumerate(placed, 1)]


def cycles(amounts: Sequence[float], **known: object) -> list[list[Row]]:
    """Return half-cycles in and out of so much each, the discharges as ``known`` says."""
    return [
        half
        for amount in amounts
        for half in ([step("charge", amount)], [step("discharge", -amount, **known)])
    ]


def test_a_pulse_is_taken_off_its_half_cycle_and_counts_in_the_gross_charge(make: Make) -> None:
    halves = [
        [step("charge", 1.0)],
        [step("discharge", -0.5), step("charge", 0.1), step("discharge", -0.5)],
    ]
    (cycle,) = make(numbered(halves))
    assert cycle["discharge_capacity_ah"] == pytest.approx(0.9)
    assert cycle["gross_discharge_ah"] == pytest.approx(1.0)
    assert cycle["gross_charge_ah"] == pytest.approx(1.1)
    assert cycle["charge_capacity_ah"] == 1.0
    assert cycle["discharge_error_ah"] == pytest.approx(0.03)
    assert cycle["discharge_energy_wh"] == pytest.approx(3.0 - 0.4)
    assert cycle["first_mode"] == "charge"
    assert cycle["complete"]


@LAW
@given(leak=st.floats(-0.5, 0.5), swept=st.floats(-0.5, 0.5))
def test_what_passes_at_rest_or_in_a_sweep_is_no_capacity(
    leak: float, swept: float, make: Make
) -> None:
    halves = [
        [step("charge", 1.0), step("rest", leak)],
        [step("discharge", -0.9), step("impedance", swept)],
    ]
    (cycle,) = make(numbered(halves))
    assert (cycle["charge_capacity_ah"], cycle["discharge_capacity_ah"]) == (1.0, 0.9)
    assert cycle["rest_charge_ah"] == pytest.approx(leak + swept, abs=1e-12)
    assert cycle["gross_charge_ah"] == 1.0


def test_a_step_outside_of_every_half_cycle_counts_in_none(make: Make) -> None:
    rows = numbered(cycles([1.0]))
    rows[0] |= {"half_cycle_count": None}
    rows[1] |= {"half_cycle_count": 1}
    (cycle,) = make(rows)
    assert (cycle["charge_capacity_ah"], cycle["gross_charge_ah"]) == (0.0, 0.0)
    assert not cycle["complete"]
    assert make([rows[0]]) == []


def test_where_the_charge_of_a_step_is_unknown_that_of_its_half_cycle_is(make: Make) -> None:
    halves = [[step("charge", 1.0), step("charge", None)], [step("discharge", -1.0)]]
    (cycle,) = make(numbered(halves))
    assert cycle["charge_capacity_ah"] is None
    assert cycle["discharge_capacity_ah"] == 1.0


def test_the_last_half_cycle_is_whole_only_where_it_was_left(make: Make) -> None:
    halves = cycles([1.0, 1.0])
    assert [row["complete"] for row in make(numbered(halves, left=False))] == [True, False]
    assert [row["complete"] for row in make(numbered(halves))] == [True, True]
    assert [row["complete"] for row in make(numbered(halves[:3]))] == [True, False]


@pytest.mark.parametrize(("first_ah", "complete"), [(0.79, False), (0.81, True), (1.5, True)])
@pytest.mark.parametrize("half", [0, 1])
def test_a_first_half_below_80_percent_of_the_next_is_cut_short(
    first_ah: float, half: int, make: Make, *, complete: bool
) -> None:
    halves = cycles([1.0, 1.0, 1.0])
    sign = 1 if half == 0 else -1
    halves[half] = [step("charge" if half == 0 else "discharge", sign * first_ah)]
    assert [row["complete"] for row in make(numbered(halves))] == [complete, True, True]


def test_reasons_of_steps_travel_once_each(make: Make) -> None:
    halves = [
        [step("charge", 1.0), step("rest", 0.0, status="low_quality", reason="outlier")],
        [
            step("discharge", -0.5, status="low_quality", reason="gap, counter_disagrees"),
            step("discharge", -0.5, status="low_quality", reason="gap"),
        ],
        [step("charge", 1.0)],
    ]
    first, second = make(numbered(halves))
    assert (first["status"], first["reason"]) == ("low_quality", "counter_disagrees, gap")
    assert (second["status"], second["reason"]) == ("ok", None)


def test_a_scan_of_voltammetry_is_a_cycle_with_both_its_charges(make: Make) -> None:
    scan = step("voltammetry", 0.5, charge_capacity_ah=2.0, discharge_capacity_ah=1.5)
    rows = [
        scan | {"test_id": 1, "cycle_count": n, "step_count": n, "half_cycle_left": False}
        for n in (1, 2)
    ]
    found = make(rows)
    assert {(r["charge_capacity_ah"], r["discharge_capacity_ah"]) for r in found} == {(2.0, 1.5)}
    assert [(r["kind"], r["complete"]) for r in found] == [("voltammetry", n == 1) for n in (1, 2)]


def test_the_current_is_that_of_the_constant_part(make: Make) -> None:
    halves = [
        [
            step("charge", 0.8, control="CCCV", control_value=0.5, median_current_ampere=0.1),
            step("charge", 0.2, control="CV", control_value=4.2, median_current_ampere=0.05),
        ],
        [step("discharge", -1.0, control="CP", control_value=-2.0, median_current_ampere=-0.6)],
    ]
    (cycle,) = make(numbered(halves))
    assert cycle["charge_current_ampere"] == 0.5
    assert cycle["discharge_current_ampere"] == -0.6
    assert cycle["kind"] == "CP 2 W"


@pytest.mark.parametrize(
    ("control", "value", "kind"),
    [
        ("CC", -0.5, "CC 0.5 A"),
        ("CC", -0.49999, "CC 0.5 A"),
        ("CC", -123.4, "CC 123 A"),
        ("CC", -1500.0, "CC 1500 A"),
        ("CC", -5e-5, "CC 50 µA"),
        ("CCCV", -1.0, "CCCV 1 A"),
        ("CR", 12.34, "CR 12.3 Ω"),
        (None, None, "1 A"),
    ],
)
def test_a_kind_says_how_its_discharge_was_controlled(
    control: str | None, value: float | None, kind: str, make: Make
) -> None:
    (cycle,) = make(numbered(cycles([1.0], control=control, control_value=value)))
    assert cycle["kind"] == kind


def test_a_held_voltage_behind_makes_another_kind(make: Make) -> None:
    hold = step("discharge", -0.1, control="CV", control_value=2.5)
    plain = cycles([1.0, 1.0])
    plain[3] = [*plain[3], hold]
    assert [row["kind"] for row in make(numbered(plain))] == ["CC 1 A", "CCCV 1 A"]


def kinds(values: Sequence[float], **known: object) -> list[list[Row]]:
    """Return cycles whose discharges are set to these currents."""
    return [
        half
        for value in values
        for half in (
            [step("charge", 1.0)],
            [step("discharge", -1.0, control_value=-value, **known)],
        )
    ]


@LAW
@given(
    counts=st.tuples(st.integers(1, 5), st.integers(6, 20)),
    lowered=st.floats(0.96, 1.0),
    since=st.integers(0, 19),
    factor=st.floats(1e-3, 1e3),
)
def test_formation_is_told_from_the_main_kind_though_its_current_is_lowered(
    counts: tuple[int, int], lowered: float, since: int, factor: float, make: Make
) -> None:
    formation, main = counts
    later = [0.5 * (lowered if n >= since else 1.0) for n in range(main)]
    found = make(numbered(kinds([factor * each for each in [*[0.1] * formation, *later]])))
    roles = [row["kind_role"] for row in found]
    assert roles == ["formation"] * formation + ["main"] * main
    places = [row["kind_cycle_count"] for row in found]
    assert places == [*range(1, formation + 1), *range(1, main + 1)]
    assert [row["kind_count"] for row in found] == [1] * formation + [2] * main


def test_kinds_that_recur_or_follow_are_check_ups_and_long_leading_ones_are_neither(
    make: Make,
) -> None:
    values = [0.1, *[0.3] * 6, *[0.5] * 8, 0.1, *[0.5] * 8, 0.2]
    roles = [row["kind_role"] for row in make(numbered(kinds(values)))]
    assert roles == [
        "check_up", *["other"] * 6, *["main"] * 8, "check_up", *["main"] * 8, "check_up",
    ]  # fmt: skip


@LAW
@given(count=st.integers(20, 200), end=st.floats(0.5, 0.79))
def test_a_creeping_value_chains_no_two_kinds(count: int, end: float, make: Make) -> None:
    values = [end ** (n / (count - 1)) for n in range(count)]
    found = make(numbered(kinds(values)))
    for number in {row["kind_count"] for row in found}:
        inside = [v for v, row in zip(values, found, strict=True) if row["kind_count"] == number]
        assert min(inside) >= 0.9 * max(inside)


def test_one_odd_cycle_does_not_part_a_kind(make: Make) -> None:
    found = make(numbered(kinds([*[0.5] * 10, 0.47, *[0.485] * 10])))
    assert {row["kind_count"] for row in found} == {1}


def test_other_temperatures_are_other_kinds_and_unknown_ones_are_not(make: Make) -> None:
    warm = numbered(kinds([0.5] * 6))
    for row in warm:
        row["mean_temperature_celsius"] = {1: 25.0, 2: 28.0, 3: 45.0, 4: 45.0, 5: 23.0, 6: None}[
            row["cycle_count"]
        ]
    found = make(warm)
    assert [row["kind_count"] for row in found] == [1, 1, 2, 2, 1, 1]
    assert found[2]["kind"] == "CC 0.5 A at 45 °C"


def test_a_growing_current_at_constant_power_is_one_kind(make: Make) -> None:
    halves = [
        half
        for n in range(30)
        for half in (
            [step("charge", 1.0)],
            [
                step(
                    "discharge",
                    -1.0,
                    control="CP",
                    control_value=-2.0,
                    median_current_ampere=-0.5 - 0.01 * n,
                )
            ],
        )
    ]
    assert {row["kind"] for row in make(numbered(halves))} == {"CP 2 W"}


@pytest.mark.slow
@LAW
@given(count=st.integers(2, 12), cut=st.integers(1, 11), turned=st.booleans())
def test_the_cycles_of_a_cell_run_on_over_its_tests_in_order_of_start(
    count: int, cut: int, make: Make, *, turned: bool
) -> None:
    values = [0.1 if n < 2 else 0.5 for n in range(count)]
    whole = make(numbered(kinds(values), left=False), {1: (7, START)})
    cut = min(cut, count - 1)
    first, second = (2, 1) if turned else (1, 2)
    steps = [
        *numbered(kinds(values[:cut]), first, left=False),
        *numbered(kinds(values[cut:]), second, left=False),
    ]
    later = START + timedelta(days=1)
    parted = make(steps, {first: (7, START), second: (7, later)})
    parted.sort(key=lambda row: row["cell_cycle_count"])
    own = {"test_id", "cycle_count", "vendor_cycle_count"}
    assert [{k: v for k, v in row.items() if k not in own} for row in parted] == [
        {k: v for k, v in row.items() if k not in own} for row in whole
    ]
    assert [row["cell_cycle_count"] for row in parted] == list(range(1, count + 1))


def test_tests_of_no_cell_are_cells_of_their_own(make: Make) -> None:
    found = make([*numbered(cycles([1.0])), *numbered(cycles([1.0]), 2)])
    assert [(row["test_id"], row["cell_cycle_count"]) for row in found] == [(1, 1), (2, 1)]


def test_every_column_of_a_cycle_is_made(make: Make) -> None:
    assert set(make(numbered(cycles([1.0])))[0]) == {c.name for c in RELATIONS["cycle"].columns}
    assert {"net_charge_ah", "half_cycle_left"} <= {column.name for column in STEP.columns}
