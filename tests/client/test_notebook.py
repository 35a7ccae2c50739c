"""What is written for people to copy runs on the demo study: the notebook, and README's lines."""

import ast
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
NOTEBOOK: Final = json.loads((ROOT / "docs" / "client.ipynb").read_text(encoding="utf-8"))
CODE: Final = [each for each in NOTEBOOK["cells"] if each["cell_type"] == "code"]


def test_the_notebook_holds_no_outputs_and_no_place_of_a_machine() -> None:
    assert len(CODE) > 8
    for cell in CODE:
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
    source = "".join("".join(cell["source"]) for cell in NOTEBOOK["cells"])
    assert not re.search(r"(?<![\w:])/(home|root|tmp|work|Users)/|[A-Z]:\\", source)


def test_the_notebook_runs_and_shows_what_it_says(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEYDEN_URL", address)
    names: dict[str, Any] = {}
    shown = [_run("".join(cell["source"]), names) for cell in CODE]
    names["client"].close()
    assert all(
        each is not None and len(each) > 0 for each in shown[:-1] if hasattr(each, "__len__")
    )
    assert names["thin"]["cell_name"].to_pylist()
    assert (names["data"]["Current [A]"] > 0).any()
    assert names["failure"].told["relation"] == "time_to_failure"
    assert {row["verdict"] for row in names["claims"]} <= {
        "SUPPORTED",
        "CONTRADICTED",
        "UNTESTABLE",
    }


def test_the_lines_of_the_readme_run_as_they_stand(address: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    names: dict[str, Any] = {}
    for source in block.replace("http://127.0.0.1:8000", address).splitlines():
        shown = _run(source, names) if source else None
        assert shown is None or len(shown) > 0
    names["client"].close()


def _run(source: str, names: dict[str, Any]) -> Any:  # noqa: ANN401 # whatever the cell shows
    """Run a cell as a notebook does; return what its last line shows, None where it shows none."""
    *before, last = ast.parse(source).body
    is_shown = isinstance(last, ast.Expr)
    exec(compile(ast.Module(before if is_shown else [*before, last], []), "cell", "exec"), names)  # noqa: S102 # our own notebook
    if not is_shown:
        return None
    assert isinstance(last, ast.Expr)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 # our own notebook
    page = getattr(value, "_repr_html_", None)
    assert repr(value)
    assert page is None or page()
    return value
