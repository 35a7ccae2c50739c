"""A page asks each question once."""

from tests.service.asker import Asker


def test_what_page_and_section_both_ask_is_asked_once(visitor: Asker) -> None:
    before = visitor.number("leyden_questions_total")
    page = visitor.get("/studies/1")
    asked = visitor.number("leyden_questions_total") - before
    assert "promising ionic conductivity" in page.text
    # of the study with its claims, which the section of claims shows too; its document; its things
    assert asked == 3
