"""The client stands by itself: what it imports, and what a clean environment makes of its wheel."""

import ast
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import leyden_client
import pytest

ROOT: Final = Path(__file__).parents[2]
ASK: Final = """
import sys
import leyden_client as leyden
with leyden.connect(sys.argv[1]) as client:
    print(len(client.cells()), leyden.__version__)
    try:
        client.cells().polars()
    except leyden.NotInstalled as fault:
        print(fault)
"""


def test_it_imports_little_and_nothing_of_the_server() -> None:
    names = set()
    for path in Path(leyden_client.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    for_types = {"numpy", "polars"}
    assert names - set(sys.stdlib_module_names) == {"leyden_client", "httpx", "pyarrow", *for_types}


@pytest.mark.slow
def test_its_wheel_asks_a_service_from_a_clean_environment(address: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    _copied(source)
    wheels = tmp_path / "wheels"
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(wheels), str(source))
    (wheel,) = wheels.glob("leyden_client-*.whl")
    venv.create(tmp_path / "clean", with_pip=True)
    python = str(tmp_path / "clean" / "bin" / "python")
    constraints = str(ROOT / "constraints.txt")
    _run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, str(wheel))
    lines = _run(python, "-c", ASK, address, at=tmp_path).splitlines()
    assert lines[0].split()[1] == leyden_client.__version__
    assert int(lines[0].split()[0]) > 10
    assert "pip install 'leyden-client[polars]'" in lines[1]
    there = _run(python, "-m", "pip", "list", "--format=freeze", at=tmp_path).splitlines()
    assert not any(line.startswith(("leyden==", "numpy==")) for line in there)
    files = _run(python, "-m", "pip", "show", "--files", "leyden-client", at=tmp_path)
    assert "leyden_client/py.typed" in files
    assert "LICENSE" in files


def _copied(source: Path) -> None:
    """Copy what pip would build in place, so that nothing is left in the checkout."""
    shutil.copytree(ROOT / "client", source, ignore=shutil.ignore_patterns("*.egg-info", "build"))


def _run(*command: str, at: Path | None = None) -> str:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONNOUSERSITE": "1"}
    done = subprocess.run(  # noqa: S603 # our own program
        command, check=True, capture_output=True, text=True, cwd=at, env=environment
    )
    return done.stdout
