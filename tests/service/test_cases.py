"""Small files of the kinds laboratories export every day give the numbers that are right for them.

The folder of cases is named by LEYDEN_CASES, ../shared/cases by default: cases.yaml lists them,
cases.py compares. Each case has a warehouse and a service of its own, in this process.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from ingest.intake import take_in
from ingest.study.document import read_study
from ingest.study.entry import enter
from ingest.walk import walk
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.law import thinned
from tests.service.asker import Asker

FOLDER: Final = Path(os.environ.get("LEYDEN_CASES", Path(__file__).parents[3] / "shared" / "cases"))


@cache
def judging() -> ModuleType:
    """Return the module that reads and compares cases."""
    spec = importlib.util.spec_from_file_location("cases", FOLDER / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries() -> list[Any]:
    """Return the cases as parameters, or one that skips loudly where there are none."""
    if not (FOLDER / "cases.yaml").is_file():
        absent = pytest.mark.skip(reason=f"LEYDEN_CASES: no cases in {FOLDER}")
        return [pytest.param({}, marks=absent, id="absent")]
    text = (FOLDER / "cases.yaml").read_text(encoding="utf-8")
    listed = judging().read_yaml(text)
    return thinned(listed, 8, ids=[entry["name"] for entry in listed])


@pytest.mark.parametrize("entry", entries())
def test_a_case_is_right(entry: dict[str, Any], tmp_path: Path, ask: Callable[..., Asker]) -> None:
    settings = Settings(home=tmp_path / "home")
    refused = taken_in(entry, settings, tmp_path)
    house = service_house(ask(settings), refused)
    checks = [*entry["checks"], *entry.get("later", [])]
    faults = [fault for check in checks if (fault := judging().judge(house, check))]
    assert not faults, "; ".join([*faults, *refused])


def taken_in(entry: dict[str, Any], settings: Settings, folder: Path) -> list[str]:
    """Take in the files of a case and its study; return why files were refused."""
    files = folder / "files"
    files.mkdir()
    for name in entry["files"]:
        shutil.copy(FOLDER / name, files / Path(name).name)
    warehouse = open_warehouse(settings)
    try:
        outcomes = [take_in(warehouse, path) for path in walk([files])]
        if "study" in entry:
            study = folder / "study.yaml"
            study.write_text(entry["study"], encoding="utf-8")
            enter(warehouse.engine, read_study(study))
    finally:
        warehouse.engine.dispose()
    return [
        f"{outcome.path.name}: {outcome.reason}"
        for outcome in outcomes
        if outcome.status == "refused"
    ]


def service_house(asker: Asker, refused: list[str]) -> Any:  # noqa: ANN401 — of the module of the cases
    """Return a warehouse as cases.py asks it, answered in this process."""
    cases = judging()

    def get(path: str, body: bytes | None = None) -> str:
        headers = {"content-type": "application/json"}
        method = "GET" if body is None else "POST"
        answer = asker.request(method, path, content=body, headers=headers)
        if answer.status_code >= 400:
            raise cases.Missing(f"{path}: {answer.status_code} {answer.text[:120]}")
        return answer.text

    house = object.__new__(cases.Warehouse)
    house.rows, house.fields, house.refused, house.complaint = {}, {}, refused, ""
    vars(house)["_get"] = get
    return house
