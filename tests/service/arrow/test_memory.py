"""A long answer takes no more memory than a short one: it goes out as it comes."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import pyarrow as pa
import pytest

from tests.service.bench import Bench, Stretch

ROWS: Final = 4_000_000
SERVE: Final = """
import sys
from pathlib import Path
import uvicorn
from schema.settings import Settings
from service.app import create_app
app = create_app(Settings(home=Path(sys.argv[1])))
uvicorn.run(app, fd=int(sys.argv[2]), log_level="warning")
"""


def filled(home: Path) -> None:
    """Fill a warehouse with one test of many points, of which no two are alike."""
    drawn = np.random.default_rng(1).normal(0, 0.1, (2, ROWS))
    points = pa.table(
        {
            "record_index": np.arange(1, ROWS + 1),
            "test_time_second": np.arange(ROWS) * 1.0,
            "voltage_volt": 3.5 + drawn[0],
            "current_ampere": drawn[1],
            "cycle_count": np.ones(ROWS, dtype=np.int64),
            "step_count": np.ones(ROWS, dtype=np.int64),
            "interval_second": np.ones(ROWS),
        }
    )
    bench = Bench(home)
    bench.add_test("long", [Stretch("rest", 1, 0.0, ROWS, 3.5, 3.5, ROWS)], points=points)
    bench.engine.dispose()


def resident(process: int, word: str) -> int:
    """Return how many bytes of memory a process holds (VmRSS), or held at most (VmHWM)."""
    text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(rf"{word}:\s+(\d+) kB", text)
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
def test_all_points_of_a_long_test_pass_through_little_memory(tmp_path: Path) -> None:
    filled(tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.set_inheritable(True)  # positional only
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/arrow/points?test=long"
        command = [sys.executable, "-c", SERVE, str(tmp_path / "home"), str(listening.fileno())]
        server = subprocess.Popen(  # noqa: S603 # our own program
            command, cwd=Path(__file__).parents[3], pass_fds=[listening.fileno()]
        )
        try:
            with httpx.Client(timeout=120) as client:
                assert client.get(f"{url}&end_second=100000").status_code == 200
                before = resident(server.pid, "VmRSS")
                with client.stream("GET", url) as answer:
                    parts = answer.iter_raw()
                    size = len(next(parts))
                    time.sleep(1)  # who reads slowly is not read ahead of
                    size += sum(map(len, parts))
                assert size > ROWS * 8 * 8
                assert resident(server.pid, "VmHWM") - before < size / 2
        finally:
            server.terminate()
            server.wait(30)
