"""docs/metrics.md."""

from pathlib import Path

from service.metric import read_metrics
from service.metric_page import metrics_page

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_page_is_what_the_headers_say_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == metrics_page(read_metrics())


def test_the_page_tells_every_column_and_every_argument() -> None:
    page = metrics_page(read_metrics())
    for metric in read_metrics().values():
        assert f"## {metric.name}\n" in page
        assert metric.sql in page
        names = [column.name for column in metric.answer]
        names += [argument.name for argument in metric.takes]
        assert all(f"| {name} |" in page for name in names)
