"""Comparisons: the numbers are GraphQL's, and who is left out is counted."""

import re
from collections import Counter
from html import unescape

import pytest

from service.page.treatment import read_treatment
from tests.service.asker import Asker


def test_cells_over_each_other_hold_the_numbers_of_graphql(visitor: Asker) -> None:
    query = "{capacityRetention(cells: [31]) {capacityRetention kindRole cellCycleCount status}}"
    answer = visitor.data(query)["capacityRetention"]
    rows = zip(
        answer["cellCycleCount"], answer["capacityRetention"], answer["kindRole"], strict=True
    )
    expected = [
        (cycle, value) for cycle, value, role in rows if role == "main" and value is not None
    ]
    file = visitor.get("/compare/curves.json?cells=31,32").json()
    seen = [
        (cycle, value / 100)
        for name, cycle, value in zip(
            file["cell"], file["along"], file["retention_percent"], strict=True
        )
        if name == "synthetic-lfp-100uA" and value is not None
    ]
    assert [cycle for cycle, _ in seen] == sorted(cycle for cycle, _ in expected)
    assert [value for _, value in seen] == pytest.approx([value for _, value in sorted(expected)])


@pytest.mark.slow
def test_groups_hold_the_numbers_of_graphql(visitor: Asker) -> None:
    query = (
        '{groupStatistics(treatment: "configuration", quantity: POLARIZATION, '
        "where: {symmetric: {eq: true}}) {setting cellCycleCount medianValue aliveCount}}"
    )
    answer = visitor.data(query)["groupStatistics"]
    file = visitor.get("/compare/curves.json?symmetric=true&group=configuration").json()
    expected = zip(
        answer["setting"],
        answer["cellCycleCount"],
        answer["medianValue"],
        answer["aliveCount"],
        strict=True,
    )
    seen = zip(
        file["group"], file["cycle"], file["polarization_volt"], file["alive_count"], strict=True
    )
    assert sorted(seen, key=str) == sorted(expected, key=str)


def test_survival_and_its_test_are_those_of_graphql(visitor: Asker) -> None:
    where = 'where: {configuration: {in: ["Li/LATP/Li", "Li/IL@LATP/Li"]}}'
    data = visitor.data(
        f"{{survival({where}) {{configuration timeHour survival atRiskCount cellCount}} "
        f"logRank({where}) {{p cellCount otherCellCount}}}}"
    )
    lives = data["survival"]
    columns = ("timeHour", "survival", "atRiskCount", "cellCount")
    expected = Counter(
        (hour, share, risk)
        for hour, share, risk, cells in zip(*(lives[each] for each in columns), strict=True)
        if cells > 1
    )
    address = "configuration=Li/LATP/Li&configuration=Li/IL@LATP/Li&group=configuration"
    file = visitor.get(f"/compare/survival.json?{address}").json()
    seen = Counter(zip(file["time_hour"], file["survival"], file["at_risk_count"], strict=True))
    assert seen == expected
    page = visitor.get(f"/compare/survival?{address}").text
    shown = page.partition("Log-rank")[2]
    test = data["logRank"]
    of_two = [
        p
        for p, one, other in zip(test["p"], test["cellCount"], test["otherCellCount"], strict=True)
        if p is not None and min(one, other) > 1
    ]
    assert len(of_two) > 1
    values = re.findall(r'class="value[^"]*">(?:○ )?([\d.]+)</span>', shown)
    assert [float(each) for each in values] == pytest.approx(of_two, rel=1e-3)


@pytest.mark.slow
def test_cells_that_tell_no_treatment_are_counted_and_linked(visitor: Asker) -> None:
    page = visitor.get("/compare?group=coat.method").text
    left_out = re.search(r'<p>(\d+) cells tell no method of coat .*?href="([^"]+)"', page)
    assert left_out
    condition = '{process: {eq: "coat"}, parameter: {name: {eq: "method"}}}'
    query = f"{{cells(where: {{ancestors: {{none: {condition}}}}}) {{totalCount}}}}"
    count = visitor.data(query)["cells"]["totalCount"]
    assert int(left_out[1]) == count > 0
    there = visitor.get(unescape(left_out[2])).text
    assert f'<p class="counts"><strong>{count}</strong>' in there


@pytest.mark.slow
def test_what_is_proposed_is_what_cells_tell(visitor: Asker) -> None:
    page = visitor.get("/compare").text
    proposed = re.findall(r'<option value="([^"]+)"', page)
    assert {"configuration", "PB.thickness_um", "interlayer.substance"} <= {*proposed}
    for each in proposed:
        answer = visitor.get(f"/compare?group={each}").text
        assert 'role="alert"' not in answer, each
    nobody = visitor.get("/compare?group=LFP.thickness_um").text
    assert "no treatment is called" in nobody


@pytest.mark.slow
def test_unlike_references_are_said(visitor: Asker) -> None:
    unlike = visitor.get("/compare?cells=31,32").text
    assert "Unlike references" in unlike
    assert "CC 78.5" in unlike
    assert "Unlike references" not in visitor.get("/compare?cells=31").text
    assert "Unlike references" in visitor.get("/compare?symmetric=false&group=configuration").text


def test_a_group_of_one_or_two_has_no_spread_and_no_p(visitor: Asker) -> None:
    page = visitor.get("/compare?symmetric=false&group=configuration").text
    table = page.partition("Replicates")[2].partition("</table>")[0]
    rows = re.findall(r"<tr><td>.*?</tr>", table)
    assert len(rows) == 4
    for row in rows:
        alone = re.search(r"<td>Li/IL@LATP/LFP|FeF3|<td>Li/IL/PB<", row)
        assert ("of 1, none" in row) == bool(alone)


def test_what_goes_along_with_a_treatment_is_named(visitor: Asker) -> None:
    page = visitor.get("/compare/differences?symmetric=true&group=PB.thickness_um").text
    assert "Along with the thickness of PB goes: configuration" in page
    assert "PB 1 (10)" in page


def test_an_area_or_mass_that_is_not_told_leaves_its_cell_out_and_is_said(visitor: Asker) -> None:
    page = visitor.get("/compare?cells=1,31&show=capacity&per=gram").text
    assert "No active mass is stated of synthetic-bare-50uA-0: left out." in page


def test_without_cells_or_groups_it_proposes_them(visitor: Asker) -> None:
    page = visitor.get("/compare?symmetric=true").text
    assert 'href="/compare?symmetric=true&amp;group=PB.thickness_um"' in page
    assert 'href="/compare?symmetric=true&amp;group=configuration"' in page


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "cells=" + ",".join(map(str, range(51))),
        "group=nothing",
        "show=nothing",
        "x=up",
    ],
)
def test_what_an_address_does_not_take_is_told(visitor: Asker, query: str) -> None:
    assert visitor.get(f"/compare?{query}").status_code == 400


def test_cells_that_are_not_here_are_said(visitor: Asker) -> None:
    assert "None of these cells is here." in visitor.get("/compare?cells=999999").text
    assert (
        "1 of the cells that are asked for are not here."
        in visitor.get("/compare?cells=31,999999").text
    )


@pytest.mark.parametrize(
    ("show", "extra"),
    [
        ("capacity", "&per=area"),
        ("coulombic_efficiency", "&x=time"),
        ("energy_efficiency", "&x=throughput"),
        ("voltage", ""),
        ("polarization", "&x=time"),
    ],
)
def test_each_choice_is_drawn(visitor: Asker, show: str, extra: str) -> None:
    page = visitor.get(f"/compare?cells=11,31,32&show={show}{extra}").text
    assert 'class="figure"' in page
    assert 'role="alert"' not in page


def test_a_treatment_says_who_is_in_a_group_and_who_tells_nothing() -> None:
    thick = read_treatment("PB.thickness_um")
    assert thick.called("1 µm") == "PB 1 µm"
    assert thick.called(None) == "without PB"
    some = {"substance": {"eq": "PB"}, "thicknessUm": {"eq": 1.0}}
    assert thick.members("1 µm", 1.0) == {"layers": {"some": some}}
    sintered = read_treatment("sinter.temperature")
    assert sintered.called(None) == "not stated"
    assert sintered.members("850 to 900 °C", None) is None
