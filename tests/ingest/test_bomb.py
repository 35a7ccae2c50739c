"""A small file that wants to be large is refused by name, in little time and memory."""

from pathlib import Path

import pytest

from ingest.conformance import export_of
from ingest.conformance.bound import Bounded
from ingest.container import is_container, members, unpacked
from ingest.recognize import reader_for
from ingest.study.document import read_study
from schema.error import InvalidStudy, RefusedExport
from tests.ingest.bombs import BARE_LINES, BOMBS, Told
from tests.law import thinned

MOST_SECOND = 5.0
"""One on a quiet machine."""
MOST_BYTES = 200_000_000


def refusal(path: Path) -> list[str]:
    """Return how a file is refused, nothing where it is read."""
    try:
        if path.name.startswith("study"):
            read_study(path)
        elif is_container(path):
            with unpacked(path, members(path)[0]):
                pass
        else:
            export = export_of(path)
            reader_for(export).read(export)
    except (RefusedExport, InvalidStudy) as refused:
        return [str(refused)]
    return []


@pytest.mark.parametrize("bomb", [*BOMBS, *thinned(BARE_LINES, 3)], ids=lambda bomb: bomb[0])
def test_a_bomb_is_refused_by_name(tmp_path: Path, bomb: Told) -> None:
    name, write, told = bomb
    path = tmp_path / name
    write(path)
    most_bytes = MOST_BYTES + 3 * path.stat().st_size
    with Bounded(refusal) as read:
        found = read(path, patience_second=MOST_SECOND, most_bytes=most_bytes)
    assert len(found) == bool(told), found
    assert all(str(path) in each and told in each for each in found), found
