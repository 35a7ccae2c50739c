"""Which cycle of its cell each step belongs to, over all tests of the cell (METRICS 4.1).

A test that goes on with the half-cycle the last one ended in joins it, whatever each of them would
have counted alone. Only cells of several tests are numbered here; ingest has numbered the others.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schema.cycle import FLOWING, number_steps
from schema.half_cycle import Runs

_REST_SHARE: Final = 1e-3
_NOISY: Final = 1.05
"""A test whose rest current is this many times the share of its typical one is ruled by noise."""
_TYPICAL: Final = 0.99
_STEPS: Final = """
SELECT
    test.cell_id, step.test_id, step.step_count, step.mode, step.judged_by, step.net_charge_ah,
    step.charge_capacity_ah, step.discharge_capacity_ah, step.duration_second, step.point_count,
    step.minimum_voltage_volt, step.maximum_voltage_volt, step.last_voltage_volt,
    step.median_current_ampere, step.rest_current_ampere,
    coalesce(CAST(step.step_id AS VARCHAR), step.step_type, CAST(step.step_count AS VARCHAR))
        AS program
FROM store.step
JOIN store.test ON test.test_id = step.test_id
WHERE test.cell_id IN (
    SELECT cell_id
    FROM store.test
    WHERE cell_id IN (
        SELECT cell_id FROM store.test WHERE test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
    )
    GROUP BY cell_id
    HAVING count(*) > 1
)
ORDER BY test.cell_id, test.started_at NULLS LAST, step.test_id, step.step_count
"""
JOINED: Final = """
CREATE TABLE store.joined (
    test_id BIGINT, step_count BIGINT, cell_id BIGINT, owner_id BIGINT, cycle_count BIGINT,
    half_cycle_count BIGINT, cell_cycle_count BIGINT, cell_half_cycle_count BIGINT,
    half_cycle_left BOOLEAN, mode VARCHAR, seam_error_ah DOUBLE
)
"""
"""Steps of cells of several tests, each with its numbers in its test and in its cell, and the test
in which its cycle began."""
_UPDATE: Final = """
UPDATE store.step
SET
    mode = joined.mode,
    cycle_count = joined.cycle_count,
    half_cycle_count = joined.half_cycle_count,
    half_cycle_left = joined.half_cycle_left
FROM store.joined
WHERE joined.test_id = step.test_id
    AND joined.step_count = step.step_count
    AND joined.test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
"""

_DELETE: Final = (
    "DELETE FROM store.joined WHERE test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))"
)

Columns = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]


def number_cells(cursor: duckdb.DuckDBPyConnection, tests: Sequence[int]) -> None:
    """Number the steps of all cells of several tests that these tests ran on."""
    cursor.execute(_DELETE, {"tests": list(tests)})
    steps = cursor.sql(_STEPS, params={"tests": list(tests)}).to_arrow_table()
    if steps.num_rows == 0:
        return
    numbered = pa.concat_tables(pa.table(_numbered(cell)) for cell in _cells(steps))
    cursor.register("numbered", numbered)
    cursor.execute("INSERT INTO store.joined BY NAME SELECT * FROM numbered")
    cursor.unregister("numbered")
    cursor.execute(_UPDATE, {"tests": list(tests)})


def _cells(steps: pa.Table) -> Iterator[Columns]:
    columns = {name: steps[name].to_numpy(zero_copy_only=False) for name in steps.column_names}
    cell = columns["cell_id"]
    edges = np.concatenate(([0], np.flatnonzero(np.diff(cell)) + 1, [cell.size]))
    for start, end in itertools.pairwise(edges):
        yield {name: values[start:end] for name, values in columns.items()}


def _numbered(steps: Columns) -> dict[str, Any]:
    """Return the columns of ``joined`` for the steps of one cell, in their order."""
    charge = np.nan_to_num(steps["net_charge_ah"].astype(np.float64))
    mode = _judged(steps, charge)
    back = np.minimum(steps["charge_capacity_ah"], steps["discharge_capacity_ah"])
    numbering = number_steps(
        mode.astype(np.str_),
        Runs(
            charge,
            np.nan_to_num(back.astype(np.float64)),
            *(
                steps[f"{name}_voltage_volt"].astype(np.float64)
                for name in ("minimum", "maximum", "last")
            ),
        ),
        steps["program"].astype(np.str_),
    )
    test = steps["test_id"]
    first = np.flatnonzero(np.diff(test, prepend=-1))
    length = np.diff(first, append=test.size)

    def since(count: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count from 1 in each test."""
        begin = np.where(count > 0, count, np.iinfo(np.int64).max)
        base = np.repeat(np.minimum.reduceat(begin, first), length)
        return np.where(count > 0, count - base + 1, 0)

    half = numbering.half_cycle
    own_half = since(half)
    begun = np.unique(numbering.cycle, return_index=True)
    owner = test[begun[1]][np.searchsorted(begun[0], numbering.cycle)]
    return {
        "test_id": test,
        "step_count": steps["step_count"],
        "cell_id": steps["cell_id"],
        "owner_id": owner,
        "cycle_count": since(numbering.cycle),
        "half_cycle_count": pa.array(own_half, mask=half == 0),
        "cell_cycle_count": numbering.cycle,
        "cell_half_cycle_count": pa.array(half, mask=half == 0),
        "half_cycle_left": numbering.left,
        "mode": pa.array(mode.tolist(), pa.string()),
        "seam_error_ah": _seams(steps, half, first),
    }


def _judged(steps: Columns, charge: Floats) -> NDArray[np.object_]:
    """Return the modes, those told by charge alone held against the currents of all tests."""
    mode, second = steps["mode"].copy(), steps["duration_second"].astype(np.float64)
    gross = np.nan_to_num(
        (steps["charge_capacity_ah"] + steps["discharge_capacity_ah"]).astype(np.float64)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(second > 0.0, 3600.0 * charge / second, steps["median_current_ampere"])
        size = np.where(second > 0.0, 3600.0 * gross / second, 0.0)
    flows = np.isin(mode.astype(np.str_), FLOWING)
    rest = _REST_SHARE * _typical(size[flows], second[flows])
    for test in np.unique(steps["test_id"]):
        of_test = steps["test_id"] == test
        own = steps["rest_current_ampere"][of_test].astype(np.float64)
        typical = _typical(size[of_test & flows], second[of_test & flows])
        if own.size and own[0] > _NOISY * _REST_SHARE * typical and typical > 0.0:
            rest = max(rest, float(own[0]))
    by_charge = (steps["judged_by"] == "charge") & np.isin(mode.astype(np.str_), (*FLOWING, "rest"))
    mode[by_charge & (mean > rest)] = "charge"
    mode[by_charge & (mean < -rest)] = "discharge"
    mode[by_charge & (np.abs(mean) <= rest)] = "rest"
    return np.asarray(mode)


def _typical(size: Floats, second: Floats) -> float:
    """Return the time-weighted 99th percentile of currents."""
    order = np.argsort(size)
    total = np.cumsum(second[order])
    if total.size == 0 or total[-1] == 0.0:
        return 0.0
    return float(size[order][min(np.searchsorted(total, _TYPICAL * total[-1]), size.size - 1)])


def _seams(steps: Columns, half: NDArray[np.int64], first: NDArray[np.int64]) -> Floats:
    """Return the charge of the interval that is lost where a test goes on with a half-cycle."""
    error = np.zeros(half.size)
    goes_on = first[1:][(half[first[1:]] > 0) & (half[first[1:]] == half[first[1:] - 1])]
    count = steps["point_count"].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        beat = steps["duration_second"].astype(np.float64) / (count - 1.0)
    beat = np.nan_to_num(beat, posinf=0.0)
    current = np.abs(np.nan_to_num(steps["median_current_ampere"].astype(np.float64)))
    error[goes_on] = np.maximum(beat[goes_on], beat[goes_on - 1]) * current[goes_on] / 3600.0
    return error
