"""Files that EC-Lab and BT-Lab write beside a test: they are of it, and no tests themselves."""

from pathlib import Path
from typing import Final

LOG: Final = ".mpl"
_WHAT: Final = {
    LOG: "the log of a BioLogic test",
    ".mps": "the settings of BioLogic tests",
    ".sta": "the state of a BioLogic test",
}


def what_it_is(path: Path) -> str | None:
    """Return what a file tells of the test it lies beside, None where it is no companion."""
    return _WHAT.get(path.suffix.lower())


def log_of(path: Path) -> Path | None:
    """Return the log that lies beside a .mpr; while the test runs, the .mpr itself has none."""
    log = path.with_suffix(LOG)
    return log if path.suffix.lower() == ".mpr" and log.is_file() else None
