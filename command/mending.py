"""What becomes of each fault: brought back, made again, or lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.repair import make_again
from schema.backup.mending import bring_back
from schema.catalog.connection import change, look
from schema.checking import remember
from schema.inspection import CATALOG, Fault, Inspection
from schema.named_file import named_files
from schema.settings import Settings
from schema.warehouse import Warehouse
from service.store.soundness import forget_hash

_CATALOG_LOST: Final = (
    "a catalog is not made again; `leyden restore` brings one back from a backup, in another home"
)
_RAW_LOST: Final = (
    "an export is not made again, and none lies where it was read; `leyden repair --from FOLDER` "
    "takes it from a backup"
)

_ROWS_LOST: Final = "`leyden ingest` of its export reads it anew"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of something damaged: how it was repaired, or why it could not be."""

    subject: str
    how: str = ""
    reason: str = ""


def mended(
    warehouse: Warehouse,
    settings: Settings,
    found: Inspection,
    backups: Sequence[Path],
    advance: Callable[[int, int, str], object],
) -> list[Fate]:
    """Repair what an inspection found, as far as that can be, and tell what became of each."""
    faults = [each for each in found.faults if each.kind != "orphan"]
    fates: list[Fate] = []

    def note(fate: Fate) -> None:
        fates.append(fate)
        advance(len(fates), len(faults), fate.subject)

    with look(warehouse.engine) as session:
        named = {file.path: file for file in named_files(session)} if faults else {}
        files = [each for each in faults if each.subject in named]
        left: list[Fault] = []
        for each in files:
            source = bring_back(warehouse.lake, session, named[each.subject], backups)
            if source is None:
                left.append(each)
            else:
                note(Fate(each.subject, f"brought back from {source}"))
    # raw exports first: all else is made of these
    for each in left:
        if each.subject.startswith("raw/"):
            note(Fate(each.subject, reason=f"{each.detail}; {_RAW_LOST}"))
    derived = [each.subject for each in left if not each.subject.startswith("raw/")]
    for path, why in make_again(warehouse, derived):
        note(Fate(path, "made again of its export", why or ""))
    for each in faults:
        if each.subject not in named:
            note(_other(settings, each))
    _tell(warehouse, fates)
    return fates


def _other(settings: Settings, fault: Fault) -> Fate:
    """Return what becomes of a fault that is of no file of the lake."""
    base = Path(fault.subject)
    if base.is_relative_to(settings.store_folder):
        base.unlink(missing_ok=True)
        forget_hash(base)
        return Fate(fault.subject, "removed: the store makes it anew")
    lost = _CATALOG_LOST if fault.subject == CATALOG else _ROWS_LOST
    return Fate(fault.subject, reason=f"{fault.detail}; {lost}")


def _tell(warehouse: Warehouse, fates: Sequence[Fate]) -> None:
    """Let running services look at what they left out, and remember what is whole again."""
    repaired = [each.subject for each in fates if not each.reason]
    if not repaired or any(each.subject == CATALOG for each in fates):
        return
    with change(warehouse.engine, f"repair of {len(repaired)} files"):
        pass
    remember(warehouse.engine, repaired, {})
