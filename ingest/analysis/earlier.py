"""Results that are in the lake already: what was computed of equal points is not computed again."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import select

from ingest.analysis.result import settings_hash
from ingest.analysis.subject import Subject
from schema.analysis import LAYOUTS, Method
from schema.catalog import Analysis, LakeFile
from schema.catalog.connection import look
from schema.verification import damage
from schema.warehouse import Warehouse

_AT_ONCE: Final = 10_000
"""Values that any database takes in one statement."""


class Earlier(Protocol):
    """What finds rows that were computed before."""

    def __call__(
        self, method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        """Return the rows of these inputs, by this version with these settings."""
        ...


def computed_before(warehouse: Warehouse, subject: Subject) -> Earlier:
    """Return what finds rows in the lake: equal points of any test are computed once."""
    table = subject.table

    def earlier(
        method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
    ) -> pa.Table:
        layout = LAYOUTS[method]
        matching = (
            select(LakeFile.path, LakeFile.sha256)
            .join(Analysis, Analysis.lake_file_id == LakeFile.id)
            .join(table, table.test_id == LakeFile.test_id)
            .where(
                Analysis.method == method,
                Analysis.version == version,
                Analysis.parameter_hash == settings_hash(parameters),
            )
        )
        files: set[tuple[str, str]] = set()
        with look(warehouse.engine) as session:
            for some in (hashes[i : i + _AT_ONCE] for i in range(0, len(hashes), _AT_ONCE)):
                rows = session.execute(matching.where(table.input_hash.in_(some)))
                files |= {(path, sha256) for path, sha256 in rows}
        found, left = layout.arrow.empty_table(), set(hashes)
        for name, sha256 in sorted(files):
            path = warehouse.lake.path(name)
            # a superseded file is good, until it is swept; of a damaged one nothing is taken over
            if left and damage(path, sha256) is None:
                known = pq.read_table(path, schema=layout.arrow)
                known = known.filter(pc.is_in(known["input_hash"], pa.array(left, pa.string())))
                found = pa.concat_tables([found, known])
                left -= set(known["input_hash"].to_pylist())
        return found

    return earlier
