"""Which cycle each step belongs to where ingest alone could not tell (METRICS 0.4, 4.1).

Ingest numbers each test by itself, by the turns of its charge. Here the tests of one cell are
numbered together: a test that goes on with the half-cycle the last one ended in joins it, whatever
each of them would have counted alone. And here the instrument's count is taken where it is
declared.
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

RENUMBERED: Final = """
CREATE TABLE delta.renumbered (
    test_id BIGINT, step_count BIGINT, subject BIGINT, owner_id BIGINT, owner_cycle_count BIGINT,
    cycle_count BIGINT, half_cycle_count BIGINT, cell_cycle_count BIGINT,
    cell_half_cycle_count BIGINT, half_cycle_left BOOLEAN, mode VARCHAR, seam_error_ah DOUBLE
)
"""
"""Steps with their numbers in their test and in their cell, the test in which their cycle began,
and the charge that may be lost where one test goes on with the half-cycle of another."""
BY_INSTRUMENT: Final = """
SELECT test.test_id, test.cell_id
FROM store.test
LEFT JOIN store.cell ON cell.cell_id = test.cell_id
WHERE coalesce(test.cycle_convention, cell.cycle_convention) = 'instrument'
    AND test.instrument_count IS NOT NULL
"""
_STEPS: Final = f"""
WITH by_instrument AS ({BY_INSTRUMENT}),
subject AS (
    SELECT test_id, coalesce(cell_id, -test_id) AS subject, started_at
    FROM store.test
    WHERE test_id NOT IN (SELECT test_id FROM by_instrument)
        AND coalesce(cell_id NOT IN (
            SELECT cell_id FROM by_instrument WHERE cell_id IS NOT NULL
        ), true)
),
chosen AS (
    SELECT *
    FROM subject
    WHERE test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
        AND subject IN (SELECT subject FROM subject GROUP BY subject HAVING count(*) > 1)
)
SELECT
    chosen.subject, step.test_id, step.step_count, step.mode, step.judged_by, step.net_charge_ah,
    step.charge_capacity_ah, step.discharge_capacity_ah, step.duration_second, step.point_count,
    step.minimum_voltage_volt, step.maximum_voltage_volt, step.last_voltage_volt,
    step.median_current_ampere, step.rest_current_ampere,
    coalesce(CAST(step.step_id AS VARCHAR), step.step_type, CAST(step.step_count AS VARCHAR))
        AS program
FROM delta.step
JOIN chosen ON chosen.test_id = step.test_id
ORDER BY chosen.subject, chosen.started_at NULLS LAST, step.test_id, step.step_count
"""
_AS_DECLARED: Final = f"""
INSERT INTO delta.renumbered BY NAME
SELECT
    step.test_id, step.step_count, -step.test_id AS subject, step.test_id AS owner_id,
    coalesce(step.vendor_cycle_count, step.cycle_count) AS owner_cycle_count,
    coalesce(step.vendor_cycle_count, step.cycle_count) AS cycle_count,
    step.half_cycle_count, step.half_cycle_count AS cell_half_cycle_count, step.half_cycle_left,
    step.mode, 0 AS seam_error_ah
FROM delta.step
WHERE step.test_id IN (SELECT test_id FROM ({BY_INSTRUMENT}))
    AND step.test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
"""
_UPDATE: Final = """
UPDATE delta.step
SET
    mode = renumbered.mode,
    cycle_count = renumbered.cycle_count,
    half_cycle_count = renumbered.half_cycle_count,
    half_cycle_left = renumbered.half_cycle_left
FROM delta.renumbered
WHERE renumbered.test_id = step.test_id
    AND renumbered.step_count = step.step_count
    AND renumbered.test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
"""
_REST_SHARE: Final = 1e-3
_NOISY: Final = 1.05
"""A test whose rest current is this many times the share of its typical one is ruled by noise."""
_TYPICAL: Final = 0.99

Columns = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def renumber(cursor: duckdb.DuckDBPyConnection, tests: Sequence[int]) -> None:
    """Number the steps of these tests, as ingest left them; they are all tests of their cells."""
    steps = cursor.sql(_STEPS, params={"tests": list(tests)}).to_arrow_table()
    if steps.num_rows:
        numbered = pa.concat_tables(pa.table(_numbered(each)) for each in _by_subject(steps))
        cursor.register("numbered", numbered)
        cursor.execute("INSERT INTO delta.renumbered BY NAME SELECT * FROM numbered")
        cursor.unregister("numbered")
    cursor.execute(_AS_DECLARED, {"tests": list(tests)})
    cursor.execute(_UPDATE, {"tests": list(tests)})


def _by_subject(steps: pa.Table) -> Iterator[Columns]:
    columns = {name: steps[name].to_numpy() for name in steps.column_names}
    subject = columns["subject"]
    edges = np.concatenate(([0], np.flatnonzero(np.diff(subject)) + 1, [subject.size]))
    for start, end in itertools.pairwise(edges):
        yield {name: values[start:end] for name, values in columns.items()}


def _numbered(steps: Columns) -> dict[str, Any]:
    """Return the columns of ``renumbered`` for the steps of one cell, in their order."""
    test = steps["test_id"]
    first = np.flatnonzero(np.diff(test, prepend=-1))
    mode = _judged(steps) if first.size > 1 else steps["mode"]
    numbering = number_steps(mode.astype(np.str_), _runs(steps), steps["program"].astype(np.str_))
    cycle, half = numbering.cycle, numbering.half_cycle
    length = np.diff(first, append=test.size)
    since = np.repeat(np.minimum.reduceat(cycle, first), length)
    opened = np.where(half > 0, half, np.iinfo(np.int64).max)
    since_half = np.repeat(np.minimum.reduceat(opened, first), length)
    begun = np.unique(cycle, return_index=True)
    owner_row = begun[1][np.searchsorted(begun[0], cycle)]
    return {
        "test_id": test,
        "step_count": steps["step_count"],
        "subject": steps["subject"],
        "owner_id": test[owner_row],
        "owner_cycle_count": cycle - since[owner_row] + 1,
        "cycle_count": cycle - since + 1,
        "half_cycle_count": pa.array(half - since_half + 1, mask=half == 0),
        "cell_cycle_count": cycle,
        "cell_half_cycle_count": pa.array(half, mask=half == 0),
        "half_cycle_left": numbering.left,
        "mode": pa.array(mode.tolist(), pa.string()),
        "seam_error_ah": _seams(steps, half, first),
    }


def _runs(steps: Columns) -> Runs:
    back = np.minimum(steps["charge_capacity_ah"], steps["discharge_capacity_ah"])
    voltages = (steps[f"{name}_voltage_volt"] for name in ("minimum", "maximum", "last"))
    return Runs(np.nan_to_num(steps["net_charge_ah"]), np.nan_to_num(back), *voltages)


def _judged(steps: Columns) -> NDArray[np.object_]:
    """Return the modes, those known by charge alone checked against the currents of all tests."""
    mode, second = steps["mode"].copy(), steps["duration_second"]
    lasts = second > 0.0
    mean = np.where(lasts, 0.0, steps["median_current_ampere"])
    size = np.zeros(second.size)
    np.divide(3600.0 * steps["net_charge_ah"], second, out=mean, where=lasts)
    gross = steps["charge_capacity_ah"] + steps["discharge_capacity_ah"]
    np.divide(3600.0 * np.nan_to_num(gross), second, out=size, where=lasts)
    flows = np.isin(mode.astype(np.str_), FLOWING)
    rest = _REST_SHARE * _typical(size[flows], second[flows])
    for test in np.unique(steps["test_id"]):
        of_test = flows & (steps["test_id"] == test)
        own = float(np.nanmax(steps["rest_current_ampere"][of_test], initial=0.0))
        if own > _NOISY * _REST_SHARE * _typical(size[of_test], second[of_test]) > 0.0:
            rest = max(rest, own)
    by_charge = (steps["judged_by"] == "charge") & (flows | (mode == "rest"))
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


def _seams(steps: Columns, half: Counts, first: Counts) -> Floats:
    """Return the charge of the interval that is lost where a test goes on with a half-cycle.

    Of what goes on, one record may stand in the test before: it passed nothing, and is of the
    half-cycle before.
    """
    error = np.zeros(half.size)
    rows = first[1:]
    goes_on = (half[rows] == half[rows - 1]) | (steps["mode"][rows] == steps["mode"][rows - 1])
    rows = rows[(half[rows] > 0) & goes_on]
    beat = steps["duration_second"] / np.maximum(steps["point_count"] - 1, 1)
    current = np.abs(np.nan_to_num(steps["median_current_ampere"]))
    error[rows] = np.maximum(beat[rows], beat[rows - 1]) * current[rows] / 3600.0
    return error
