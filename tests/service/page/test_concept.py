"""The pictures of docs/concepts.md."""

from pathlib import Path
from xml.etree import ElementTree as ET

from service.page.concept import pictures

DOCS = Path(__file__).parents[3] / "docs"


def test_the_pictures_are_those_that_are_drawn_today() -> None:
    stored = {path.name: path.read_text("utf-8") for path in DOCS.glob("concept-*.svg")}
    assert stored == pictures()


def test_every_picture_stands_in_the_page_and_says_what_it_shows() -> None:
    page = (DOCS / "concepts.md").read_text("utf-8")
    for name, drawn in pictures().items():
        assert f"]({name})" in page
        root = ET.fromstring(drawn)  # noqa: S314 # our own
        said = {part.tag.partition("}")[2]: part.text for part in root}
        assert said["title"]
        assert said["desc"]
