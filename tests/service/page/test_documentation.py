"""The documentation as pages."""

import re
import tomllib
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from service.page.documentation import folder, names

ROOT = Path(__file__).parents[3]
_COMPUTED = {"conformance", "impedance-accuracy", "impedance-fits", "metrics", "readers"}
"""Pages that are computed, as long as there is something to tell."""


@pytest.mark.parametrize("name", names())
def test_every_link_of_a_page_leads_somewhere(visitor: Any, name: str) -> None:  # noqa: ANN401 # a fixture
    text = visitor.get(f"/docs/{name}").text
    article = text[text.index("<article") : text.index("</article>")]
    for link in map(unescape, re.findall(r'(?:href|src)="([^"]+)', article)):
        path, _, anchor = link.partition("#")
        if re.match(r"https?:", path):
            continue
        assert path.startswith("/") or not path, link
        there = visitor.get(path, follow_redirects=True) if path else None
        assert there is None or there.status_code == 200, link
        where = text if there is None else there.text
        assert not anchor or f'id="{anchor}"' in where, link


def test_the_metrics_are_shown_without_their_sql_in_front(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    text = visitor.get("/docs/metrics").text
    outside = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert "<pre" not in outside
    assert 'id="capacity_retention"' in text
    assert text.count("<summary>SQL") > 40


def test_a_question_of_a_page_opens_in_the_console_as_it_stands(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    text = visitor.get("/docs/api").text
    questions = re.findall(
        r"^```graphql\n(.*?)^```",
        (folder() / "api.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    links = map(unescape, re.findall(r'href="(/graphql\?query=[^"]+)"', text))
    assert [parse_qs(urlsplit(link).query)["query"][0] for link in links] == questions


def test_no_page_that_people_write_is_too_long_to_be_read() -> None:
    for path in folder().glob("*.md"):
        text = path.read_text("utf-8")
        if path.stem not in _COMPUTED:
            assert len(text.splitlines()) <= 300, path


def test_nobody_reads_other_files(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    for address in (
        "/docs/..%2FREADME",
        "/docs/nothing",
        "/docs/pictures/metrics.md",
        "/docs/pictures/..%2F..%2FLICENSE",
    ):
        assert visitor.get(address).status_code == 404, address


def test_what_is_installed_holds_every_page() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = listed["tool"]["setuptools"]["data-files"]["share/leyden/docs"]
    shipped = {path for pattern in patterns for path in ROOT.glob(pattern)}
    assert {folder() / f"{name}.md" for name in names()} <= shipped
    assert {path for path in folder().iterdir() if path.suffix in {".png", ".svg"}} <= shipped
