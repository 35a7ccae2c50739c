"""Findings are shown where they are: a gap from the record before it, a step at its start."""

import json
from typing import Any

import pytest

from tests.service.asker import Asker

FLAWED = 1


@pytest.mark.slow
def test_each_finding_leads_to_the_window_in_which_it_is(flawed_visitor: Asker) -> None:
    query = "{test(id: 1) {findings {kind place}}}"
    findings = flawed_visitor.data(query)["test"]["findings"]
    assert [each["kind"] for each in findings] == ["outlier", "time_gap"]
    text = flawed_visitor.get(f"/tests/{FLAWED}").text
    frame = _frame(text)
    (outlier, gap) = frame["flags"]
    assert outlier[0] == pytest.approx(60 * 1_250 / 3600)
    assert gap[0] == pytest.approx(60 * 2_499 / 3600)
    assert [flag[1] for flag in frame["flags"]] == [1, 2]
    for hour, number, link, words in frame["flags"]:
        low, high = (float(each.split("=")[1]) for each in link[:-7].split("?")[1].split("&"))
        assert low < hour < high
        assert words.startswith(f"Finding {number}: ")
        seen = flawed_visitor.get(f"/tests/{FLAWED}/series.json?from={low}&to={high}").json()
        assert ("gap" if hour == gap[0] else "outlier") in seen["said"]


def test_a_place_in_the_export_is_at_no_time(visitor: Asker) -> None:
    query = "{tests(first: 500) {nodes {id pointCount findings {place}}}}"
    nodes = visitor.data(query)["tests"]["nodes"]
    test = next(each["id"] for each in nodes if each["findings"])
    text = visitor.get(f"/tests/{test}").text
    assert 'id="finding-1"' in text
    assert "Go there" not in text


def _frame(text: str) -> Any:  # noqa: ANN401 # JSON
    start = text.index('id="series-frame">') + len('id="series-frame">')
    return json.loads(text[start : text.index("</script>", start)])
