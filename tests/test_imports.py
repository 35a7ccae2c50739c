"""Rooms are built on each other one way: no files import each other in a circle."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
WINGS: Final = ("command", "schema", "ingest", "service", "demo", "migrations")


@pytest.mark.parametrize("wing", ["command", "schema", "ingest", "service"])
def test_no_files_import_each_other_in_a_circle(wing: str) -> None:
    files = {_module(path): path for path in (ROOT / wing).rglob("*.py")}
    imports = {
        module: _imported(path) & files.keys() - {module}
        for module, path in files.items()
        if path.name != "__init__.py"
    }
    assert len(imports) > 10
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as fault:
        pytest.fail(" is imported by ".join(fault.args[1]))


def test_whatever_runs_is_installed_with_what_runs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = dict(project["optional-dependencies"])
    del optional["develop"]
    installed = _with_theirs([*project["dependencies"], *chain(*optional.values())])
    providers = packages_distributions()
    lacking = {
        (name, path.relative_to(ROOT).as_posix())
        for wing in WINGS
        for path in (ROOT / wing).rglob("*.py")
        for name in {each.partition(".")[0] for each in _imported(path)} - {*WINGS}
        if name in providers and not {_normal(each) for each in providers[name]} & installed
    }
    assert lacking == set()


def _with_theirs(requirements: Iterable[str]) -> set[str]:
    """Return the distributions that are required, and all that these require in turn."""
    found: set[str] = set()
    waiting = [*requirements]
    while waiting:
        name = _normal(re.split(r"[^\w.-]", waiting.pop())[0])
        if name in found:
            continue
        found.add(name)
        try:
            needs = requires(name) or []
        except PackageNotFoundError:  # of another system, or an extra that is not installed
            continue
        waiting += [each for each in needs if "extra ==" not in each]
    return found


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path) -> set[str]:
    """Return what a file imports, be it for the type checker alone or within a function."""
    return set(_named(ast.parse(path.read_text(encoding="utf-8"))))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
