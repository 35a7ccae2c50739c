"""Rooms are built on each other one way: no files import each other in a circle."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]


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
