"""Every GraphQL of docs/ is answered by the demo, with something in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import pytest

from schema.settings import Settings
from tests.service.asker import Asker, asked

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGES: Final = ("api", "entering", "faq", "transport")
BLOCK: Final = re.compile(r"^## (.*?)$|^```graphql\n(.*?)^```", re.DOTALL | re.MULTILINE)


def _asked_by(page: str) -> Iterator[tuple[str, str]]:
    """Yield the questions of a page, each with the heading it stands under."""
    heading = ""
    for title, query in BLOCK.findall((DOCS / f"{page}.md").read_text(encoding="utf-8")):
        heading = title or heading
        if query:
            yield heading, query


_BESIDE: Final = {"trace", "pageInfo", "status", "reason"}
"""What stands beside an answer even where there is none."""
ALL: Final = [(page, *each) for page in PAGES for each in _asked_by(page)]
QUESTIONS: Final = [each for each in ALL if not each[2].startswith("mutation")]
CHANGES: Final = [each for each in ALL if each[2].startswith("mutation")]


@pytest.fixture(scope="module")
def reader(demo_warehouse: Settings) -> Iterator[Asker]:
    """Return who asks a service on the demo, and changes nothing."""
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


def test_the_guide_asks_what_a_lab_asks_most() -> None:
    assert len({(page, heading) for page, heading, _ in ALL if page != "faq"}) >= 20


def test_no_page_with_a_question_is_left_out() -> None:
    asking = {path.stem for path in DOCS.glob("*.md") if "```graphql" in path.read_text("utf-8")}
    assert asking == set(PAGES)


@pytest.mark.parametrize(("page", "heading", "query"), QUESTIONS)
def test_a_question_of_the_guide_is_answered(
    reader: Asker, page: str, heading: str, query: str
) -> None:
    for field, value in reader.data(query).items():
        assert _holds_something(value), (page, heading, field, value)


def _holds_something(value: Any) -> bool:  # noqa: ANN401 # JSON
    """Return whether a field has an answer: of a list its nodes, of a metric a row or a number."""
    if isinstance(value, dict):
        told = {name: each for name, each in value.items() if name not in _BESIDE}
        if "nodes" in told:
            return any(map(_holds_something, told["nodes"]))
        parts = [each for each in told.values() if isinstance(each, dict | list)]
        if parts:
            return any(map(_holds_something, parts))
        return any(each not in {None, 0} for each in told.values())
    if isinstance(value, list):
        return any(map(_holds_something, value))
    return value is not None


def test_nothing_held_is_found_out() -> None:
    assert not _holds_something({"nodes": []})
    assert not _holds_something({"nodes": [{"name": "x", "life": {"lifeHour": []}}]})
    assert not _holds_something({"nodes": [{"life": {"lifeHour": [None], "status": [None]}}]})
    assert not _holds_something({"totalCount": 0})
    assert _holds_something({"nodes": [{"life": {"lifeHour": [1.0]}}]})


@pytest.mark.slow
def test_what_the_guide_enters_is_entered(
    demo_warehouse: Settings,
    copied: Callable[[Settings, Path], AbstractContextManager[Settings]],
    tmp_path: Path,
) -> None:
    assert len(CHANGES) >= 4
    with copied(demo_warehouse, tmp_path / "home") as settings, asked(settings) as asker:
        for page, heading, query in CHANGES:
            for field, value in asker.data(query).items():
                # a fault has other fields than what was made
                assert not {"message", "reason"} & value.keys(), (page, heading, field, value)
                assert _holds_something(value), (page, heading, field, value)
