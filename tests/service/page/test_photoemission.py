"""A test by photoemission in a browser: a region with its background, and the surface."""

import re

import pytest

from tests.service.asker import Asker

TEST = "synthetic-cycled-surface"


@pytest.fixture(scope="module")
def page(visitor: Asker) -> str:
    """Return the address of the test."""
    found = visitor.data(f'{{ test(name: "{TEST}") {{ id }} }}')["test"]["id"]
    return f"/tests/{found}"


def test_it_shows_a_region_and_the_surface_and_no_time(visitor: Asker, page: str) -> None:
    text = visitor.get(page).text
    assert 'id="photoemission"' in text
    assert 'id="surface"' in text
    assert "Measured against time" not in text
    assert "Referred to C1s: −0.41 ± 0.30 eV." in text
    assert '<strong aria-current="true">C 1s</strong>' in text


def test_binding_energy_falls_to_the_right(visitor: Asker, page: str) -> None:
    drawn = visitor.get(f"{page}/photoemission.svg?region=5").text
    labels = re.findall(r'x="([\d.]+)"[^>]*>(6\d\d)<', drawn)
    places = [float(place) for place, _ in labels]
    energies = [int(energy) for _, energy in labels]
    order = sorted(range(len(places)), key=places.__getitem__)
    assert len(energies) > 3
    assert [energies[each] for each in order] == sorted(energies, reverse=True)


def test_a_figure_has_the_numbers_it_is_drawn_of(visitor: Asker, page: str) -> None:
    rows = visitor.get(f"{page}/photoemission.csv?region=5").text.splitlines()
    assert rows[0].replace('"', "") == "binding_energy_ev,intensity,shirley_of_F1s"
    assert len(rows) == 202


def test_iron_is_missing_and_titanium_tells_nothing(visitor: Asker, page: str) -> None:
    text = visitor.get(f"{page}/surface").text
    assert "<td>scofield</td>" in text
    iron, titanium = (
        re.search(rf"<tr><td>{element}</td>.*?</tr>", text, re.DOTALL) for element in ("Fe", "Ti")
    )
    assert iron
    assert "expected missing" in iron[0]
    assert titanium
    assert "uninformative absence" in titanium[0]


def test_a_region_that_is_not_there_is_the_first_of_a_line(visitor: Asker, page: str) -> None:
    assert '<strong aria-current="true">C 1s</strong>' in visitor.get(f"{page}?region=99").text
