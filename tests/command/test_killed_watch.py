"""Whatever moment a watcher is killed, what arrived is in the warehouse whole, and once."""

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from schema.inspection import inspect
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.command.program import called
from tests.command.test_watch import MODES, hashes, heard, watching
from tests.ingest.test_intake import write_cycling

PACE = {"LEYDEN_WATCH_STILL_SECOND": "0.6", "LEYDEN_WATCH_PACE_SECOND": "0.3"}
LAST = "last.bdf.csv"


def check(settings: Settings) -> None:
    warehouse = open_warehouse(settings)
    inspected = inspect(warehouse.engine, warehouse.lake)
    assert inspected.sound, inspected.lines
    warehouse.engine.dispose()


@pytest.mark.endure
@pytest.mark.slow
def test_a_watcher_killed_at_random_moments_loses_nothing_and_takes_nothing_twice(
    nowhere: Settings, kills: int, tmp_path: Path
) -> None:
    whole, lab, home = tmp_path / "whole", tmp_path / "lab", nowhere.home
    url = {"LEYDEN_DATABASE_URL": nowhere.database_url}
    for folder in (whole, lab):
        folder.mkdir()
    for turn in range(kills):
        name = f"{turn}.bdf.csv"
        text = write_cycling(whole / name, 1 + turn).read_bytes()
        half = random.randrange(len(text))  # noqa: S311 # any place is as good, in a line most often
        (lab / name).write_bytes(text[:half])
        with watching(home, lab, MODES[turn % 2], **PACE, **url) as watcher:
            time.sleep(random.uniform(0, 0.8))  # noqa: S311 # any moment is as good
            with (lab / name).open("ab") as file:
                file.write(text[half:])
            time.sleep(random.uniform(0, 1.6))  # noqa: S311 # the same
            watcher.send_signal(signal.SIGKILL)
            watcher.wait()
        check(nowhere)
    with watching(home, lab, **PACE, **url) as watcher:
        write_cycling(whole / LAST, kills + 1)
        shutil.copy(whole / LAST, lab)  # what came before it is stable before it is
        while (said := heard(watcher))["growing"] or not str(said["path"]).endswith(LAST):
            assert said["status"] != "refused" or said["growing"]
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait() == 130
    check(nowhere)
    assert called(tmp_path / "once", "ingest", str(whole)).returncode == 0
    taken = hashes(home, nowhere.database_url)
    assert sorted(taken) == sorted(hashes(tmp_path / "once"))
