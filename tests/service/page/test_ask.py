"""A page asks each question once."""

from tests.service.asker import Asker


def test_what_page_and_section_both_ask_is_asked_once(visitor: Asker) -> None:
    before = visitor.number("leyden_questions_total")
    page = visitor.get("/studies/1")
    asked = visitor.number("leyden_questions_total") - before
    assert '<section id="forest"' in page.text
    assert "<svg" in page.text
    # the verdicts and the flags of its claims, which the figure beside them asks for too
    assert asked == 2
