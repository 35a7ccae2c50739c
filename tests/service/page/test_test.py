"""The page of a test: what it is, what was noticed, its steps and cycles, what it rests on."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import delete

from ingest.intake import take_in
from schema.catalog import LakeFile
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker, asked
from tests.service.page.flawed_export import write_flawed

DemoTest: TypeAlias = Callable[[str], int]
LONG = "synthetic-coated-50uA-0"
"""50,020 points, 820 steps, 410 cycles."""
HOSTILE = "<img src=x onerror=alert(1)>&'\".bdf.csv"


def test_it_says_what_it_is_and_what_it_rests_on(visitor: Asker, demo_test: DemoTest) -> None:
    number = demo_test(LONG)
    query = """query($id: ID!) {test(id: $id) {
        name pointCount cell {id name} files {id sha256 reader readerVersion} lakeFiles {sha256}
    }}"""
    test = visitor.data(query, id=number)["test"]
    text = visitor.get(f"/tests/{number}").text
    assert f"<h1>{test['name']} <span" in text
    assert f'href="/cells/{test["cell"]["id"]}">{test["cell"]["name"]}' in text
    (file,) = test["files"]
    assert f'href="/files/{file["id"]}"' in text
    assert f'href="/raw/{file["sha256"]}"' in text
    assert f"{file['reader']}, version {file['readerVersion']}" in text
    assert len(test["lakeFiles"]) >= 2
    for each in test["lakeFiles"]:
        assert each["sha256"] in text
    assert "zone not stated" in text
    assert "50\u202f020" in text


def test_a_test_of_no_cell_says_so_and_where_it_is_assigned(flawed_visitor: Asker) -> None:
    text = flawed_visitor.get("/tests/1").text
    assert "On which cell it was run is not stated" in text
    assert 'href="/tests/1/assign"' in text


@pytest.mark.parametrize(("of", "first"), [("steps", "step"), ("cycles", "cycle")])
def test_long_tables_come_in_pages_and_whole_as_csv(
    visitor: Asker,
    demo_test: DemoTest,
    of: str,
    first: str,
) -> None:
    test = demo_test(LONG)
    columns = {"steps": "stepCount netChargeAh", "cycles": "cycleCount chargeCapacityAh"}[of]
    rows = visitor.data(f"{{test(id: {test}) {{{of} {{{columns}}}}}}}")["test"][of]
    number, charge = rows.values()
    assert len(number) > 400
    text = visitor.get(f"/tests/{test}/{of}.csv").text
    table = list(csv.DictReader(io.StringIO(text)))
    assert [int(each[f"{first}_count"]) for each in table] == number
    name = {"steps": "net_charge_ah", "cycles": "charge_capacity_ah"}[of]
    assert [float(each[name]) for each in table] == charge
    page = visitor.get(f"/tests/{test}/{of}?{first}=201").text
    seen = re.findall(r'class="window" href="[^"]*">(\d+)<', page)
    assert [int(each) for each in seen] == number[200:400]
    assert f"201 to 400 of {len(number)} {of}" in page
    assert f"{first}=401" in page


def test_a_charge_stands_with_its_error_and_what_is_wrong_with_it(flawed_visitor: Asker) -> None:
    text = flawed_visitor.get("/tests/1").text
    section = text[text.index('id="steps"') : text.index('id="cycles"')]
    assert re.search(r"\d ± 0\.0\d+", section)
    assert "low quality: outlier" in section
    assert "low quality: gap" in section
    assert re.search(r"40 steps\.\s+2 low quality\.", section)


def test_panels_are_chosen_in_the_address(visitor: Asker) -> None:
    text = visitor.get("/tests/1?panels=current&panels=voltage").text
    assert "/tests/1/series.svg?panels=current,voltage" in text
    assert visitor.get("/tests/1?panels=colour").status_code == 400


def test_a_test_whose_points_are_not_here_shows_the_rest(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    write_flawed(tmp_path / "flawed.bdf.csv")
    warehouse = open_warehouse(settings)
    assert take_in(warehouse, tmp_path / "flawed.bdf.csv").status == "ingested"
    with change(warehouse.engine, "lose points") as (session, _):
        session.execute(delete(LakeFile).where(LakeFile.kind == "points"))
    warehouse.engine.dispose()
    with asked(settings, only_reads=True) as asker:
        answer = asker.get("/tests/1")
        assert answer.status_code == 200
        assert "No point of this test with a time to be drawn against is here." in answer.text
        assert 'id="steps"' in answer.text
        assert asker.get("/tests/1/series.json").status_code == 404


def test_a_part_or_a_test_that_is_not_there(visitor: Asker) -> None:
    assert visitor.get("/tests/999999").status_code == 404
    assert visitor.get("/tests/1/nothing").status_code == 404
    assert visitor.get("/tests/1/steps.svg").status_code == 404


@pytest.mark.slow
def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    write_flawed(tmp_path / HOSTILE)
    warehouse = open_warehouse(settings)
    assert take_in(warehouse, tmp_path / HOSTILE).status == "ingested"
    warehouse.engine.dispose()
    with asked(settings, only_reads=True) as asker:
        for address in ("/tests/1", "/tests", "/files/1", "/tests/1/steps"):
            text = asker.get(address).text
            assert "<img src=x" not in text
            assert "&lt;img src=x" in text
