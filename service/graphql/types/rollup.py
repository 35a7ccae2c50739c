"""What was derived from a test when it was ingested: its steps and cycles."""

from typing import Any

from schema.relation import CYCLE, STEP, Relation
from service.graphql.build.answer import Answer
from service.graphql.build.columnar import columnar
from service.graphql.build.context import Info
from service.graphql.build.resolver import ROW, field
from service.graphql.build.table import with_unit
from service.store.question import Question, rows_question


def _rollup(relation: Relation, name: str, order: str) -> Any:  # noqa: ANN401 # a field
    """Return the field of a test that answers with its rows of a relation."""

    def question(tests: list[int]) -> Question:
        return rows_question(relation, tests, order)

    async def resolve(root: Any, info: Info) -> Answer:  # noqa: ANN401 # a row
        (answer,) = await info.context.loaders.tables(relation.name, question).load((root.id,))
        return answer

    meaning = with_unit(relation.meaning, None)
    returns = columnar(name, meaning, relation.columns, always={"test_id"})
    arguments: dict[str, Any] = {"root": ROW, "info": Info}
    return field(resolve, arguments, returns | None, meaning, name=name.lower())


STEPS = _rollup(STEP, "Steps", "step_count")
CYCLES = _rollup(CYCLE, "Cycles", "cycle_count")
