"""polars, which knows nothing of a cycler: what it takes to read a text, or part its fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl

from benchmarks.stopwatch import Work


@dataclass(frozen=True, slots=True)
class Schema:
    """What somebody who knows a file tells polars of it."""

    above: int
    """Lines above the records."""
    separator: str
    decimal_comma: bool
    kinds: tuple[str, ...]
    """Of columns, as polars calls them."""
    dates: tuple[tuple[int, str], ...]
    """How the columns that are dates are written, by their place."""

    @classmethod
    def of(
        cls,
        small: Path,
        above: int,
        separator: str,
        *,
        decimal_comma: bool,
        dates: tuple[tuple[int, str], ...],
    ) -> Self:
        """Return the schema of a small file of the same kind, by a look at all of it."""
        frame = pl.read_csv(
            small,
            has_header=False,
            skip_lines=above,
            separator=separator,
            decimal_comma=decimal_comma,
            infer_schema_length=None,
        )
        kinds = (str(kind) if kind in {pl.Int64, pl.Float64} else "String" for kind in frame.dtypes)
        return cls(above, separator, decimal_comma, tuple(kinds), dates)


@contextmanager
def columns(path: Path, small: Path, how: Schema) -> Iterator[Work]:
    """Read a text below its head into a frame of the types declared; answer its rows."""
    schema = {f"column {place}": getattr(pl, kind) for place, kind in enumerate(how.kinds)}

    def read(source: Path) -> int:
        frame = pl.read_csv(
            source,
            has_header=False,
            skip_lines=how.above,
            separator=how.separator,
            decimal_comma=how.decimal_comma,
            schema=schema,
        )
        return frame.with_columns(dates).height

    dates = [pl.nth(place).str.to_datetime(written, strict=True) for place, written in how.dates]
    read(small)
    yield lambda: read(path)


@contextmanager
def texts(path: Path, small: Path) -> Iterator[Work]:
    """Read a csv into a frame of texts; answer its rows."""

    def read(source: Path) -> int:
        return pl.read_csv(source, infer_schema=False).height

    read(small)
    yield lambda: read(path)
