"""The list of cells: what its facets say is what is found, and every link comes back."""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from service.page.address import read_address
from service.page.cell_facet import FACETS, choice_text, choice_value
from service.page.cells import FIELDS
from tests.law import law, thinned
from tests.service.asker import Asker

CHOICE = re.compile(
    r'<li><a href="([^"]+)"( aria-current="true")?><span class="tick"[^>]*>.</span> '
    r'<span class="words">([^<]*)</span>(?: <span class="count">(\d+)</span>)?'
)
COUNT = "query ($where: CellWhere) { cells(first: 1, where: $where) { totalCount } }"


def choices(text: str) -> list[tuple[str, bool, str, int | None]]:
    """Return the choices of all facets: address, whether taken, words, count."""
    return [
        (unescape(link), bool(taken), unescape(words), int(count) if count else None)
        for link, taken, words, count in CHOICE.findall(text)
    ]


def total(text: str) -> int:
    """Return how many cells a page says there are."""
    found = re.search(r'<p class="counts"><strong>(\d+)</strong>', text)
    assert found
    return int(found[1])


def names(text: str) -> list[str]:
    """Return the cells of a page, in their order."""
    return [unescape(each) for each in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', text)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    thinned(
        [
            "/cells",
            "/cells?configuration=Li/LATP/Li",
            "/cells?symmetric=true&time_to_failure.detail=runaway&pick=1,7",
            "/cells?layer_thickness_um=PB:0.5..2&columns=cycle_life,area_cm2&sort=name",
        ],
        4,
    ),
)
def test_each_choice_finds_as_many_cells_as_it_says_and_leads_back(
    visitor: Asker, address: str
) -> None:
    page = visitor.get(address)
    assert page.status_code == 200
    found = choices(page.text)
    assert len(found) > 12
    canonical = read_address("/cells", QueryParams(urlsplit(address).query), FIELDS).link()
    tried = 0
    own = {name for name in parse_qs(urlsplit(address).query) if name in FACETS}
    for link, taken, _words, count in found[::5]:
        there = visitor.get(link)
        assert there.status_code == 200, link
        back = [each for each in choices(there.text) if each[0] == canonical]
        assert back, f"nothing at {link} leads back to {canonical}"
        assert any(each[1] != taken for each in back)
        fresh = {name for name in parse_qs(urlsplit(link).query) if name in FACETS} - own
        if count is not None and fresh:
            assert total(there.text) == count, link
            tried += 1
    assert tried > 1


def test_the_counts_of_a_page_are_those_of_the_api(visitor: Asker) -> None:
    where = {"configuration": {"in": ["Li/IL@LATP/Li", "Li/LATP/Li"]}}
    facets = "cellFacets(fields: [TECHNIQUE, SUBSTANCE], where: $where) { choices { value count } }"
    answer = visitor.data(f"query ($where: CellWhere) {{ {facets} }}", where=where)["cellFacets"]
    page = visitor.get("/cells?configuration=Li/IL@LATP/Li&configuration=Li/LATP/Li").text
    seen = {(words, count) for _, _, words, count in choices(page)}
    for facet in answer:
        for each in facet["choices"]:
            assert (each["value"], each["count"]) in seen
    assert total(page) == visitor.data(COUNT, where=where)["cells"]["totalCount"]


def test_what_is_chosen_of_a_facet_does_not_narrow_its_own_counts(visitor: Asker) -> None:
    before = {words: count for _, _, words, count in choices(visitor.get("/cells").text)}
    for one in ("Li/LATP/Li", "not-told"):
        address = f"/cells?configuration={one}&configuration=Li/IL@LATP/LFP"
        after = {words: count for _, _, words, count in choices(visitor.get(address).text)}
        assert after["Li/IL@LATP/Li"] == before["Li/IL@LATP/Li"]
        assert after["Li/LATP/Li"] == before["Li/LATP/Li"]
    thick = visitor.get("/cells?layer_thickness_um=PB:0.5..2").text
    assert ("LATP 1000", 35) in {(words, count) for _, _, words, count in choices(thick)}


@pytest.mark.slow
def test_several_of_one_field_are_or_and_fields_are_and(visitor: Asker) -> None:
    one, other = "configuration=Li/LATP/Li", "configuration=Li/IL@PB@LATP/LFP"
    each = [total(visitor.get(f"/cells?{query}").text) for query in (one, other)]
    assert total(visitor.get(f"/cells?{one}&{other}").text) == sum(each)
    assert total(visitor.get(f"/cells?{one}&{other}&symmetric=true").text) == each[0]
    both = "active_mass_gram=..1&active_mass_gram=not-told"
    assert total(visitor.get(f"/cells?{both}").text) == 37


@pytest.mark.slow
def test_an_order_has_what_has_no_number_last_either_way(visitor: Asker) -> None:
    query = "{cells(first: 500) {nodes {name summary {timeToFailure {value}}}}}"
    nodes = visitor.data(query)["cells"]["nodes"]
    known = {each["name"]: (each["summary"]["timeToFailure"] or {}).get("value") for each in nodes}
    for sort, how in (("time_to_failure", "ascending"), ("-time_to_failure", "descending")):
        page = visitor.get(f"/cells?columns=time_to_failure&sort={sort}").text
        assert page.count(f'aria-sort="{how}"') == 1
        values = [known[name] for name in names(page)]
        numbers = [each for each in values if each is not None]
        assert values == [*numbers, *[None] * (len(values) - len(numbers))]
        assert numbers == sorted(numbers, reverse=sort.startswith("-"))


def test_columns_are_those_for_what_there_is_and_it_is_said(visitor: Asker) -> None:
    full = visitor.get("/cells?symmetric=false").text
    assert "Columns for what there is: 7 not symmetric." in full
    assert "First discharge capacity" in full
    assert 'name="columns" value="time_to_failure" checked' not in full
    chosen = visitor.get("/cells?columns=note,fade_rate").text
    assert "Columns for what there is" not in chosen
    assert re.search(r"<th[^>]*><a [^>]*>Fade rate / %/cycle", chosen)


def test_a_number_that_is_not_sure_says_so(visitor: Asker) -> None:
    page = visitor.get("/cells?columns=time_to_failure").text
    assert re.search(r"≥ 820</span>.*censored", page)
    assert "◇" in page
    assert "runaway" in page


def test_a_name_of_one_cell_goes_there(visitor: Asker) -> None:
    there = visitor.get("/cells?name=synthetic-lfp-100uA")
    assert (there.status_code, there.headers["location"]) == (303, "/cells/31")
    one = visitor.get("/cells?name=fef3")
    assert (one.status_code, one.headers["location"][:7]) == (303, "/cells/")
    assert total(visitor.get("/cells?name=lfp&symmetric=false").text) == 4


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "area_cm2=2..1",
        "columns=nothing",
        "sort=nothing",
        "symmetric=perhaps",
        "pick=" + ",".join(map(str, range(51))),
        "after=nowhere",
        "compare=1",
        "layer_thickness_um=0.5..1",
    ],
)
def test_what_an_address_does_not_take_is_told(visitor: Asker, query: str) -> None:
    response = visitor.get(f"/cells?{query}")
    assert response.status_code == 400
    assert 'class="fault"' in response.text


def test_an_empty_list_says_what_emptied_it(visitor: Asker) -> None:
    page = visitor.get("/cells?configuration=Li/LATP/Li&symmetric=false&project=prussian-blue").text
    empty = re.search(r'<p class="empty">.*', page)
    assert empty
    links = [unescape(each) for each in re.findall(r'href="([^"]+)">(?=\d+ cells)', empty[0])]
    counts = [int(each) for each in re.findall(r">(\d+) cells", empty[0])]
    assert len(links) == 2
    assert counts == [total(visitor.get(each).text) for each in links]
    none = visitor.get("/cells?name=nobody&configuration=nothing").text
    assert "take away more than one" in none


def test_picks_go_along_with_every_link_and_come_to_a_comparison(visitor: Asker) -> None:
    page = visitor.get("/cells?pick=7&pick=1,999").text
    for link, *_ in choices(page):
        assert "pick=7,1,999" in link
    assert page.count("checked aria-label") + page.count(" checked>") >= 2
    assert '<input type="hidden" name="pick" value="999">' in page
    there = visitor.get("/cells?pick=7&pick=1&compare=1")
    assert (there.status_code, there.headers["location"]) == (303, "/compare?cells=7,1")


def test_a_file_has_every_digit_and_all_that_is_told_of_a_number(visitor: Asker) -> None:
    parts = "value error low high status reason detail"
    nodes = visitor.data(
        f"{{cells(first: 500, orderBy: [{{field: NAME}}]) {{nodes {{id name areaCm2 "
        f"summary {{cycleLife {{{parts}}}}}}}}}}}"
    )["cells"]["nodes"]
    columns = visitor.get("/cells.json?columns=cycle_life,area_cm2&sort=name").json()
    assert columns["cell_id"] == [int(each["id"]) for each in nodes]
    assert columns["area_cm2"] == [each["areaCm2"] for each in nodes]
    for part in parts.split():
        name = "cycle_life" if part == "value" else f"cycle_life_{part}"
        assert columns[name] == [each["summary"]["cycleLife"][part] for each in nodes]
    file = visitor.get("/cells.csv?columns=cycle_life,area_cm2&sort=name&symmetric=false").text
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [each["name"] for each in rows] == [
        each["name"] for each in nodes if int(each["id"]) in {*range(30, 36), 37}
    ]


def test_the_query_of_a_page_answers_with_its_rows(visitor: Asker) -> None:
    page = visitor.get("/cells?sort=-cycle_life&symmetric=false").text
    found = re.search(r'href="/graphql\?([^"]+)">Query', page)
    assert found
    asked = parse_qs(unescape(found[1]))
    data = visitor.data(asked["query"][0], **json.loads(asked["variables"][0]))
    assert [each["name"] for each in data["cells"]["nodes"]] == names(page)


def test_the_rows_behind_a_column_stream_as_arrow(visitor: Asker) -> None:
    page = visitor.get("/cells?symmetric=false&columns=cycle_life").text
    link = re.search(r'href="(/arrow/[^"]+)"', page)
    assert link
    with pa.ipc.open_stream(visitor.get(unescape(link[1])).content) as reader:
        assert {*reader.read_all()["cell_id"].to_pylist()} == {30, 31, 32, 33, 34, 35, 37}


HOSTILE = "<script>alert(1)</script>'\"&=not-told"


@pytest.mark.slow
@pytest.mark.usefixtures("warehouse")
def test_many_cells_come_in_pages_and_hostile_names_as_text(asker: Asker) -> None:
    create = "mutation ($input: CellInput!) { createCell(input: $input) { __typename } }"
    for number in range(53):
        said = {"name": f"cell-{number:02}", "project": "not-told"}
        if number == 7:
            said = {"name": f"={HOSTILE}", "project": HOSTILE}
        assert asker.data(create, input=said)["createCell"]["__typename"] == "Cell"
    page = asker.get("/cells").text
    seen = names(page)
    assert len(seen) == 50
    assert "<script>alert" not in page
    cursor = re.search(r'<button name="after" value="([^"]+)">older', page)
    assert cursor
    rest = asker.get(f"/cells?after={quote(cursor[1])}").text
    assert len(names(rest)) == total(page) - 50
    assert not {*seen} & {*names(rest)}
    assert total(asker.get(f"/cells?project={quote(HOSTILE)}").text) == 1
    literal = next(each for each in choices(page) if each[2] == "not-told")
    assert literal[3] == total(asker.get(literal[0]).text) == 52
    file = asker.get("/cells.csv").text
    assert f'"\'={HOSTILE.replace(chr(34), chr(34) * 2)}"' in file
    assert len(list(csv.reader(io.StringIO(file)))) == 1 + total(page)


@law(50)
@given(st.text())
def test_any_choice_is_read_as_it_was_written(value: str) -> None:
    assert choice_value(choice_text(value)) == value


def test_an_address_has_one_way_to_be_written() -> None:
    query = "sort=name&pick=3&area_cm2=0.50..1&configuration=B&configuration=A&pick=1"
    link = read_address("/cells", QueryParams(query), FIELDS).link()
    assert link == "/cells?configuration=B&configuration=A&area_cm2=0.5..1&sort=name&pick=3,1"
    assert read_address("/cells", QueryParams(urlsplit(link).query), FIELDS).link() == link
