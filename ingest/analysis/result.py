"""What a method made of the parts of a test, on its way into the lake."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from schema.analysis import Method
from schema.catalog import Analysis, LakeFile


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one method with one set of settings.

    Attributes:
        method: which method.
        version: its version.
        parameters: its settings, as JSON has them.
        rows: as schema.analysis.LAYOUTS lays them out, one or more for each part; the test is
            filled in where they are written.
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


def settings_hash(parameters: Mapping[str, Any]) -> str:
    """Return the hash of a method's settings."""
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def analysis_row(row: LakeFile, result: Result, tried_on: str | None = None) -> Analysis:
    """Return what says which method and settings made the rows of a lake file that has its key.

    ``tried_on`` is the hash of the one measurement that it was tried on.
    """
    return Analysis(
        lake_file_id=row.id,
        test_id=row.test_id,
        method=result.method,
        version=result.version,
        parameter_hash=result.parameter_hash,
        parameters=dict(result.parameters),
        tried_on=tried_on,
    )
