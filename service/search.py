"""What somebody looks for by a text: one question a kind, ranked by the catalog itself.

Upper and lower case are alike where both are one character; ``%`` and ``_`` are themselves. Neither
SQLite nor every PostgreSQL folds more than a to z, so a text with other letters is looked for with
gaps in their places, and what is found is compared with the text here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from schema.catalog import (
    Cell,
    CellLayer,
    Claim,
    Material,
    Process,
    RawFile,
    Study,
    Substance,
    Table,
    Test,
)
from schema.error import InvalidArgument

LONGEST: Final = 200
"""Characters of a text that is looked for."""
_ESCAPE: Final = "/"
_BEYOND_CASES: Final = 0x20000
"""From here on no character has another case."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is looked at, and the query for id, name and text of every row that has it."""

    field: str
    rows: Select[Any]
    has_several: bool = False
    """Whether a row may have several texts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and what of it has the text in it."""

    id: int
    name: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The first of one kind, and whether there are more."""

    hits: list[Hit]
    has_more: bool


class _Folded(FunctionElement[str]):
    """A text with a to z for A to Z, whatever the language of the database."""

    name = "folded"
    inherit_cache = True


class _Plain(FunctionElement[str]):
    """A text as its bytes are ordered, whatever the language of the database."""

    name = "plain"
    inherit_cache = True


@compiles(_Folded)
def _(element: _Folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # SQLAlchemy's
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(_Folded, "postgresql")
def _(element: _Folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # the same
    return f'lower({compiler.process(element.clauses, **more)} COLLATE "C")'


@compiles(_Plain)
def _(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # the same
    return compiler.process(element.clauses, **more)


@compiles(_Plain, "postgresql")
def _(element: _Plain, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 # the same
    return f'{compiler.process(element.clauses, **more)} COLLATE "C"'


def search(session: Session, kind: str, text: str, first: int) -> Found:
    """Return the first rows of a kind that have a text in what they are called or made of.

    Those called so come first, then those whose name begins so, then those that have it in their
    name, then the rest likewise; of equals the shortest name first, then the lowest id.

    Raises:
        InvalidArgument: when the text is empty or too long.
    """
    wanted = folded(text.strip())
    if not 0 < len(wanted) <= LONGEST or "\0" in wanted:
        raise InvalidArgument("text", text, f"1 to {LONGEST} characters")
    nearest = _Nearest(wanted)
    most = first + 1
    for place, source in enumerate(SOURCES[kind]):
        query = _matching(source, wanted)
        # a database cannot tell how near a text of other letters is: few have any
        rows = session.execute(_first(query, source, most) if wanted.isascii() else query)
        nearest.add(rows, place, source.field)
        if place == 0 and len(nearest) >= most:
            break  # a name is nearer than all else
    hits = nearest.hits()
    return Found(hits[:first], len(hits) > first)


def folded(text: str) -> str:
    """Return a text in lower case, character by character."""
    return "".join(map(_lower, text))


def _lower(character: str) -> str:
    low = character.lower()
    # the sign of Kelvin is no k: a database would not take it for one
    return low if len(low) == 1 and low.isascii() == character.isascii() else character


class _Nearest:
    """What was found, each row by what of it is nearest the text."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._best: dict[int, tuple[tuple[Any, ...], Hit]] = {}

    def __len__(self) -> int:
        return len(self._best)

    def add(self, rows: Iterable[Any], place: int, field: str) -> None:
        """Take in rows of a source that have the text in them indeed."""
        for row in rows:
            text = folded(row.text)
            if self._wanted not in text:
                continue
            near = 0 if text == self._wanted else 1 if text.startswith(self._wanted) else 2
            rank = (near + (3 if place else 0), place, len(row.text), row.text)
            if row.id not in self._best or rank < self._best[row.id][0]:
                self._best[row.id] = rank, Hit(row.id, row.name, field, row.text)

    def hits(self) -> list[Hit]:
        """Return all, the nearest first."""
        order = sorted(
            self._best.values(), key=lambda each: (each[0][0], len(each[1].name), each[1].id)
        )
        return [hit for _, hit in order]


def _matching(source: Source, wanted: str) -> Select[Any]:
    """Return the rows of a source that may have the text in them, and how near it they are."""
    rows = source.rows.subquery().c
    text = _Folded(rows.text)
    pattern = "".join(map(_escaped, wanted))
    near = case((text == wanted, 0), (text.like(f"{pattern}%", escape=_ESCAPE), 1), else_=2)
    others = (
        or_(*(rows.text.contains(each) for each in _cases()[character]))
        for character in {*wanted}
        if not character.isascii()
    )
    return select(rows.id, rows.name, rows.text, near.label("near")).where(
        text.like(f"%{pattern}%", escape=_ESCAPE), *others
    )


def _first(matching: Select[Any], source: Source, most: int) -> Select[Any]:
    """Return the query for the first of what matches: no other can be among the first of all."""
    rows = matching.subquery().c
    query = select(rows.id, rows.name, rows.text, rows.near)
    if source.has_several:
        order = (rows.near, func.length(rows.text), _Plain(rows.text))
        best = func.row_number().over(partition_by=rows.id, order_by=order)
        rows = query.add_columns(best.label("best")).subquery().c
        query = select(rows.id, rows.name, rows.text).where(rows.best == 1)
    return query.order_by(rows.near, func.length(rows.name), rows.id).limit(most)


def _escaped(character: str) -> str:
    """Return a character as a pattern has it, a gap for one that databases fold differently."""
    if not character.isascii():
        return "%"
    return f"{_ESCAPE}{character}" if character in {"%", "_", _ESCAPE} else character


@cache
def _cases() -> Mapping[str, Sequence[str]]:
    """Return the characters that are one when folded, by it: of all but a to z."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in map(chr, range(0x80, _BEYOND_CASES)):
        found[_lower(each)].append(each)
    return found


def _of(model: type[Table], column: Any, *conditions: ColumnElement[bool]) -> Select[Any]:  # noqa: ANN401 # a column
    """Return the query for a text that rows of a table have themselves."""
    table: Any = model
    return _row(table, column).where(column.is_not(None), *conditions)


def _row(table: Any, text: Any) -> Select[Any]:  # noqa: ANN401 # a table, a column
    return select(table.id.label("id"), table.name.label("name"), text.label("text"))


def _sources() -> Mapping[str, Sequence[Source]]:
    """Return what is looked at of each kind; its name comes first."""
    layer, own = aliased(CellLayer), aliased(Substance)
    in_cell = _row(Cell, own.name).join(layer, layer.cell_id == Cell.id)
    of_layer = in_cell.join(own, own.id == layer.substance_id)
    of_piece = in_cell.join(Material, Material.id == layer.material_id).join(
        own, own.id == Material.substance_id
    )
    piece = (
        _row(Cell, Material.name)
        .join(layer, layer.cell_id == Cell.id)
        .join(Material, Material.id == layer.material_id)
    )
    living = Test.removed_snapshot.is_(None)
    file = RawFile.removed_snapshot.is_(None)
    of_test = (
        _row(Test, RawFile.name).join(RawFile, RawFile.origin == Test.origin).where(living, file)
    )
    return {
        "cell": (
            Source("name", _of(Cell, Cell.name)),
            Source("configuration", _of(Cell, Cell.configuration)),
            Source("substance", of_layer, has_several=True),
            Source("substance", of_piece, has_several=True),
            Source("material", piece, has_several=True),
        ),
        "test": (
            Source("name", _of(Test, Test.name, living)),
            Source("technique", _of(Test, Test.technique, living)),
            Source("techniqueLabel", _of(Test, Test.technique_label, living)),
            Source("file", of_test),
        ),
        "material": (
            Source("name", _of(Material, Material.name)),
            Source("batch", _of(Material, Material.batch)),
            Source(
                "substance",
                _row(Material, Substance.name).join(
                    Substance, Substance.id == Material.substance_id
                ),
            ),
        ),
        "substance": (
            Source("name", _of(Substance, Substance.name)),
            Source("title", _of(Substance, Substance.title)),
            Source("formula", _of(Substance, Substance.formula)),
        ),
        "process": (
            Source("name", _of(Process, Process.name)),
            Source("kind", _of(Process, Process.kind)),
        ),
        "file": (Source("name", _of(RawFile, RawFile.name, file)),),
        "study": (Source("name", _of(Study, Study.name, Study.removed_snapshot.is_(None))),),
        "claim": (
            Source("name", _of(Claim, Claim.name)),
            Source("text", _of(Claim, Claim.text)),
            Source("source", _of(Claim, Claim.source)),
        ),
    }


SOURCES: Final = _sources()
"""What is looked at of each kind."""
