"""What all tests share: the folder of real instrument files."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return the folder of real instrument files, or skip loudly where there is none."""
    default = Path(__file__).parents[2] / "shared" / "exports"
    folder = Path(os.environ.get("LEYDEN_EXPORTS", default))
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"LEYDEN_EXPORTS: no real instrument files in {folder}")
    return folder
