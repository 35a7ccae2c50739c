"""Take a backup, or restore the last one: the victim of crash tests, quick to start.

python backing_up.py backup|restore FOLDER
"""

import sys
from pathlib import Path

from schema.backup.backup import back_up
from schema.backup.manifest import chosen
from schema.backup.restore import restore
from schema.catalog.connection import connect
from schema.error import LeydenError
from schema.lake import Lake
from schema.settings import Settings


def main(what: str, folder: Path) -> None:
    """Do what is asked; an expected fault is one line."""
    settings = Settings()
    if what == "restore":
        restore(settings, folder, chosen(folder), lambda *_: None)
        return
    engine = connect(settings.catalog_url)
    back_up(engine, Lake(settings.lake_folder), folder, lambda *_: None)
    engine.dispose()


try:
    main(sys.argv[1], Path(sys.argv[2]))
except LeydenError as fault:
    sys.exit(f"leyden: {fault}")
