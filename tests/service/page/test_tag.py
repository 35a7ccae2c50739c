"""A page that asks whether it is still so is sent again only when it is not."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.service.asker import Asker, asked
from tests.service.page.flawed_export import write_flawed


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Path]]:
    """Return a warehouse of one test, and its export, which goes on."""
    folder = tmp_path_factory.mktemp("growing")
    warehouse = open_warehouse(Settings(home=folder))
    export = folder / "growing.bdf.csv"
    write_flawed(export, 2_000)
    take_in(warehouse, export)
    yield warehouse, export
    warehouse.engine.dispose()


@pytest.fixture(scope="module")
def who(growing: tuple[Warehouse, Path]) -> Iterator[Asker]:
    """Return who looks at it."""
    with asked(Settings(home=growing[1].parent)) as asker:
        yield asker


def tag(text: str) -> str:
    """Return the tag that a page asks with first."""
    found = re.search(r"data-tag='([^']+)'", text)
    assert found
    return found[1].replace("&#34;", '"')


def again(
    who: Asker, address: str, known: str, target: str = "main#main", **more: str
) -> httpx.Response:
    """Return the answer to a page that asks for itself."""
    headers = {"If-None-Match": known, "HX-Target": target, "HX-Request": "true", **more}
    return who.get(address, headers=headers)


def test_nothing_is_sent_while_nothing_changes(who: Asker) -> None:
    first = tag(who.get("/tests/1?from=1&to=2").text)
    answer = again(who, "/tests/1?from=1&to=2", first)
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.slow
def test_what_changes_elsewhere_is_not_sent_a_second_time(
    who: Asker, growing: tuple[Warehouse, Path]
) -> None:
    warehouse, export = growing
    known = tag(who.get("/tests/1").text)
    for number, sent in ((1, 200), (2, 304), (3, 304)):
        other = export.with_name(f"other-{number}.bdf.csv")
        write_flawed(other, 400 + number, lowest_volt=3.2 + 0.01 * number)
        take_in(warehouse, other)
        answer = again(who, "/tests/1", known)
        assert answer.status_code == sent, number
        assert answer.headers["ETag"] != known
        known = answer.headers["ETag"]
        still = again(who, "/tests/1", known)
        assert still.status_code == 304


def test_what_has_grown_is_sent(who: Asker, growing: tuple[Warehouse, Path]) -> None:
    warehouse, export = growing
    known = tag(who.get("/tests/1").text)
    write_flawed(export, 2_400)
    take_in(warehouse, export)
    answer = again(who, "/tests/1", known)
    assert answer.status_code == 200
    assert "<dd>2400" in answer.text.replace(' class="number"', "")


def test_sections_that_were_fetched_come_along(visitor: Asker, demo_test: object) -> None:
    test = demo_test("synthetic-coated-50uA-0")  # type: ignore[operator] # finds a test
    waits = 'class="waiting"'
    page = again(visitor, f"/tests/{test}", "")
    assert waits in page.text
    page = again(visitor, f"/tests/{test}", "", **{"Leyden-Fetched": "steps,cycles,nothing"})
    assert waits not in page.text


def test_what_has_changed_since_a_link_asks_for_itself(
    who: Asker, growing: tuple[Warehouse, Path]
) -> None:
    warehouse, export = growing
    address = "/tests?seen=1"
    known = tag(who.get(address).text)
    assert again(who, address, known, "p#since").status_code == 304
    write_flawed(export.with_name("new.bdf.csv"), 800, lowest_volt=3.1)
    take_in(warehouse, export.with_name("new.bdf.csv"))
    answer = again(who, address, known, "p#since")
    assert answer.status_code == 200
    assert re.search(r"tests? added.* since this link was made", answer.text)
    assert "data-tag" not in who.get("/tests").text
