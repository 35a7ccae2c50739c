"""What is asked of a service, and the tables it answers with."""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from leyden_client.error import Unsuitable
from leyden_client.service import Service
from leyden_client.table import Table

Name: TypeAlias = int | str
"""Of a test or a cell: its id, or its name."""
Names: TypeAlias = Name | Iterable[Name] | None
"""One or several; None is all there are."""
Columns: TypeAlias = Iterable[str] | None
"""Names of columns, or of one; None is all there are."""
Where: TypeAlias = Mapping[str, Any] | None
"""Conditions as GraphQL has them: ``{"area_cm2": {"gt": 0.5}, "layers": {"some": {…}}}``."""
_PAGE: Final = 500


class Client:
    """Asks one service; as a context manager it closes at the end what it opened."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._index = service.index()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Leyden {self._index['version']} at {self.url}>"

    @property
    def url(self) -> str:
        """Return the address of the service."""
        return self._service.url

    def close(self) -> None:
        """Give back the connections."""
        self._service.close()

    def cells(self, where: Where = None, columns: Columns = None) -> Table:
        """Return a row per cell, of those that meet all conditions, by their id."""
        return self._that(where, columns, "cells", "cell_id")

    def tests(self, where: Where = None, columns: Columns = None) -> Table:
        """Return a row per test, of those that meet all conditions, by their id."""
        return self._that(where, columns, "tests", "test_id")

    def steps(self, test: Names = None, *, cell: Names = None, columns: Columns = None) -> Table:
        """Return a row per step of tests, of the tests of cells, or of all there are."""
        return self._rows("/arrow/steps", test, cell, columns)

    def cycles(self, test: Names = None, *, cell: Names = None, columns: Columns = None) -> Table:
        """Return a row per cycle of tests, of the tests of cells, or of all there are."""
        return self._rows("/arrow/cycles", test, cell, columns)

    def spectra(self, test: Names = None, *, cell: Names = None, columns: Columns = None) -> Table:
        """Return a row per frequency of each impedance sweep of tests, of cells, or of all."""
        return self._rows("/arrow/spectra", test, cell, columns)

    def points(
        self,
        test: Names = None,
        columns: Columns = None,
        start_second: float | None = None,
        end_second: float | None = None,
        *,
        cell: Names = None,
    ) -> Table:
        """Return a row per record of tests, in the order of the tests and of their recording.

        ``test_id`` always comes with the columns. The window holds its start and not its end, in
        seconds of test time.
        """
        window = {"start_second": start_second, "end_second": end_second}
        more = [(name, repr(float(end))) for name, end in window.items() if end is not None]
        return self._rows("/arrow/points", test, cell, columns, more)

    def files(self, test: Names = None, *, cell: Names = None) -> Table:
        """Return a row per file that rests of tests; at ``url`` and its path it is read by ranges.

        So ``polars.scan_parquet(client.url + path)`` reads no more of it than is needed.
        """
        return self._rows("/arrow/files", test, cell, None)

    def metric(
        self,
        name: str,
        *,
        tests: Names = None,
        cells: Names = None,
        columns: Columns = None,
        **arguments: Any,  # noqa: ANN401 # numbers, texts, lists of numbers, None
    ) -> Table:
        """Return a metric of tests and cells, of everything where neither is named.

        ``metrics()`` lists which there are and what each takes. The columns that tell rows apart
        come with those chosen.
        """
        more = [(each, _written(value)) for each, value in arguments.items()]
        return self._rows(f"/arrow/metrics/{quote(name, safe='')}", tests, cells, columns, more)

    def metrics(self) -> Table:
        """Return a row per metric: name, title, what it is, its main column, what it takes."""
        self._index = self._service.index()
        rows = []
        for each in self._index["metrics"]:
            units = {column["name"]: column["unit"] for column in each["columns"]}
            takes = [f"{taken['name']}: {taken['takes']}" for taken in each["arguments"]]
            rows.append(
                {
                    "name": each["name"],
                    "title": each["title"],
                    "main": each["main"],
                    "unit": units[each["main"]],
                    "takes": "; ".join(takes),
                    "meaning": each["meaning"],
                }
            )
        metadata = {"leyden.relation": "metrics", "leyden.snapshot": str(self._index["snapshot"])}
        names = ("name", "title", "main", "unit", "takes", "meaning")
        schema = pa.schema([pa.field(name, pa.string()) for name in names], metadata=metadata)
        return Table(pa.Table.from_pylist(rows, schema=schema))

    def query(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the data of a GraphQL answer, nested as it was asked for.

        Metrics, steps, cycles and series come as a list per column: ``pyarrow.table(answer[…])``
        makes a table of such a one.

        Raises:
            Refused: with the first error of the answer.
        """
        return self._service.query(document, variables)

    def _that(self, where: Where, columns: Columns, kind: str, key: str) -> Table:
        """Return the rows of a kind that meet conditions; the key comes with the columns."""
        table = self._rows(f"/arrow/{kind}", None, None, columns).arrow
        if where is None:
            return Table(table)
        met = pa.array(self._ids(kind, where), pa.int64())
        return Table(table.filter(pc.is_in(table[key], met)))

    def _ids(self, kind: str, where: Mapping[str, Any]) -> list[int]:
        """Return the ids of what meets conditions."""
        document = (
            f"query($where: {kind.removesuffix('s').capitalize()}Where, $first: Int, "
            f"$after: String) {{ {kind}(where: $where, first: $first, after: $after) "
            "{ nodes { id } pageInfo { hasNextPage endCursor } } }"
        )
        found: list[int] = []
        after = None
        while True:
            page = self.query(document, where=_camel(where), first=_PAGE, after=after)[kind]
            found += [int(node["id"]) for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def _rows(
        self,
        path: str,
        tests: Names,
        cells: Names,
        columns: Columns,
        more: Sequence[tuple[str, str]] = (),
    ) -> Table:
        asked = [
            *(("test", str(each)) for each in _several("test", tests)),
            *(("cell", str(each)) for each in _several("cell", cells)),
            *(("column", str(each)) for each in _several("column", columns)),
            *more,
        ]
        return Table(self._service.table(path, asked))


def _several(what: str, names: Names) -> Sequence[Name]:
    """Return names as a list, an empty one for None, which asks for all.

    Raises:
        Unsuitable: when a list of none is given: all would be answered where nothing is meant.
    """
    if names is None:
        return ()
    several = (names,) if isinstance(names, int | str) else tuple(names)
    if not several:
        raise Unsuitable(f"no {what} is named: name one, or give None for all there are")
    return several


def _written(value: object) -> str:
    """Return an argument of a metric as an address has it."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ",".join(_written(each) for each in value)
    return repr(value.item() if hasattr(value, "item") else value)  # numbers of NumPy are numbers


def _camel(value: Any) -> Any:  # noqa: ANN401 # JSON
    """Return conditions with their names as GraphQL has them."""
    if isinstance(value, Mapping):
        return {_camel_name(name): _camel(inner) for name, inner in value.items()}
    return [_camel(each) for each in value] if isinstance(value, list | tuple) else value


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
