"""What was derived from a test when it was ingested: its steps and cycles."""

from typing import Any

from schema.relation import CYCLE, STEP, Relation
from service.graphql.build.columnar import Answer, columnar
from service.graphql.build.context import Info
from service.graphql.build.resolver import ROW, field
from service.graphql.build.table import with_unit
from service.metric.file import MetricColumn
from service.metric.question import Question
from service.metric.scope import TESTS, answer, shadow, under


def _rollup(relation: Relation, name: str, order: str) -> Any:  # noqa: ANN401 # a field
    """Return the field of a test that answers with its rows of a relation."""
    columns = tuple(
        MetricColumn(each.name, each.unit, each.meaning, each.kind) for each in relation.columns
    )

    def question(tests: list[int]) -> Question:
        relations = [(relation.name, shadow(relation.name, whole=False))]
        rows = answer(f"SELECT * FROM {relation.name}", ("test_id", order), whole=False)  # noqa: S608 # our own names
        sql = under(relations, rows)
        return Question(sql, {TESTS: tests}, columns, tuple(tests))

    async def resolve(root: Any, info: Info) -> Answer:  # noqa: ANN401 # a row
        return Answer(await info.context.loaders.tables(relation.name, question).load(root.id))

    meaning = with_unit(relation.meaning, None)
    returns = columnar(name, meaning, columns, always={"test_id"})
    arguments: dict[str, Any] = {"root": ROW, "info": Info}
    return field(resolve, arguments, returns | None, meaning, name=name.lower())


STEPS = _rollup(STEP, "Steps", "step_count")
CYCLES = _rollup(CYCLE, "Cycles", "cycle_count")
