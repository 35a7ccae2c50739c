"""The backup of docs/faq.md with the catalog in PostgreSQL: taken, restored elsewhere, checked."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import asked
from tests.service.page.flawed_export import write_flawed

PAGE: Final = (Path(__file__).parents[2] / "docs" / "faq.md").read_text(encoding="utf-8")
ELSEWHERE: Final = "postgresql://you@elsewhere/leyden"
QUESTION: Final = """{
  tests(first: 9) {
    nodes { id name pointCount findings { kind place detail } cell { name areaCm2 } }
  }
  dischargeCapacity { testId cycleCount dischargeCapacityAh dischargeErrorAh status reason }
}"""


def _commands() -> list[str]:
    """Return the commands of the page."""
    answer = PAGE.partition("With the catalog in PostgreSQL")[2].partition("\n## ")[0]
    return re.findall(r"^    (.+)$", answer, re.MULTILINE)


def _answers(settings: Settings) -> tuple[object, bytes]:
    with asked(settings) as asker:
        return asker.data(QUESTION), asker.get("/arrow/points/1?format=csv").content


@pytest.mark.postgres
@pytest.mark.slow
def test_a_backup_answers_alike_elsewhere(
    new_database: Callable[[], AbstractContextManager[str]], tmp_path: Path
) -> None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    path = os.pathsep.join([*map(str, reversed(installed)), os.environ["PATH"]])
    if not shutil.which("pg_dump", path=path):
        pytest.skip("pg_dump is not installed: it comes with the server of .ci/postgres")
    with new_database() as here, new_database() as there:
        settings = Settings(home=tmp_path / "home", database_url=here)
        warehouse = open_warehouse(settings)
        write_flawed(tmp_path / "flawed.bdf.csv")
        assert take_in(warehouse, tmp_path / "flawed.bdf.csv").status == "ingested"
        warehouse.engine.dispose()
        with asked(settings) as asker:
            entered = (
                'mutation {createCell(input: {name: "K1", areaCm2: 2, tests: [1]}) {__typename}}'
            )
            assert asker.data(entered) == {"createCell": {"__typename": "Cell"}}
        before = _answers(settings)
        commands = _commands()
        assert [each.split()[-2] for each in commands] == ["backup", "restore", "leyden"]
        for command in commands:
            ran = subprocess.run(  # noqa: S603 # the commands of our own page
                ["/bin/bash", "-o", "pipefail", "-c", _here(command, there)],
                cwd=tmp_path,
                env={
                    **os.environ,
                    "PATH": path,
                    "PYTHONPATH": str(Path(__file__).parents[2]),
                    "LEYDEN_HOME": str(settings.home),
                    "LEYDEN_DATABASE_URL": here,
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, (command, ran.stderr)
        assert "check: sound" in ran.stdout
        assert _answers(Settings(home=tmp_path / "elsewhere", database_url=there)) == before


def _here(command: str, there: str) -> str:
    """Return a command of the page with our own places in it."""
    own = command.replace(ELSEWHERE, f"'{there}'")
    return re.sub(r"(?<!/)\bleyden (?=[bcr])", f"'{sys.executable}' -m leyden ", own)
