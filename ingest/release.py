"""Which versions numbers rest on: that of the reader, and that of the rules after it.

release.json is written by ``leyden docs``: to import every reader only to ask for its version takes
a tenth of every start. It is believed as long as the readers are those it was written of.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.reader import Reader

RULES: Final = "4"
"""Version of the rules by which steps, cycles and charge are derived of every reading (METRICS 0).

Raise it whenever these numbers could change: every export is then read again.
"""
WRITTEN: Final = Path(__file__).with_name("release.json")


def releases() -> Mapping[str, str]:
    """Return the version that the numbers of each reader rest on, by its name."""
    told = json.loads(WRITTEN.read_text(encoding="utf-8")) if WRITTEN.exists() else {}
    if told.get("of") == _of():
        written: Mapping[str, str] = told["releases"]
        return written
    from ingest.reader import all_readers  # noqa: PLC0415 # see above

    return {reader.name: reader.release for reader in all_readers()}


def releases_page(readers: Iterable["Reader"]) -> str:
    """Return the text of release.json."""
    told = {reader.name: reader.release for reader in readers}
    return json.dumps({"of": _of(), "releases": told}, indent=1, sort_keys=True) + "\n"


def _of() -> str:
    """Return what changes whenever a release may."""
    files = sorted(Path(__file__).with_name("readers").glob("*.py"))
    told = hashlib.sha256(RULES.encode())
    for file in files:
        told.update(file.read_bytes())
    return told.hexdigest()[:16]
