"""The way back: a backup into a home where nothing is, the lake first and the catalog last.

Without a catalog there is no warehouse, so a restore that was killed left none; a note in the home
says that one was begun, and lets it be begun again.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, make_url

from schema.backup import postgresql
from schema.backup.backup import Advance
from schema.backup.copying import SUFFIX, SourceDamaged, copy
from schema.backup.manifest import CopiedFile, Manifest, path_of, read
from schema.catalog.connection import connect
from schema.durable import flush, make_folder, put_in_place
from schema.error import BackupUnusable, HomeNotEmpty, InvalidSetting
from schema.lake import Lake
from schema.settings import Settings

_NOTE: Final = "restore.begun"
_WRITABLE: Final = 0o644


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored of a backup, and what of it could not be."""

    manifest: Manifest
    lost: tuple[tuple[str, str], ...]
    """Path in the lake of each file that the catalog names and that is not there, and why."""


def restore(settings: Settings, folder: Path, path: Path, advance: Advance) -> Restored:
    """Bring the backup of a manifest to rest in a home where nothing is; each file is hashed.

    Raises:
        HomeNotEmpty: when something is there; nothing was changed.
        BackupUnusable: when manifest or catalog of the backup are damaged, or the home cannot be
            written: to restore again goes on where this one ended.
        InvalidSetting: when the catalog is of another kind of database than the home.
    """
    restoring = _Restoring(settings, folder, read(path), path.name)
    restoring.refuse_another_database()
    restoring.refuse_unless_empty()
    try:
        return restoring.done(advance)
    except OSError as fault:
        reason = f"{fault.strerror or fault}; mend that, and restore again: it goes on"
        raise BackupUnusable(Path(fault.filename or settings.home), reason) from fault


@dataclass(frozen=True, slots=True)
class _Restoring:
    """A backup on its way."""

    settings: Settings
    folder: Path
    manifest: Manifest
    name: str

    @property
    def note(self) -> Path:
        """Return the note that a restore was begun."""
        return self.settings.home.absolute() / _NOTE

    @property
    def lake(self) -> Lake:
        """Return the lake to be."""
        return Lake(self.settings.lake_folder)

    @property
    def sqlite_file(self) -> Path | None:
        """Return the file of the catalog to be, None where it is in PostgreSQL."""
        url = make_url(self.settings.catalog_url)
        return Path(str(url.database)).absolute() if url.get_backend_name() == "sqlite" else None

    def refuse_another_database(self) -> None:
        """Refuse a home whose catalog would be in another kind of database."""
        theirs = self.manifest.catalog.database
        ours = "sqlite" if self.sqlite_file else "postgresql"
        if ours != theirs:
            reason = f"the backup is of a catalog in {theirs}, this one is in {ours}"
            raise InvalidSetting("LEYDEN_DATABASE_URL", self.settings.database_url, reason)

    def refuse_unless_empty(self) -> None:
        """Refuse a home in which anything is but what a restore of this backup has left there."""
        if self.sqlite_file is None:
            self._refuse_a_catalog()
        elif self.sqlite_file.exists():
            raise HomeNotEmpty(self.sqlite_file)
        begun = None
        with suppress(FileNotFoundError):
            begun = self.note.read_text(encoding="utf-8")
        if begun not in {None, "", self.name}:
            reason = f"a restore of {begun} was begun there: go on with that, or empty the folder"
            raise HomeNotEmpty(self.note.parent, reason)
        folder = self.lake.folder
        if begun is None and folder.is_dir() and any(folder.iterdir()):
            raise HomeNotEmpty(folder)

    def _refuse_a_catalog(self) -> None:
        engine = connect(self.settings.catalog_url)
        try:
            if inspect(engine).has_table("alembic_version"):
                raise HomeNotEmpty(Path(engine.url.render_as_string()))
        finally:
            engine.dispose()

    def done(self, advance: Advance) -> Restored:
        """Bring everything to rest."""
        make_folder(self.note.parent)
        self.note.write_text(self.name, encoding="utf-8")
        flush(self.note)
        flush(self.note.parent)
        make_folder(self.lake.folder)
        files = self.manifest.files
        lost = [(each.path, each.reason) for each in self.manifest.lacking]
        with ThreadPoolExecutor(cpu_count()) as pool:
            outcomes = zip(files, pool.map(self._bring, files), strict=True)
            for number, (file, why) in enumerate(outcomes, start=1):
                advance(number, len(files), file.path)
                if why:
                    lost.append((file.path, why))
        self._bring_catalog()
        self.note.unlink()
        flush(self.note.parent)
        return Restored(self.manifest, tuple(sorted(lost)))

    def _bring(self, file: CopiedFile) -> str | None:
        """Bring a file into the lake; return what is wrong with it, None where nothing is."""
        rest = self.lake.path(file.path)
        if rest.exists():
            return None  # under its name it is whole: an earlier restore has brought it
        try:
            copy(path_of(self.folder, file.sha256), rest, file.sha256)
        except SourceDamaged as fault:
            return f"in the backup {fault}"
        return None

    def _bring_catalog(self) -> None:
        copied = path_of(self.folder, self.manifest.catalog.sha256)
        beside = (self.sqlite_file or self.note).with_name(f"catalog.restored{SUFFIX}")
        try:
            copy(copied, beside, self.manifest.catalog.sha256)
        except SourceDamaged as fault:
            raise BackupUnusable(copied, f"the copy of the catalog: {fault}") from fault
        if self.sqlite_file is None:
            engine = connect(self.settings.catalog_url)
            try:
                postgresql.restore(engine, beside, self.manifest.catalog.functions)
            finally:
                engine.dispose()
            beside.unlink()
            return
        beside.chmod(_WRITABLE)
        if self.sqlite_file.exists():  # somebody has made one meanwhile
            raise HomeNotEmpty(self.sqlite_file)
        put_in_place(beside, self.sqlite_file)
