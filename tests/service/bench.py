"""A catalog and a lake filled by hand, of steps that are straight lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine, update

from schema.catalog import Cell, LakeFile, RawFile, Test
from schema.catalog.connection import allocate, change
from schema.lake import Lake, WrittenFile
from schema.parquet import Layout
from schema.relation import POINTS, SPECTRUM, STEP, Relation
from schema.settings import Settings
from schema.warehouse import open_warehouse


@dataclass(frozen=True)
class Stretch:
    """A step as a test describes it: straight from one voltage to another at one current."""

    mode: str
    cycle_count: int
    current_ampere: float
    duration_second: float
    first_volt: float
    last_volt: float
    point_count: int = 25


def points_of(stretches: Sequence[Stretch]) -> pa.Table:
    """Return the points of these steps, one after the other, 1 ms between them."""
    parts: dict[str, list[np.ndarray]] = {column.name: [] for column in POINTS.columns[1:]}
    start = 0.0
    for number, each in enumerate(stretches, 1):
        time = np.linspace(start, start + each.duration_second, each.point_count)
        start = time[-1] + 0.001
        parts["test_time_second"].append(time)
        parts["voltage_volt"].append(np.linspace(each.first_volt, each.last_volt, each.point_count))
        parts["current_ampere"].append(np.full(each.point_count, each.current_ampere))
        parts["cycle_count"].append(np.full(each.point_count, each.cycle_count))
        parts["step_count"].append(np.full(each.point_count, number))
        parts["interval_second"].append(np.diff(time, prepend=time[0]))
    total = sum(each.point_count for each in stretches)
    parts["record_index"].append(np.arange(1, total + 1))
    return pa.table({name: np.concatenate(columns) for name, columns in parts.items()})


def steps_of(points: pa.Table, modes: Sequence[str]) -> pa.Table:
    """Return the rollup of points by plain NumPy, one step at a time."""
    rows = []
    column = {name: points[name].to_numpy() for name in points.column_names}
    half_cycle_count, latest = 0, ""
    for number, mode in enumerate(modes, 1):
        inside = column["step_count"] == number
        time, voltage, current = (
            column[name][inside] for name in ("test_time_second", "voltage_volt", "current_ampere")
        )
        if mode in {"charge", "discharge"} and mode != latest:
            half_cycle_count, latest = half_cycle_count + 1, mode
        charge = float(np.trapezoid(current, time)) / 3600
        energy = float(np.trapezoid(current * voltage, time)) / 3600
        rows.append(
            {
                "step_count": number,
                "cycle_count": int(column["cycle_count"][inside][0]),
                "half_cycle_count": max(half_cycle_count, 1),
                "half_cycle_left": False,
                "mode": mode,
                "first_record_index": int(column["record_index"][inside][0]),
                "point_count": int(inside.sum()),
                "start_time_second": float(time[0]),
                "duration_second": float(time[-1] - time[0]),
                "charge_capacity_ah": max(charge, 0.0),
                "discharge_capacity_ah": max(-charge, 0.0),
                "net_charge_ah": charge,
                "charge_error_ah": 1e-3 * abs(charge),
                "charge_source": "trapezoid",
                "charge_energy_wh": max(energy, 0.0),
                "discharge_energy_wh": max(-energy, 0.0),
                "first_voltage_volt": float(voltage[0]),
                "last_voltage_volt": float(voltage[-1]),
                "minimum_voltage_volt": float(voltage.min()),
                "maximum_voltage_volt": float(voltage.max()),
                "median_voltage_volt": float(np.median(voltage)),
                "end_voltage_volt": float(np.median(voltage[-max(1, len(voltage) // 5) :])),
                "median_current_ampere": float(np.median(current)),
                "first_current_ampere": float(current[0]),
                "last_current_ampere": float(current[-1]),
                "gap_count": 0,
                "outlier_count": 0,
                "status": "ok",
            }
        )
    return pa.Table.from_pylist(rows, schema=pa.schema(list(STEP.arrow)[1:]))


def sweeps(count: int) -> pa.Table:
    """Return impedance sweeps of a resistance in series with one parallel to a capacitance."""
    frequency = np.logspace(5, -1, 31)
    impedance = 10 + 90 / (1 + 2j * np.pi * frequency * 90 * 1e-6)
    return pa.table(
        {
            "spectrum_count": np.repeat(np.arange(1, count + 1), 31),
            "record_index": np.arange(1, 31 * count + 1),
            "frequency_hertz": np.tile(frequency, count),
            "real_impedance_ohm": np.tile(impedance.real, count),
            "imaginary_impedance_ohm": np.tile(impedance.imag, count),
        }
    )


class Bench:
    """A catalog and a lake, and the means to fill them without any export."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        warehouse = open_warehouse(self.settings)
        self.engine: Engine = warehouse.engine
        self.lake: Lake = warehouse.lake
        self._files = len(list(self.lake.files()))

    def add_cell(self, name: str, **known: float) -> int:
        """Add a cell and return its id."""
        with change(self.engine, f"cell {name}") as (session, _):
            cell = Cell(name=name, **known)
            session.add(cell)
            session.flush()
            return cell.id

    def add_test(
        self,
        name: str,
        stretches: Sequence[Stretch] = (),
        *,
        points: pa.Table | None = None,
        spectra: pa.Table | None = None,
        cell_id: int | None = None,
    ) -> int:
        """Add a test with its files and return its id; ``points`` replaces those of the steps."""
        (test_id,) = allocate(self.engine, "test", 1)
        with change(self.engine, f"test {name}") as (session, snapshot):
            test = Test(
                id=test_id,
                name=name,
                origin=f"/exports/{name}",
                position=1,
                technique="GCPL" if stretches else "EIS",
                point_count=sum(each.point_count for each in stretches),
                step_count=len(stretches),
                cycle_count=max((each.cycle_count for each in stretches), default=0),
                turn_count=max((each.cycle_count for each in stretches), default=0),
                spectrum_count=0 if spectra is None else 1,
                facts={},
                cell_id=cell_id,
                added_snapshot=snapshot,
            )
            session.add(test)
        self._bring(test_id, name, stretches, points, spectra)
        return test_id

    def supersede(self, test_id: int, stretches: Sequence[Stretch]) -> None:
        """Replace the files of a test in one change."""
        self._bring(test_id, f"test {test_id}", stretches, None, None)

    @staticmethod
    def stretches(cycle_count: int) -> list[Stretch]:
        """Return the steps of so many cycles that begin with a charge."""
        return charge_first(cycle_count)

    @staticmethod
    def points(stretches: Sequence[Stretch]) -> pa.Table:
        """Return the points of these steps, without a test."""
        return points_of(stretches)

    def remove(self, test_id: int) -> None:
        """Take a test and its files away."""
        with change(self.engine, "remove") as (session, snapshot):
            gone = {"removed_snapshot": snapshot}
            session.execute(update(LakeFile).where(LakeFile.test_id == test_id).values(gone))
            session.execute(update(Test).where(Test.id == test_id).values(gone))

    def _bring(
        self,
        test_id: int,
        name: str,
        stretches: Sequence[Stretch],
        points: pa.Table | None,
        spectra: pa.Table | None,
    ) -> None:
        written: list[tuple[str, WrittenFile]] = []
        if stretches:
            points = points_of(stretches) if points is None else points
            steps = steps_of(points, [each.mode for each in stretches])
            written.append(("points", self._write(POINTS, test_id, points)))
            written.append(("steps", self._write(STEP, test_id, steps)))
        if spectra is not None:
            written.append(("spectra", self._write(SPECTRUM, test_id, spectra)))
        with change(self.engine, f"files of {name}") as (session, snapshot):
            session.execute(
                update(LakeFile)
                .where(LakeFile.test_id == test_id, LakeFile.removed_snapshot.is_(None))
                .values(removed_snapshot=snapshot)
            )
            digest = sha256(f"{name} {self._files}".encode()).hexdigest()
            raw = RawFile(
                name=name,
                origin=f"/exports/{name}",
                sha256=digest,
                bytes=1,
                reader="by_hand",
                reader_version="1",
                added_snapshot=snapshot,
            )
            session.add(raw)
            session.flush()
            for kind, file in written:
                session.add(
                    LakeFile(
                        test_id=test_id,
                        raw_file_id=raw.id,
                        kind=kind,
                        path=file.path,
                        rows=file.rows,
                        bytes=file.bytes,
                        sha256=file.sha256,
                        added_snapshot=snapshot,
                    )
                )

    def _write(self, relation: Relation, test_id: int, rows: pa.Table) -> WrittenFile:
        self._files += 1
        rows = rows.add_column(0, "test_id", pa.array(np.full(rows.num_rows, test_id)))
        missing = [c for c in relation.columns if c.name not in rows.column_names]
        if relation is SPECTRUM:
            for column in missing:
                rows = rows.append_column(column.name, pa.nulls(rows.num_rows, column.arrow))
        path = f"{relation.name}/{test_id}-{self._files}.parquet"
        return self.lake.write(path, rows, Layout(relation, "0" * 64, "by_hand", "1"))


def charge_first(cycle_count: int, current_ampere: float = 0.001) -> list[Stretch]:
    """Return cycles that begin with a charge and fade by 2 % each, with a rest after each half."""
    stretches = []
    for cycle in range(1, cycle_count + 1):
        hour = 3600 * 0.98 ** (cycle - 1)
        stretches += [
            Stretch("charge", cycle, current_ampere, hour / 0.99, 3.4, 3.6),
            Stretch("rest", cycle, 0.0, 600.0, 3.5, 3.5, 5),
            Stretch("discharge", cycle, -current_ampere, hour, 3.3, 3.1, 721),
            Stretch("rest", cycle, 0.0, 600.0, 3.2, 3.2, 5),
        ]
    return stretches


def discharge_first(cycle_count: int, current_ampere: float = 0.002) -> list[Stretch]:
    """Return cycles that begin with a discharge; each charge gives back 90 % of it."""
    return [
        stretch
        for cycle in range(1, cycle_count + 1)
        for stretch in (
            Stretch("discharge", cycle, -current_ampere, 1800.0, 2.4, 2.0),
            Stretch("charge", cycle, current_ampere, 1620.0, 2.2, 2.6),
        )
    ]
