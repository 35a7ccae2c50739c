"""Rows with their units: an Arrow table, and one call away from NumPy, pandas and Polars."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from leyden_client.error import NotInstalled, Unsuitable

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_SHOWN_ROWS: Final = 10
_SHOWN_VALUES: Final = 3
_LONGEST: Final = 40
_JSON: Final = frozenset({"arguments", "grain", "left_out"})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """Rows as they came; ``arrow`` is the table itself, with unit and meaning on each field.

    Any library that takes Arrow takes it as it is: ``polars.DataFrame(table)``, DuckDB, pandas.
    """

    arrow: pa.Table

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return self.arrow.column(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand out the rows by the Arrow PyCapsule interface."""
        capsule: object = self.arrow.__arrow_c_stream__(requested_schema)
        return capsule

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.arrow.column_names)

    @property
    def units(self) -> Mapping[str, str]:
        """Return the unit of each column, "" where it has none."""
        return {field.name: _word(field, "unit") for field in self.arrow.schema}

    @property
    def meanings(self) -> Mapping[str, str]:
        """Return what each column is."""
        return {field.name: _word(field, "meaning") for field in self.arrow.schema}

    @property
    def told(self) -> Mapping[str, Any]:
        """Return what the rows state of themselves.

        Such as relation, meaning, snapshot; metric_version and arguments of a metric; left_out, the
        tests that an answer about everything is without.
        """
        words = {
            name.decode().removeprefix("leyden."): value.decode()
            for name, value in (self.arrow.schema.metadata or {}).items()
            if name.startswith(b"leyden.")
        }
        return {n: json.loads(value) if n in _JSON else value for n, value in words.items()}

    def select(self, columns: Sequence[str]) -> "Table":
        """Return these columns alone.

        Raises:
            Unsuitable: when there is none of a name.
        """
        for name in columns:
            if name not in self.columns:
                raise Unsuitable(f"there is no column {name!r}; there are {', '.join(self)}")
        return Table(self.arrow.select(list(columns)))

    def numpy(self) -> "dict[str, np.ndarray[Any, Any]]":
        """Return an array per column.

        What is missing is NaN in numbers, whole ones too, which are floats then: exact up to 2⁵³.

        Raises:
            NotInstalled: when numpy is not there.
        """
        _needed("numpy")
        return {
            name: self.arrow.column(name).to_numpy(zero_copy_only=False) for name in self.columns
        }

    def pandas(self) -> Any:  # noqa: ANN401 # pandas ships no types
        """Return a pandas.DataFrame; units and ``told`` stand in its ``attrs``.

        What is missing is NaN in numbers, whole ones too, which are floats then: exact up to 2⁵³.

        Raises:
            NotInstalled: when pandas is not there.
        """
        _needed("pandas")
        frame = self.arrow.to_pandas(ignore_metadata=True)
        frame.attrs |= {"units": dict(self.units), "told": dict(self.told)}
        return frame

    def polars(self) -> "pl.DataFrame":
        """Return a polars.DataFrame, which keeps no units.

        Raises:
            NotInstalled: when polars is not there.
        """
        frame: pl.DataFrame = _needed("polars").from_arrow(self.arrow)
        return frame

    def to_pybamm(self, temperature: str | None = None) -> "Table":
        """Return the points of a test as PyBaMM, PyBOP and Ionworks take them.

        ``Time [s]`` from 0 on and always rising, ``Current [A]`` POSITIVE ON DISCHARGE (ours is
        positive on charge), ``Voltage [V]``, and ``Temperature [degC]`` where it was recorded: by
        the column that is named, else by the only one that holds temperatures. Records without a
        time, voltage or current are left out with a warning; those at the time of the one before
        are moved by 1 µs (``told["moved_count"]``), so that the current still jumps.

        Raises:
            Unsuitable: when these are no points, are of several tests, when time runs back in them,
                or when it is not clear which temperature is meant.
        """
        from leyden_client.pybamm import for_pybamm  # noqa: PLC0415 # it makes such a table

        return Table(for_pybamm(self.arrow, temperature))

    def __repr__(self) -> str:
        lines = [self._title()]
        heads = [self._head(name) for name in self.columns]
        width = max(map(len, heads), default=0)
        few = self.arrow.slice(0, _SHOWN_VALUES)
        for name, head in zip(self.columns, heads, strict=True):
            values = [_shown(each) for each in few.column(name).to_pylist()]
            more = " …" if len(self) > _SHOWN_VALUES else ""
            lines.append(f"  {head:{width}}  {', '.join(values)}{more}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the first rows as a notebook shows them, units below the names."""
        heads = "".join(
            f'<th title="{escape(self.meanings[name])}">{escape(name)}<br>'
            f"<small>{escape(unit)}</small></th>"
            for name, unit in self.units.items()
        )
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(_shown(value))}</td>' for value in row.values())}</tr>"
            for row in self.arrow.slice(0, _SHOWN_ROWS).to_pylist()
        )
        return f"<p>{escape(self._title())}</p><table><tr>{heads}</tr>{rows}</table>"

    def _title(self) -> str:
        metadata = self.told
        snapshot = f" · snapshot {metadata['snapshot']}" if "snapshot" in metadata else ""
        return f"{metadata.get('relation', 'rows')} · {len(self):,} rows{snapshot}"

    def _head(self, name: str) -> str:
        unit = self.units[name]
        return f"{name} [{unit}]" if unit not in {"", "1"} and "[" not in name else name


def _word(field: pa.Field, name: str) -> str:
    words: dict[bytes, bytes] = field.metadata or {}
    return words.get(name.encode(), b"").decode()


def _shown(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _needed(library: str) -> Any:  # noqa: ANN401 # a module
    try:
        return import_module(library)
    except ImportError as fault:
        raise NotInstalled(library) from fault
