"""Which files are meant by the paths a person gives."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.sidecar import is_sidecar


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file, folders in full and in order; hidden files and sidecars are left out.

    A path that does not exist is yielded too: taking it in refuses it by name.
    """
    seen: set[Path] = set()
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file in seen or file.is_dir() or is_sidecar(file):
                continue
            if any(part.startswith(".") for part in file.relative_to(path).parts):
                continue
            seen.add(file)
            yield file
