"""Which files are meant by the paths a person gives."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.companion import data_beside
from ingest.container import is_container, members
from ingest.sidecar import is_sidecar
from schema.error import UnreadableExport


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file, folders and containers in full and in order.

    Hidden files and sidecars are left out. A path that does not exist is yielded too: taking it in
    refuses it by name, and a container that is damaged.
    """
    seen: set[Path] = set()
    for path in paths:
        # whoever names a text alone means its measurement, which the .mpr beside it has whole
        alone = [data] if (data := data_beside(path)) else []
        inside = sorted(path.rglob("*")) if path.is_dir() else [*alone, path]
        for file in inside:
            if file in seen or file.is_dir() or is_sidecar(file):
                continue
            below = file.relative_to(path).parts if path.is_dir() else ()
            if any(part.startswith(".") for part in below):
                continue
            seen.add(file)
            yield from _within(file)


def _within(file: Path) -> Iterator[Path]:
    if not is_container(file):
        yield file
        return
    try:
        names = members(file)
    except UnreadableExport:
        names = []
    yield from (file / name for name in names) if names else (file,)
