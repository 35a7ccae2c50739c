"""The canonical columns of one test, on their way from a reading to the lake."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.later import Later
from ingest.reading import Finding

Values: TypeAlias = NDArray[Any] | pa.Array | Later


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of equal length under canonical names, then the export's own, and the findings."""

    columns: Mapping[str, Values]
    row_count: int
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why all of it is low_quality, in snake_case: ``time_unit_doubtful``."""
    written: Mapping[str, float] = field(default_factory=dict)
    """Resolution that a text writes a column with, where it is known."""

    def number(self, name: str) -> NDArray[np.float64]:
        """Return a column as float64, NaN throughout where the export has none."""
        values = self.columns.get(name)
        if values is None:
            return np.full(self.row_count, np.nan)
        return np.asarray(values, dtype=np.float64)

    def noting(self, *findings: Finding) -> "Series":
        """Return the same series with more findings."""
        return replace(self, findings=(*self.findings, *findings))

    def doubting(self, reason: str) -> "Series":
        """Return the same series with one more reason to doubt all of it."""
        return replace(self, doubts=(*self.doubts, reason))

    def having(self, columns: Mapping[str, Values]) -> "Series":
        """Return a series of these columns with the same findings."""
        return replace(self, columns=columns)

    def adding(self, columns: Mapping[str, Values]) -> "Series":
        """Return the same series with more columns."""
        return replace(self, columns={**self.columns, **columns})
