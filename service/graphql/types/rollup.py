"""What was derived from a test when it was ingested: its steps and cycles."""

from typing import Annotated, Any

import strawberry

from schema.relation import CYCLE, STEP, Relation
from service.graphql.build.answer import Answer
from service.graphql.build.columnar import columnar
from service.graphql.build.context import Info
from service.graphql.build.resolver import ROW, field
from service.graphql.build.selected import names
from service.graphql.build.table import camel, with_unit
from service.store.question import Question, rows_question


@strawberry.input(description="A stretch of numbered rows; what is left out does not bound it.")
class CountWindow:
    """A stretch of numbered rows."""

    first: int | None = strawberry.field(default=None, description="Rows from this number on.")
    last: int | None = strawberry.field(
        default=None, description="Rows up to this number, which is among them."
    )


def _rollup(relation: Relation, name: str) -> Any:  # noqa: ANN401 # a field
    """Return the field of a test that answers with its rows of a relation."""
    _, number = relation.key

    async def resolve(root: Any, info: Info, window: CountWindow | None = None) -> Answer:  # noqa: ANN401 # a row
        stretch = window or CountWindow()
        asked = {*names(info.selected_fields)}
        columns = tuple(each.name for each in relation.columns if camel(each.name) in asked)
        ends = (stretch.first, stretch.last)

        def question(tests: list[int]) -> Question:
            return rows_question(relation, tests, columns, *ends)

        key = (relation.name, columns, ends)
        (answer,) = await info.context.loaders.tables(key, question).load((root.id,))
        return answer

    meaning = with_unit(relation.meaning, None)
    returns = columnar(name, meaning, relation.columns, always={"test_id"})
    window_meaning = f"Which of them, by their `{camel(number)}`; all when left out."
    window = Annotated[CountWindow | None, strawberry.argument(description=window_meaning)]
    return field(
        resolve,
        {"root": ROW, "info": Info, "window": window},
        returns | None,
        meaning,
        name=name.lower(),
        defaults={"window": strawberry.UNSET},
    )


STEPS = _rollup(STEP, "Steps")
CYCLES = _rollup(CYCLE, "Cycles")
