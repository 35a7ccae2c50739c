"""What a method made of the sweeps of a test, on its way into the lake."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import select

from schema.analysis import LAYOUTS, Method
from schema.catalog import Analysis, LakeFile, Sweep
from schema.catalog.connection import look
from schema.warehouse import Warehouse

_AT_ONCE: Final = 10_000
"""Values that any database takes in one statement."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one method with one set of settings.

    Attributes:
        method: which method.
        version: its version.
        parameters: its settings, as JSON has them.
        rows: a row per sweep (and circuit, or way), as schema.analysis.LAYOUTS lays them out; the
            test is filled in where they are written.
    """

    method: Method
    version: str
    parameters: Mapping[str, Any]
    rows: pa.Table

    @property
    def parameter_hash(self) -> str:
        """Return the hash of the settings."""
        return settings_hash(self.parameters)

    def of_test(self, test_id: int) -> pa.Table:
        """Return the rows of a test."""
        ids = pa.array(np.full(self.rows.num_rows, test_id))
        return self.rows.set_column(self.rows.schema.get_field_index("test_id"), "test_id", ids)


class Earlier(Protocol):
    """What finds rows that were computed before."""

    def __call__(
        self, method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        """Return the rows of these inputs, by this version with these settings."""
        ...


def settings_hash(parameters: Mapping[str, Any]) -> str:
    """Return the hash of a method's settings."""
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def input_hashes(spectra: Mapping[str, Any]) -> list[str]:
    """Return the hash of the points of each sweep, in the order of their count."""
    count: NDArray[np.int64] = spectra["spectrum_count"]
    points = np.column_stack(
        [
            np.asarray(spectra[name], dtype="<f8")
            for name in ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
        ]
    )
    parts = np.split(points, np.flatnonzero(np.diff(count)) + 1)
    return [hashlib.sha256(part.tobytes()).hexdigest()[:16] for part in parts]


def analysis_row(row: LakeFile, result: Result) -> Analysis:
    """Return what says which method and settings made the rows of a lake file that has its key."""
    return Analysis(
        lake_file_id=row.id,
        test_id=row.test_id,
        method=result.method,
        version=result.version,
        parameter_hash=result.parameter_hash,
        parameters=dict(result.parameters),
    )


def computed_before(warehouse: Warehouse) -> Earlier:
    """Return what finds rows in the lake: equal sweeps of any test are computed once."""

    def earlier(
        method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        layout = LAYOUTS[method]
        made = (
            select(LakeFile.path)
            .join(Analysis, Analysis.lake_file_id == LakeFile.id)
            .join(Sweep, Sweep.test_id == LakeFile.test_id)
            .where(
                Analysis.method == method,
                Analysis.version == version,
                Analysis.parameter_hash == settings_hash(parameters),
            )
        )
        paths: set[str] = set()
        with look(warehouse.engine) as session:
            for some in (hashes[i : i + _AT_ONCE] for i in range(0, len(hashes), _AT_ONCE)):
                paths |= set(session.scalars(made.where(Sweep.input_hash.in_(some))))
        found, left = layout.arrow.empty_table(), set(hashes)
        for path in map(warehouse.lake.path, sorted(paths)):
            if left and path.exists():  # a superseded file is good, until it is swept
                rows = pq.read_table(path, schema=layout.arrow)
                rows = rows.filter(pc.is_in(rows["input_hash"], pa.array(left, pa.string())))
                found = pa.concat_tables([found, rows])
                left -= set(rows["input_hash"].to_pylist())
        return found

    return earlier
