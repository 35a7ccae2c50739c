"""Numbers of rows that the catalog is handed with a question, however many there are.

One JSON text carries them: SQLite takes no more than 32766 parameters, and neither database would
be told thousands of them in less time. Whole numbers pass unchanged, which floats would not.
"""

from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, String, bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Items(FunctionElement[Any]):
    """The values of a JSON array, as rows."""

    name = "items"
    inherit_cache = True


class _Entries(FunctionElement[Any]):
    """The keys and values of a JSON object, as rows."""

    name = "entries"
    inherit_cache = True


@compiles(_Items, "sqlite")
@compiles(_Entries, "sqlite")
def _sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 # SQLAlchemy's own
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(_Items, "postgresql")
def _items(element: _Items, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 # the same
    text = compiler.process(element.clauses, **given)
    return f"json_array_elements_text(CAST({text} AS json))"


@compiles(_Entries, "postgresql")
def _entries(element: _Entries, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 # the same
    return f"json_each_text(CAST({compiler.process(element.clauses, **given)} AS json))"


def ids_of(array: str) -> Select[Any]:
    """Return ids that a JSON array carries as rows."""
    each = _Items(_text(array)).table_valued("value")
    return select(_whole(each.c.value))


def numbers_of(entries: str) -> CTE:
    """Return ids with a whole number each, which a JSON object carries, as ``id`` and ``number``.

    The table is made once for the whole question: joined as it stands it would be gone through for
    every row.
    """
    each = _Entries(_text(entries)).table_valued("key", "value")
    table = select(_whole(each.c.key).label("id"), _whole(each.c.value).label("number"))
    return table.cte().prefix_with("MATERIALIZED")


def _text(text: str) -> ColumnElement[str]:
    return bindparam(None, text, String())


def _whole(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(column, BigInteger)
