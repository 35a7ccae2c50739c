"""Whether files that arrived are as they were sent: each is noted by its hash when it is whole."""

from collections.abc import Iterator
from pathlib import Path

from schema.lake import Lake, hash_of
from schema.upload.upload import ARRIVING, NOTE, part_name, uploads


def damages(lake: Lake) -> Iterator[tuple[str, str]]:
    """Yield the path inside the lake of each file that is not as it arrived, and what is wrong."""
    for upload in uploads(lake):
        for note in sorted((upload.folder / ARRIVING).glob(f"*{NOTE}")):
            if why := _damage(upload.folder, note):
                yield f"upload/{upload.key}/{_noted(note)[1]}", why


def damage_of(lake: Lake, path: Path) -> str | None:
    """Return what is wrong with a file of an upload, or with what contains it; None of others."""
    root = lake.folder / "upload"
    if root not in path.parents:
        return None
    folder = root / path.relative_to(root).parts[0]
    for each in (path, *path.parents):
        if folder in each.parents:
            note = folder / ARRIVING / f"{part_name(each.relative_to(folder).as_posix())}{NOTE}"
            if note.exists() and (why := _damage(folder, note)):
                return f"it is damaged: {why}"
    return None


def _damage(folder: Path, note: Path) -> str | None:
    came_with, name = _noted(note)
    if note.with_suffix(".part").exists():  # it is sent anew
        return None
    try:
        found = hash_of(folder / name)
    except OSError as fault:
        return fault.strerror or str(fault)
    return None if found == came_with else f"sha256 {found}, it arrived with {came_with}"


def _noted(note: Path) -> tuple[str, str]:
    came_with, _, name = note.read_text("utf-8").partition(" ")
    return came_with, name
