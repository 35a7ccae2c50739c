"""What README asks, the service can be asked, and what it answers is what README says."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from schema.settings import Settings
from service.graphql.schema import build
from service.metric.library import read_metrics

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)
ANSWER = re.findall(r"^    (claim  .*\n(?:    .*\n|\n)*)", README, re.MULTILINE)
COLUMN_GAP = re.compile(r" {2,}")


@pytest.mark.slow
def test_the_questions_of_the_readme_are_ones_the_schema_answers() -> None:
    schema = build(read_metrics())
    assert len(QUESTIONS) >= 3
    assert [validate(schema, parse(question)) for question in QUESTIONS] == [[]] * len(QUESTIONS)


def test_the_answer_of_the_readme_is_that_of_the_demo(demo_warehouse: Settings) -> None:
    said = (demo_warehouse.home / "said.txt").read_text(encoding="utf-8").splitlines()
    printed = {tuple(cell.strip() for cell in re.split("[│┃]", line)[1:-1]) for line in said}
    (block,) = ANSWER
    told = [line.strip() for line in block.splitlines() if line.strip()]
    assert len(told) == 7
    for line in told[:-1]:
        assert tuple(COLUMN_GAP.split(line)) in printed
    assert told[-1] in said
