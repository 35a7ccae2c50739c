"""A page asks each question once."""

import pytest

from tests.service.asker import Asker


@pytest.mark.slow
def test_what_two_sections_of_a_page_both_ask_is_asked_once(visitor: Asker) -> None:
    before = visitor.number("leyden_questions_total")
    fetched = {"HX-Target": "main#main", "Leyden-Fetched": "claims,forest"}
    page = visitor.get("/studies/1", headers=fetched)
    asked = visitor.number("leyden_questions_total") - before
    assert "supported 24</a>" in page.text
    assert "<svg" in page.text
    # the verdicts and the flags of its claims, which the figure beside them asks for too
    assert asked == 2


def test_what_was_reported_is_shown_without_a_question_to_the_store(visitor: Asker) -> None:
    before = visitor.number("leyden_questions_total")
    for address in ("/studies", "/studies/1", "/claims", "/claims/8"):
        assert visitor.get(address).status_code == 200
    assert visitor.number("leyden_questions_total") == before
