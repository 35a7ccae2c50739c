"""Which versions numbers rest on: that of the reader, and that of the rules after it.

release.json is written by ``leyden docs``: to import every reader only to ask for its version takes
a tenth of every start. It is believed as long as the readers are those it was written of.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

RULES: Final = "7"
"""Version of the rules by which steps, cycles and charge are derived of every reading (METRICS 0).

Raise it whenever these numbers could change: every export is then read again.
"""
READERS: Final = "leyden.readers"
"""Entry points of packages that bring readers of their own; each is a Reader."""
WRITTEN: Final = Path(__file__).with_name("release.json")


def releases(ask: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
    """Return the version that the numbers of each reader rest on, by its name.

    ``ask`` asks the readers, where what is written down is not of these.
    """
    stored = json.loads(WRITTEN.read_text(encoding="utf-8")) if WRITTEN.exists() else {}
    if stored.get("of") == _of():
        written: Mapping[str, str] = stored["releases"]
        return written
    return ask()


def releases_page(versions: Mapping[str, str]) -> str:
    """Return the text of release.json."""
    return json.dumps({"of": _of(), "releases": dict(versions)}, indent=1, sort_keys=True) + "\n"


def _of() -> str:
    """Return what changes whenever a release may."""
    folder = Path(__file__).with_name("readers")
    files = sorted((*folder.glob("*.py"), *folder.glob("*.toml")))
    digest = hashlib.sha256(RULES.encode())
    for file in files:
        digest.update(file.read_bytes())
    for point in entry_points(group=READERS):
        digest.update(f"{point.name} {point.value} {point.dist and point.dist.version}".encode())
    return digest.hexdigest()[:16]
