"""Every page of the demo answers, is whole, and tells its faults."""

import re
from collections import deque
from html import unescape
from typing import Any

import pytest

from service.page.header import HEADERS

START = (
    *("/cells?symmetric=false", "/compare?cells=31,32"),
    *("/", "/cells/31", "/cells/11", "/tests", "/tests/1", "/files/1"),
    *(
        "/search?q=IL",
        "/studies",
        "/claims",
        "/claims/verdicts",
        "/claims/8/verdict",
        "/substances/LATP",
        "/docs",
    ),
    *("/cells/29", "/cells/32"),
    *("/spectra", "/spectra?cell=11", "/spectra?test=35", "/spectra/1"),
    *("/cells/new", "/materials/new", "/processes/new", "/substances/new"),
    *("/cells/31/edit", "/materials/1/edit", "/tests/1/assign"),
    *("/substances/1/edit", "/processes/1/edit"),
)
FORBIDDEN = re.compile(
    r"""\sstyle=|\son[a-z]+=|javascript:|<style|hx-on|(?:src|href)=["']?https?:"""
)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*(?:src=|application/json))")


def links(text: str) -> list[str]:
    """Return the addresses that a page leads to, its assets among them."""
    found = re.findall(r'(?:href|src|hx-get|action)="([^"#]+)', text)
    return [unescape(each) for each in found]


@pytest.mark.slow
def test_every_link_from_the_first_pages_on_answers(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    waiting, seen = deque(START), set(START)
    while waiting and len(seen) < 400:
        address = waiting.popleft()
        response = visitor.get(address, follow_redirects=True)
        assert response.status_code == 200, (address, response.text[:500])
        if not response.headers["content-type"].startswith("text/html"):
            continue
        text = response.text
        assert not FORBIDDEN.search(text), (address, FORBIDDEN.search(text))
        assert not INLINE_SCRIPT.search(text), address
        for link in links(text):
            if link not in seen and built(link):
                seen.add(link)
                waiting.append(link)


def built(link: str) -> bool:
    """Return whether a page is there already."""
    rooms = (
        "search|home|docs|studies|claims|materials|substances|processes|assets|graphql|tests|files|"
        "spectra|compare|arrow"
    )
    there = rf"/(cells/(\d+(?!\d)|new)|({rooms})|$)(?!.*/(edit|assign))"
    cells = r"cells(\.(csv|json))?($|\?symmetric=false(?!.*&))|cells/\d+(?!\d)"
    there = rf"/({cells}|({rooms})|$)(?!.*/(edit|assign))"
    one_of_many = re.search(r"/tests.*[?&](from|step|cycle)=|/spectra.*[?&]circuit=", link)
    return re.match(there, link) is not None and one_of_many is None


def test_an_unknown_field_of_an_address_is_told_with_those_that_are(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    response = visitor.get("/cells/31?colour=red")
    assert response.status_code == 400
    assert "colour" in response.text
    assert "per" in response.text


def test_what_is_not_there_is_not_found_as_a_page(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    for address in ("/cells/999999", "/cells/31/nothing", "/cells/31/nothing.svg"):
        response = visitor.get(address)
        assert response.status_code == 404, address
        assert "<main" in response.text


def test_the_same_again_is_not_made_again(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    first = visitor.get("/cells/31")
    again = visitor.get("/cells/31", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = visitor.get("/cells/31?zero=1", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("address", ["/cells/31", "/graphql", "/healthz", "/cells/999999"])
def test_every_answer_says_whose_code_may_run(visitor: Any, address: str) -> None:  # noqa: ANN401 # a fixture
    headers = visitor.get(address).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_a_figure_and_its_files_hold_the_numbers_of_graphql(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{cell(id: 31) {dischargeCapacity {dischargeCapacityAh dischargeErrorAh}}}"
    answer = visitor.data(query)["cell"]["dischargeCapacity"]
    file = visitor.get("/cells/31/capacity.json").json()
    assert file["discharge_capacity_ah"] == answer["dischargeCapacityAh"]
    assert file["error"] == answer["dischargeErrorAh"]
    svg = visitor.get("/cells/31/capacity.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    rows = visitor.get("/cells/31/capacity.csv").text.splitlines()
    assert len(rows) == 1 + len(answer["dischargeCapacityAh"])
