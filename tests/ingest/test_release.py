"""What numbers rest on, as it is written down and as the readers tell it."""

import json
from pathlib import Path

import pytest

from ingest import release
from ingest.recognize import all_readers
from ingest.release import releases, releases_page

TOLD = {reader.name: reader.release for reader in all_readers()}


def test_what_is_written_down_is_what_the_readers_tell() -> None:
    assert release.WRITTEN.read_text(encoding="utf-8") == releases_page(TOLD)
    assert releases(lambda: TOLD) == TOLD


def test_what_was_written_of_other_readers_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "release.json"
    monkeypatch.setattr(release, "WRITTEN", written)
    assert releases(lambda: TOLD) == TOLD  # nothing is written down
    former = dict.fromkeys(TOLD, "0/0")
    written.write_text(json.dumps({"of": "another", "releases": former}), encoding="utf-8")
    assert releases(lambda: TOLD) == TOLD
    own = json.loads(releases_page(TOLD))["of"]
    written.write_text(json.dumps({"of": own, "releases": former}), encoding="utf-8")
    assert releases(lambda: TOLD) == former
