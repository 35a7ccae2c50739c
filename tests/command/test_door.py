"""How commands are called, and what they say of themselves."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from typer.testing import CliRunner, Result

from command import refit
from ingest.analysis.impedance.solution import Weighting
from leyden import COMMANDS, app
from schema.analysis import LAYOUTS
from tests.command.program import called, run

GROUPS: Final = {"study": "template", "store": "rebuild", "reader": "check", "backup": "to"}
LEAVES: Final = [[name, GROUPS[name]] if name in GROUPS else [name] for name in COMMANDS]
CALLS: Final = [[], *([name] for name in COMMANDS), *([a, b] for a, b in GROUPS.items())]
WORKING: Final = "sqlalchemy duckdb pyarrow numpy polars rich uvicorn pydantic_settings strawberry"


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="leyden")


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_short_and_a_long_option_tell_the_same_help(call: list[str]) -> None:
    told = asked(*call, "-h")
    assert told.exit_code == 0
    assert told.stdout.startswith(" ".join(["Usage: leyden", *call]))
    assert told.stdout == asked(*call, "--help").stdout


def test_the_list_of_commands_cuts_no_line() -> None:
    told = asked("-h").stdout
    assert all(f"\n  {name} " in told for name in COMMANDS)
    assert "..." not in told.partition("Commands:")[2]


def test_help_is_told_without_what_commands_work_with() -> None:
    asking = "\n".join(
        [
            "import sys",
            "from leyden import app",
            f"for call in {CALLS!r}: app([*call, '--help'], standalone_mode=False)",
            f"heavy = [name for name in {WORKING.split()!r} if name in sys.modules]",
            "print('imported:', heavy)",
        ]
    )
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", asking], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("imported: []\n")


@pytest.mark.parametrize("call", LEAVES, ids=" ".join)
def test_every_command_can_be_quiet(call: list[str]) -> None:
    assert "--quiet" in asked(*call, "-h").stdout


@pytest.mark.parametrize("call", LEAVES, ids=" ".join)
def test_every_command_may_name_the_home(call: list[str]) -> None:
    assert "--home DIR" in asked(*call, "-h").stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    for option in ("--version", "-V"):
        told = run(tmp_path, option)
        assert (told.returncode, told.stdout) == (0, f"leyden {version('leyden')}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ingset", "leyden: no command is called 'ingset'; did you mean ingest or init?"),
        ("ingest", "leyden: Missing argument 'paths'; see leyden ingest --help"),
        ("status --frob", "leyden: No such option: --frob; see leyden status --help"),
        ("serve --port 99999", "leyden: Invalid value for '--port'"),
        ("refit --weighting none", "leyden: Invalid value for '--weighting'"),
        ("publish somewhere", "leyden: target cannot be 'somewhere': it takes postgresql://"),
        ("publish a.duckdb --every soon", "leyden: every cannot be 'soon': it takes"),
        ("publish a.duckdb --project p", "leyden: --project cannot be 'p': it takes a reader"),
    ],
)
def test_a_wrong_call_is_one_line_and_ends_with_2(words: str, said: str, tmp_path: Path) -> None:
    done = called(tmp_path / "home", *words.split())
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_without_a_command_the_help_is_told(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == asked("-h").stdout


def test_refit_offers_every_method_and_weighting_there_is() -> None:
    assert list(refit.METHODS) == list(LAYOUTS)
    assert get_args(refit.Weighting) == get_args(Weighting)


@pytest.mark.slow
def test_bash_completes_commands_options_and_values(tmp_path: Path) -> None:
    def completed(line: str) -> Any:  # noqa: ANN401 # a list of words
        words = line.split(" ")
        asking = {
            "_LEYDEN_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
        return run(tmp_path, **asking).stdout.split()

    assert completed("leyden ing") == ["ingest"]
    assert completed("leyden ingest --s") == ["--study"]
    assert completed("leyden refit --weighting m") == ["modulus"]
