"""What is named is on disk before, and what is promised before that: tests/kill kills no disk."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from schema.lake import Lake
from schema.settings import Settings

ROOT = Path(__file__).parents[2]
INGESTING = Path(__file__).with_name("ingesting.py")


@pytest.mark.slow
def test_everything_is_flushed_before_it_is_named_and_before_it_is_promised(
    settings: Settings, lake: Lake, strace: str, tmp_path: Path
) -> None:
    log = tmp_path / "strace"
    traced = ["-y", "-o", str(log), "-e", "trace=fsync,fdatasync,rename,write"]
    ingesting = [str(INGESTING), str(settings.home), settings.database_url, "1"]
    ran = subprocess.run(  # noqa: S603 - our own program under strace
        [strace, "-f", "-qq", *traced, sys.executable, *ingesting],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    (number,) = re.findall(r"\d+", ran.stdout)
    calls = log.read_text().splitlines()

    def place(pattern: str, after: int = 0) -> int:
        found = (n for n, call in enumerate(calls) if n >= after and re.search(pattern, call))
        return next(found, -1)

    folder_of_lake = re.escape(str(lake.folder))
    promised = place(rf'write\(1<.*>, "{number}\\n"')
    at_rest = 0
    for folder in ("raw", "points"):
        flushed = place(rf"fsync\(\d+<{folder_of_lake}/{folder}/\S+\.tmp>")
        renamed = place(rf'rename\("{folder_of_lake}/{folder}/\S+\.tmp"')
        at_rest = place(rf"fsync\(\d+<{folder_of_lake}/{folder}>", renamed)
        assert 0 <= flushed < renamed < at_rest < promised
    if not settings.database_url:
        assert at_rest < place(r"sync\(\d+<\S+catalog\.sqlite-wal>", at_rest) < promised
