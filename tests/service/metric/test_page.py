"""docs/metrics.md."""

from pathlib import Path

from service.metric.library import read_metrics
from service.metric.page import metrics_page
from service.shown import main_in_words, shown

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def test_the_page_is_what_the_headers_say_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == metrics_page(read_metrics())


def test_the_page_tells_every_column_and_every_argument() -> None:
    page = metrics_page(read_metrics())
    for metric in shown(read_metrics()).values():
        assert f"## {metric.name}\n" in page
        assert metric.sql in page
        assert main_in_words(metric) in page
        assert f"Formula: `{metric.formula}`\n" in page
        names = [column.name for column in metric.answer]
        names += [argument.name for argument in metric.takes]
        assert all(f"| {name} |" in page for name in names)


def test_what_only_serves_others_has_no_section() -> None:
    page = metrics_page(read_metrics())
    assert "claim_want" in read_metrics()
    assert "## claim_want\n" not in page
    assert "](#claim_want)" not in page
