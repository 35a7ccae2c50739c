"""What is computed of the sweeps of a test, kept, found again, and computed anew beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from ingest.analysis.computation import results
from ingest.analysis.earlier import Earlier, computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.refit import analyzable, refit
from ingest.intake import take_in
from ingest.subject import SWEEPS
from schema.analysis import LAYOUTS, Method
from schema.analysis.impedance import IMPEDANCE_LAYOUTS
from schema.catalog import Analysis, LakeFile, Sweep
from schema.catalog.connection import look
from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

PELLET = "synthetic-pellet-1.mpt"
SETTINGS = AnalysisSettings.with_circuits(["R0-p(R1,CPE1)-CPE2"])


def nothing(
    method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
) -> pa.Table:
    """Return no earlier rows."""
    assert version
    assert parameters
    assert hashes
    return LAYOUTS[method].arrow.empty_table()


def spectra(resistances: list[float]) -> dict[str, Any]:
    """Return a sweep of an arc before a blocking tail, at each series resistance."""
    frequency = np.logspace(6, -1, 40)
    omega = 2j * np.pi * frequency
    arc = 500 / (1 + 500 * 1e-8 * omega) + 1 / (1e-5 * omega**0.9)
    impedance = np.concatenate([resistance + arc for resistance in resistances])
    return {
        "spectrum_count": np.repeat(np.arange(1, len(resistances) + 1), len(frequency)),
        "frequency_hertz": np.tile(frequency, len(resistances)),
        "real_impedance_ohm": impedance.real,
        "imaginary_impedance_ohm": impedance.imag,
    }


def kinds(warehouse: Warehouse) -> dict[str, int]:
    with look(warehouse.engine) as session:
        found = session.scalars(select(LakeFile.kind)).all()
    return {kind: found.count(kind) for kind in set(found)}


@pytest.fixture(scope="module")
def pellet(module_settings: Settings, demo_study: Path) -> Settings:
    """Return settings of a warehouse that took a pellet of six sweeps in: to copy, or to read."""
    warehouse = open_warehouse(module_settings)
    take_in(warehouse, demo_study / "exports" / PELLET)
    warehouse.engine.dispose()
    return module_settings


@pytest.fixture
def warehouse(
    pellet: Settings,
    copied: Callable[[Settings, Path], AbstractContextManager[Settings]],
    tmp_path: Path,
) -> Iterator[Warehouse]:
    """Return a warehouse with that pellet, the test's own."""
    with copied(pellet, tmp_path / "home") as settings:
        warehouse = open_warehouse(settings)
        yield warehouse
        warehouse.engine.dispose()


def test_rows_are_keyed_by_input_version_and_settings() -> None:
    sweeps = spectra([10.0, 20.0])
    for result in results(sweeps, SETTINGS, nothing):
        rows = result.rows
        assert rows.schema == LAYOUTS[result.method].arrow
        assert set(rows["input_hash"].to_pylist()) == set(SWEEPS.hashes(sweeps))
        assert set(rows["version"].to_pylist()) == {result.version}
        assert set(rows["parameter_hash"].to_pylist()) == {result.parameter_hash}
        assert rows["spectrum_count"].to_pylist() == sorted(rows["spectrum_count"].to_pylist())
        assert pc.unique(rows["spectrum_count"]).to_pylist() == [1, 2]


def test_other_settings_have_another_hash_and_the_same_have_the_same() -> None:
    sweeps = spectra([10.0])
    one, same = (results(sweeps, SETTINGS, nothing, ["fit"])[0] for _ in range(2))
    (other,) = results(sweeps, AnalysisSettings.with_circuits(["R0-CPE2"]), nothing, ["fit"])
    assert one.parameter_hash == same.parameter_hash != other.parameter_hash
    assert one.rows.equals(same.rows)


def test_what_was_computed_before_is_taken_and_never_computed_again() -> None:
    sweeps = spectra([10.0, 20.0, 30.0])
    (first,) = results(spectra([20.0]), SETTINGS, nothing, ["fit"])
    marked = first.rows.set_column(
        first.rows.schema.get_field_index("chi_square"), "chi_square", pa.array([0.125])
    )

    def earlier(
        method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        assert (method, version, parameters) == (first.method, first.version, first.parameters)
        assert hashes == SWEEPS.hashes(sweeps)
        return marked

    (result,) = results(sweeps, SETTINGS, earlier, ["fit"])
    assert result.rows["spectrum_count"].to_pylist() == [1, 2, 3]
    chi_square = result.rows["chi_square"].to_pylist()
    assert chi_square[1] == 0.125
    assert 0.125 not in (chi_square[0], chi_square[2])


def test_relaxation_takes_the_tail_of_fits_computed_or_recalled() -> None:
    sweeps = spectra([10.0, 20.0])
    fits, alone = results(sweeps, SETTINGS, nothing, ["fit", "relaxation"])
    assert set(alone.rows["tail"].to_pylist()) == {"CPE2"}
    assert set(alone.rows["tail_circuit"].to_pylist()) == {"R0-p(R1,CPE1)-CPE2"}
    assert set(alone.rows["status"].to_pylist()) == {"ok"}

    def earlier(
        method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        known = nothing(method, version, parameters, hashes)
        return fits.rows if method == "fit" else known

    (recalled,) = results(sweeps, SETTINGS, earlier, ["relaxation"])
    assert recalled.rows.equals(alone.rows)


def test_relaxation_of_other_fits_has_another_hash() -> None:
    sweeps = spectra([10.0])
    (one,) = results(sweeps, SETTINGS, nothing, ["relaxation"])
    other_circuits = AnalysisSettings.with_circuits(["R0-p(R1,CPE1)"])
    (other,) = results(sweeps, other_circuits, nothing, ["relaxation"])
    assert one.parameter_hash != other.parameter_hash
    assert set(other.rows["tail"].to_pylist()) == {"series capacitance"}
    assert set(other.rows["status"].to_pylist()) == {"low_quality"}


def test_a_circuit_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidArgument, match="character"):
        AnalysisSettings.with_circuits(["R0-p(R1"])


def test_garbage_is_kept_with_a_reason() -> None:
    sweeps = spectra([10.0])
    sweeps["real_impedance_ohm"] = np.full(40, 5.0)
    sweeps["imaginary_impedance_ohm"] = np.zeros(40)
    for result in results(sweeps, SETTINGS, nothing):
        rows = result.rows.to_pylist()
        assert all(row.get("verdict", row.get("status")) != "ok" for row in rows)
        assert all(row["reason"] for row in rows)


def test_an_ingest_keeps_sweeps_and_what_was_computed_of_them(
    warehouse: Warehouse,
) -> None:
    assert kinds(warehouse) == {
        "points": 1, "steps": 1, "spectra": 1,
        "fits": 1, "kramers_kronig": 1, "relaxations": 1,
    }  # fmt: skip
    with look(warehouse.engine) as session:
        sweeps = session.scalars(select(Sweep).order_by(Sweep.spectrum_count)).all()
        methods = session.scalars(select(Analysis.method).order_by(Analysis.method)).all()
    assert [each.temperature_celsius for each in sweeps] == [30, 40, 50, 60, 70, 80]
    assert {(each.point_count, each.temperature_drift_kelvin) for each in sweeps} == {(65, 0)}
    assert [each.lowest_frequency_hertz for each in sweeps] == pytest.approx([0.1] * 6)
    assert [each.highest_frequency_hertz for each in sweeps] == pytest.approx([1e7] * 6)
    assert methods == ["fit", "kramers_kronig", "relaxation"]


def test_the_same_sweeps_in_another_file_are_found_in_the_lake(
    demo_study: Path, warehouse: Warehouse, tmp_path: Path
) -> None:
    again = tmp_path / "again.mpt"
    content = (demo_study / "exports" / PELLET).read_bytes()
    again.write_bytes(content.replace(b"channel : 1", b"channel : 2"))  # else it is the same test
    assert take_in(warehouse, again).status == "ingested"
    found: Earlier = computed_before(warehouse, SWEEPS)
    with look(warehouse.engine) as session:
        rows = session.execute(
            select(Analysis.method, Analysis.version, Analysis.parameters, LakeFile.path).join(
                LakeFile, LakeFile.id == Analysis.lake_file_id
            )
        ).all()
        hashes = session.scalars(select(Sweep.input_hash).distinct()).all()
    assert len(hashes) == 6
    for found_method, version, parameters, path in rows:
        method = cast("Method", found_method)
        table = pq.read_table(warehouse.lake.path(path)).drop_columns(["test_id"])
        known = found(method, version, parameters, hashes)
        assert known.num_rows == table.num_rows
        assert set(table["input_hash"].to_pylist()) == set(hashes)
    tables = {
        method: [
            pq.read_table(warehouse.lake.path(path)).drop_columns(["test_id"])
            for other, _, _, path in rows
            if other == method
        ]
        for method in IMPEDANCE_LAYOUTS
    }
    assert all(one.equals(other) for one, other in tables.values())


@pytest.mark.slow
def test_a_longer_export_keeps_the_keys_of_its_sweeps(
    demo_study: Path, empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = tmp_path / PELLET
    whole = (demo_study / "exports" / PELLET).read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join(whole[: -3 * 65]))
    take_in(empty_warehouse, export)
    with look(empty_warehouse.engine) as session:
        before = {
            row.spectrum_count: row.id
            for row in session.scalars(select(Sweep).order_by(Sweep.spectrum_count))
        }
    export.write_bytes(b"".join(whole))
    assert take_in(empty_warehouse, export).status == "ingested"
    with look(empty_warehouse.engine) as session:
        after = {
            row.spectrum_count: row.id
            for row in session.scalars(select(Sweep).order_by(Sweep.spectrum_count))
        }
    assert list(before) == [1, 2, 3]
    assert list(after) == [1, 2, 3, 4, 5, 6]
    assert before.items() <= after.items()


def test_a_refit_stands_beside_what_was_there_and_is_not_done_twice(
    warehouse: Warehouse,
) -> None:
    tests = analyzable(warehouse, SWEEPS)
    assert [name for _, name in tests] == ["synthetic-pellet-1"]
    (same,) = refit(warehouse, tests, AnalysisSettings(), list(IMPEDANCE_LAYOUTS))
    assert same.added == ()
    (other,) = refit(warehouse, tests, SETTINGS, ["fit"])
    assert (other.parts, other.added) == (6, ("fit", "relaxation"))
    (again,) = refit(warehouse, tests, SETTINGS, ["fit"])
    assert again.added == ()
    assert kinds(warehouse)["fits"] == kinds(warehouse)["relaxations"] == 2
    with look(warehouse.engine) as session:
        latest = {
            row.method: row for row in session.scalars(select(Analysis).order_by(Analysis.id)).all()
        }
    fitted, relaxed = latest["fit"], latest["relaxation"]
    assert relaxed.parameters["fit"] == {
        "version": fitted.version,
        "parameter_hash": fitted.parameter_hash,
    }


def test_resampled_sweeps_stand_beside_others_on_the_same_fits(
    warehouse: Warehouse,
) -> None:
    tests = analyzable(warehouse, SWEEPS)
    resampled = AnalysisSettings(relaxation=RelaxationSettings(resamples=25))
    (told,) = refit(warehouse, tests, resampled, ["relaxation"])
    assert told.added == ("relaxation",)
    (again,) = refit(warehouse, tests, resampled, ["relaxation"])
    assert again.added == ()
    with look(warehouse.engine) as session:
        made = select(LakeFile.path).join(Analysis, Analysis.lake_file_id == LakeFile.id)
        paths = session.scalars(
            made.where(Analysis.method == "relaxation").order_by(LakeFile.id)
        ).all()
    before, after = (pq.read_table(warehouse.lake.path(path)) for path in paths)
    assert set(before["resample_count"].to_pylist()) == {0}
    assert set(after["resample_count"].to_pylist()) == {25}
    for one, other in zip(before.to_pylist(), after.to_pylist(), strict=True):
        assert one["relaxation_density"] == other["relaxation_density"]
        for plain, drawn in zip(one["relaxation_peak"], other["relaxation_peak"], strict=True):
            assert plain["resistance_ohm"] == drawn["resistance_ohm"]
            assert plain["resistance_low_ohm"] is plain["resistance_high_ohm"] is None
            assert drawn["resistance_low_ohm"] < drawn["resistance_ohm"]
            assert drawn["resistance_ohm"] < drawn["resistance_high_ohm"]
