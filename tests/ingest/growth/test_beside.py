"""What is done beside a file that grows: its bytes may move into those of its longer version."""

from pathlib import Path
from threading import Thread

import pytest

from ingest.intake import take_in
from schema.backup.backup import back_up
from schema.backup.verification import verify
from schema.inspection import inspect
from schema.warehouse import Warehouse
from tests.ingest.test_intake import write_cycling

TAKES = 60


@pytest.mark.slow
def test_backups_and_checks_while_a_file_grows_lack_nothing(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    engine, lake = empty_warehouse.engine, empty_warehouse.lake
    path = write_cycling(tmp_path / "cell.bdf.csv", cycles=20)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:100]))
    assert take_in(empty_warehouse, path, growing=True).status == "ingested"

    def grow() -> None:
        for take in range(TAKES):
            path.write_bytes(b"".join(lines[: 101 + take]))
            take_in(empty_warehouse, path, growing=True)

    writer = Thread(target=grow)
    writer.start()
    looks = 0
    while writer.is_alive():
        folder = tmp_path / f"backup {looks}"
        taken = back_up(engine, lake, folder, lambda *_: None)
        assert taken.manifest.lacking == ()
        assert verify(folder, taken.path, lambda *_: None).faults == ()
        assert inspect(engine, lake).sound  # orphans are files on their way
        looks += 1
    writer.join()
    assert looks > 3
    assert take_in(empty_warehouse, path).points == 100 + TAKES - 1
