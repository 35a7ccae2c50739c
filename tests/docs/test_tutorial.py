"""Every command of docs/tutorial.md and docs/faq.md, run as it stands on SYNTHETIC exports.

The exports have the names that the pages give; the second page goes on where the first one ends.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import numpy as np
import pytest

from demo import ec_lab_text, full_cell, pellet
from demo.measurement import Cycling, noise_of
from tests.ingest.readers.samples.biologic_mpr import FLAGS, mpr, records

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = (DOCS / "tutorial.md").read_text(encoding="utf-8")
PAGES: Final = PAGE + (DOCS / "faq.md").read_text(encoding="utf-8")
CELL: Final = full_cell.FullCell(0.785, 1e-3, 0.1, 1286, 0.995)
CAPACITIES: Final = np.linspace(164.9, 163.0, 20)
PELLET_AREA_CM2: Final = 1.131
PLACE: Final = "http://127.0.0.1:8000"
pytestmark = pytest.mark.slow


def _mpr_of(cycling: Cycling) -> bytes:
    """Return a galvanostatic test as EC-Lab writes it: flags, step, time, voltage, current."""
    rows = records((*FLAGS, 131, 4, 6, 8), len(cycling.test_time_second))
    rows["flags"] = np.where(cycling.current_ampere == 0, 3, 1)
    rows["Ns"] = cycling.step_id - 1
    rows["time/s"] = cycling.test_time_second
    rows["Ewe/V"] = cycling.voltage_volt
    rows["I/mA"] = cycling.current_ampere * 1e3
    return mpr((*FLAGS, 131, 4, 6, 8), rows)


@dataclass
class Reader:
    """Who follows the page: a folder, and what every command said."""

    folder: Path
    port: int
    said: dict[str, str] = field(default_factory=dict)
    serving: "subprocess.Popen[str] | None" = None

    def run(self, command: str, told: Sequence[str]) -> None:
        """Run a command of the page to its end, or until it serves; what is refused ends with 1."""
        here = command.replace(PLACE, f"http://127.0.0.1:{self.port}")
        environment = {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "LEYDEN_PORT": str(self.port),
            "LEYDEN_LOG_LEVEL": "warning",
        }
        environment.pop("LEYDEN_HOME", None)
        running = subprocess.Popen(  # noqa: S603 # the commands of our own page
            ["/bin/bash", "-o", "pipefail", "-c", here],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if command.startswith("leyden serve"):
            self.serving = running
            assert running.stdout
            self.said[command] = running.stdout.readline()
            return
        self.said[command], _ = running.communicate(timeout=120)
        refused = any(line.startswith("refused") for line in told)
        assert running.returncode == refused, (command, self.said[command])


def _told() -> list[tuple[str, list[str]]]:
    """Return the commands of the page, each with the lines that it is told to say."""
    told: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGES, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                told.append((line[2:], []))
            else:
                told[-1][1].append(line)
    return told


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Return who has followed the whole page."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed: the page asks by it")
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "bin").mkdir()
    command = folder / "bin" / "leyden"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leyden "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (folder / "cell-7.mpr").write_bytes(_mpr_of(full_cell.cycle(CELL, CAPACITIES)))
    sweep = pellet.sweep(0.1, PELLET_AREA_CM2, 30.0, noise_of("pellet-3.mpt"))
    ec_lab_text.write_sweeps(folder / "pellet-3.mpt", {30.0: sweep}, PELLET_AREA_CM2, "SYNTHETIC")
    (folder / "notes.txt").write_text("no export\n", encoding="utf-8")
    (folder / "strange.csv").write_text("when,U,I\n0,3.1,1\n10,3.2,1\n20,3.3,1\n", encoding="utf-8")
    for text in re.findall(r"^```yaml\n(.*?)^```", PAGES, re.DOTALL | re.MULTILINE):
        name = text.partition("\n")[0].removeprefix("# ")
        (folder / name).write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    following = Reader(folder, port)
    try:
        for command_told in _told():
            following.run(*command_told)
        yield following
    finally:
        if following.serving:
            following.serving.terminate()
            following.serving.communicate(timeout=30)


def test_every_command_says_what_the_page_says(reader: Reader) -> None:
    for command, lines in _told():
        said = reader.said[command].replace(f":{reader.port}", ":8000").splitlines()
        for line in lines:
            assert any(_is(line, each) for each in said), (command, line, said)


def test_the_clicks_show_the_plot_and_the_numbers_that_the_page_tells(reader: Reader) -> None:
    home = f"http://127.0.0.1:{reader.port}/"
    assert any(home in said for said in reader.said.values()), "it prints no address"
    with urlopen(home) as page:  # our own server
        arrivals = page.read().decode().split('id="arrivals"')[1]
    link = re.search(r'<a href="(/cells/\d+)">cell-7</a>', arrivals)
    assert link, "what came in last does not lead to its cell"
    place = f"http://127.0.0.1:{reader.port}{link[1]}"
    with urlopen(place) as page:  # our own server
        assert '<option value="gram">per gram</option>' in page.read().decode()
    with urlopen(f"{place}?per=gram") as page:  # noqa: S310 # our own server
        text = page.read().decode()
    assert '<option value="gram" selected>per gram</option>' in text
    assert "mA·h/g" in text
    with urlopen(f"{place}/capacity.csv?per=gram") as table:  # noqa: S310 # our own server
        rows = table.read().decode().splitlines()
    first, last = re.findall(r"gave back (\d+\.\d).*\s.*twenty (\d+\.\d)", PAGE)[0]
    assert re.search(rf"\b{re.escape(first)}", rows[1])
    assert re.search(rf"\b{re.escape(last)}", rows[20])


def _is(line: str, said: str) -> bool:
    """Return whether a line is that of the page, where … is whatever and a time is any."""
    pattern = re.escape(re.sub(r"in [\d.]+ s$", "in … s", line)).replace("…", ".*")
    return re.fullmatch(pattern, said) is not None


def test_it_takes_as_many_commands_and_clicks_as_the_page_says() -> None:
    commands = [int(each) for each in re.findall(r"\*\*Command (\d)\*\*", PAGE)]
    clicks = [int(each) for each in re.findall(r"\*\*Click (\d)\*\*", PAGE)]
    rows = re.findall(r"^\| [^|]+ \| (\d)(?: more)? \| (\d) \|", PAGE, re.MULTILINE)
    assert commands == list(range(1, sum(int(each) for each, _ in rows) + 1))
    assert clicks == list(range(1, sum(int(each) for _, each in rows) + 1))
    (to_plot, its_clicks), (to_conductivity, _) = rows
    assert int(to_plot) <= 3
    assert int(its_clicks) <= 3
    assert int(to_conductivity) <= 4
