"""Whether a backup is whole: every file of it hashed again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

from schema.backup.backup import Advance
from schema.backup.manifest import Manifest, path_of, read
from schema.verification import damage


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup, and what of it is not as it was when it was taken."""

    path: Path
    manifest: Manifest
    faults: tuple[tuple[str, str], ...]
    """Path of each file in the backup that is amiss, and what it is of."""


def verify(folder: Path, path: Path, advance: Advance) -> Verified:
    """Hash every file of a backup again.

    Raises:
        BackupUnusable: when its manifest is damaged.
    """
    manifest = read(path)
    catalog = manifest.catalog
    files = {each.sha256: each.path for each in manifest.files} | {catalog.sha256: "the catalog"}
    places = [path_of(folder, sha256) for sha256 in files]
    faults = []
    with ThreadPoolExecutor(cpu_count()) as pool:
        reasons = pool.map(damage, places, files)
        for number, (place, of, why) in enumerate(
            zip(places, files.values(), reasons, strict=True), start=1
        ):
            advance(number, len(files), of)
            if why:
                faults.append((str(place), f"{of}: {why}"))
    return Verified(path, manifest, tuple(faults))
