"""A warehouse of many cells, cycled long: steps and catalog as ingest leaves them, without points.

Points of ten thousand cells would be billions; what is published of cycles rests on steps alone.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import insert

from schema.catalog import (
    Cell,
    CellLayer,
    LakeFile,
    Material,
    Process,
    ProcessOutput,
    ProcessParameter,
    RawFile,
    Substance,
    Table,
    Test,
)
from schema.catalog.connection import allocate, change
from schema.lake import Lake, WrittenFile
from schema.parquet import Layout
from schema.relation import STEP
from schema.warehouse import Warehouse

SYMMETRIC_EVERY: Final = 20
"""One cell of so many has lithium on both sides."""
BATCHES: Final = 24
"""Of pellets, each sintered at a temperature of its own batch."""
AREA_CM2: Final = 1.54
_START: Final = datetime(2026, 1, 5, 8)  # noqa: DTZ001 # the instrument's own clock
_TOGETHER: Final = 64
Row = dict[str, Any]


def fill(warehouse: Warehouse, cells: int, cycles: int) -> None:
    """Fill an empty warehouse with cells of one test each."""
    with change(warehouse.engine, "enter cells") as (session, _):
        for model, rows in _made(cells):
            session.execute(insert(model), rows)
    add_tests(warehouse, range(1, cells + 1), cycles)


def add_tests(warehouse: Warehouse, cells: range, cycles: int) -> None:
    """Give each of these cells one more test, all in one snapshot."""
    tests = allocate(warehouse.engine, "test", len(cells))
    pairs = list(zip(tests, cells, strict=True))
    write = partial(_write, warehouse.lake, cycles)
    if len(pairs) <= _TOGETHER:
        files = write(pairs)
    else:  # whoever holds a store must not fork
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            files = [file for some in pool.map(write, _cut(pairs)) for file in some]
    with change(warehouse.engine, "ingest") as (session, snapshot):
        for model, rows in _tested(pairs, files, cycles, snapshot):
            session.execute(insert(model), rows)


def is_symmetric(cell: int) -> bool:
    """Return whether a cell has lithium on both sides."""
    return cell % SYMMETRIC_EVERY == 0


def _cut(pairs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    return (pairs[first : first + _TOGETHER] for first in range(0, len(pairs), _TOGETHER))


def _made(cells: int) -> Iterator[tuple[type[Table], list[Row]]]:
    """Yield what the cells are made of, table after table."""
    batches = range(1, BATCHES + 1)
    yield (
        Substance,
        [
            {"id": 1, "name": "Li", "formula": "Li", "electrons": 1.0},
            {"id": 2, "name": "LATP", "formula": "Li1.3Al0.3Ti1.7(PO4)3"},
            {"id": 3, "name": "LFP", "formula": "LiFePO4", "electrons": 1.0},
        ],
    )
    yield Material, [{"id": n, "name": f"pellet-{n}", "substance_id": 2} for n in batches]
    yield Process, [{"id": n, "name": f"sinter-{n}", "kind": "sinter"} for n in batches]
    yield ProcessOutput, [{"process_id": n, "material_id": n} for n in batches]
    celsius = {n: 850.0 + 25.0 * (n % 5) for n in batches}
    yield (
        ProcessParameter,
        [
            {
                "process_id": n,
                "name": "temperature",
                "unit": "°C",
                "written": f"{t:g} °C",
                "value": t,
                "lower": t,
                "upper": t,
            }
            for n, t in celsius.items()
        ],
    )
    yield Cell, [_cell(n) for n in range(1, cells + 1)]
    yield CellLayer, [layer for n in range(1, cells + 1) for layer in _layers(n)]


def _cell(number: int) -> Row:
    row: Row = {"id": number, "name": f"cell-{number:05}", "area_cm2": AREA_CM2}
    if is_symmetric(number):
        return {**row, "configuration": "Li/LATP/Li", "symmetric": True}
    gram = 1e-3 * _loading(number) * AREA_CM2
    full = {"configuration": "Li/LATP/LFP", "symmetric": False}
    capacity = {"nominal_capacity_ah": 0.16 * gram, "mass_basis": "cathode active material"}
    return {**row, **full, **capacity, "active_mass_gram": gram}


def _layers(cell: int) -> Iterator[Row]:
    stack = (("negative", 1, None), ("electrolyte", 2, 1 + cell % BATCHES))
    last = ("positive", 1 if is_symmetric(cell) else 3, None)
    for position, (role, substance, material) in enumerate((*stack, last), 1):
        yield {
            "cell_id": cell,
            "position": position,
            "role": role,
            "substance_id": substance,
            "material_id": material,
            "loading_mg_per_cm2": _loading(cell) if substance == 3 else None,
        }


def _loading(cell: int) -> float:
    """Return the active mass per area in mg/cm²: cells come in ten loadings."""
    return 8.0 + 0.5 * (cell % 10)


def _tested(
    pairs: list[tuple[int, int]], files: list[WrittenFile], cycles: int, snapshot: int
) -> Iterator[tuple[type[Table], list[Row]]]:
    """Yield what ingest notes of tests, table after table."""
    added = {"added_snapshot": snapshot}
    yield (
        RawFile,
        [
            {
                "id": test,
                "name": f"test-{test}.ndax",
                "origin": f"test-{test}.ndax",
                "sha256": _sha256(test),
                "bytes": 1,
                **added,
                "reader": "neware_ndax",
                "reader_version": "1",
            }
            for test, _ in pairs
        ],
    )
    yield (
        Test,
        [
            {
                "id": test,
                "name": f"test-{test}",
                "origin": f"test-{test}.ndax",
                "position": 1,
                "cell_id": cell,
                "instrument": "Neware",
                "technique": "GCPL",
                "started_at": _START + timedelta(hours=test % 1000),
                "facts": {},
                **added,
                "point_count": 200 * cycles,
                "step_count": 2 * cycles,
                "cycle_count": cycles,
                "turn_count": cycles,
                "spectrum_count": 0,
                "duration_second": 7200.0 * 2 * cycles,
            }
            for test, cell in pairs
        ],
    )
    yield (
        LakeFile,
        [
            {
                "test_id": test,
                "raw_file_id": test,
                "kind": "steps",
                "path": file.path,
                "rows": file.rows,
                "bytes": file.bytes,
                "sha256": file.sha256,
                **added,
            }
            for (test, _), file in zip(pairs, files, strict=True)
        ],
    )


def _sha256(test: int) -> str:
    return sha256(str(test).encode()).hexdigest()


def _write(lake: Lake, cycles: int, pairs: list[tuple[int, int]]) -> list[WrittenFile]:
    """Bring the steps of tests to rest."""
    return [
        lake.write(
            f"steps/{test}.parquet",
            steps(test, cell, cycles),
            Layout(STEP, _sha256(test), "neware_ndax", "1"),
        )
        for test, cell in pairs
    ]


def steps(test: int, cell: int, cycles: int) -> pa.Table:
    """Return the steps of a test: a charge and a discharge a cycle, fading, with noise."""
    noise = np.random.default_rng(test)
    count = 2 * cycles
    step = np.arange(1, count + 1)
    cycle = (step + 1) // 2
    charges = step % 2 == 1
    sign = np.where(charges, 1.0, -1.0)
    columns = (_symmetric if is_symmetric(cell) else _full)(noise, cell, cycle, charges)
    ampere, hour, volt = columns["ampere"], columns["hour"], columns["volt"]
    charge = ampere * hour
    second = 3600.0 * hour
    start = np.concatenate(([0.0], np.cumsum(second + 60.0)[:-1]))
    told = {
        "test_id": np.full(count, test),
        "step_count": step,
        "cycle_count": cycle,
        "half_cycle_count": step,
        "half_cycle_left": step < count,
        "mode": np.where(charges, "charge", "discharge"),
        "judged_by": np.full(count, "label"),
        "control": np.full(count, "CC"),
        "control_value": sign * ampere,
        "step_id": 1 + step % 2,
        "vendor_cycle_count": cycle,
        "step_type": np.where(charges, "CC Chg", "CC DChg"),
        "first_record_index": 1 + 100 * (step - 1),
        "point_count": np.full(count, 100),
        "start_time_second": start,
        "duration_second": second,
        "charge_capacity_ah": np.where(charges, charge, 0.0),
        "discharge_capacity_ah": np.where(charges, 0.0, charge),
        "net_charge_ah": sign * charge,
        "charge_error_ah": 1e-4 * charge,
        "charge_source": np.full(count, "counter"),
        "status": np.full(count, "ok"),
        "charge_energy_wh": np.where(charges, charge * abs(volt), 0.0),
        "discharge_energy_wh": np.where(charges, 0.0, charge * abs(volt)),
        **dict.fromkeys(("first_voltage_volt", "last_voltage_volt"), volt),
        **dict.fromkeys(("median_voltage_volt", "mean_voltage_volt"), volt),
        **dict.fromkeys(("middle_voltage_volt", "end_voltage_volt"), volt),
        **dict.fromkeys(("peak_early_voltage_volt", "late_mean_voltage_volt"), abs(volt)),
        "minimum_voltage_volt": volt - 0.01,
        "maximum_voltage_volt": volt + 0.01,
        "late_deviation_volt": np.full(count, 1e-4),
        **dict.fromkeys(("mean_current_ampere", "median_current_ampere"), sign * ampere),
        **dict.fromkeys(("first_current_ampere", "last_current_ampere"), sign * ampere),
        "mean_temperature_celsius": 25.0 + noise.normal(0.0, 0.2, count),
    }
    arrays = [
        pa.array(told[each.name], each.arrow) if each.name in told else pa.nulls(count, each.arrow)
        for each in STEP.columns
    ]
    return pa.Table.from_arrays(arrays, schema=STEP.arrow)


def _full(
    noise: np.random.Generator, cell: int, cycle: np.ndarray, charges: np.ndarray
) -> dict[str, np.ndarray]:
    """Return currents, hours and voltages of an LFP cell at C/2."""
    ampere = 0.5 * 0.16 * 1e-3 * _loading(cell) * AREA_CM2
    fade = noise.uniform(2e-4, 6e-4) * cycle + noise.uniform(0.0, 2e-3) * np.sqrt(cycle)
    health = 1.0 - fade + noise.normal(0.0, 5e-4, len(cycle))
    lost = np.where(charges, noise.uniform(0.998, 0.9995), 1.0)  # put in, over what it takes
    volt = 3.42 + np.where(charges, 0.05, -0.05) * (1.0 + fade) + noise.normal(0, 1e-3, len(cycle))
    return {
        "ampere": np.full(len(cycle), ampere),
        "hour": 1.9 * health / lost,
        "volt": volt,
    }


def _symmetric(
    noise: np.random.Generator, cell: int, cycle: np.ndarray, charges: np.ndarray
) -> dict[str, np.ndarray]:
    """Return currents, hours and voltages of lithium plated to and fro; some cells fail."""
    ampere = (0.1, 0.2, 0.5)[cell // SYMMETRIC_EVERY % 3] * 1e-3 * AREA_CM2
    rise = noise.uniform(0.0, 2e-3) * cycle
    volt = 0.06 * (1.0 + rise) * (1.0 + noise.normal(0.0, 0.01, len(cycle)))
    dies = noise.integers(len(cycle) // 4, len(cycle))  # half of them within the test
    volt[2 * dies :] = 5.2
    return {
        "ampere": np.full(len(cycle), ampere),
        "hour": np.full(len(cycle), 1.0),
        "volt": np.where(charges, volt, -volt),
    }
