"""What README asks, the service can be asked."""

import re
from pathlib import Path

from graphql import parse, validate

from service.graphql.schema import build
from service.metric.library import read_metrics

README = Path(__file__).parents[2] / "README.md"
QUESTIONS = re.findall(r"```graphql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_questions_of_the_readme_are_ones_the_schema_answers() -> None:
    schema = build(read_metrics())
    assert len(QUESTIONS) >= 3
    assert [validate(schema, parse(question)) for question in QUESTIONS] == [[]] * len(QUESTIONS)
