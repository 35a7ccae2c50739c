"""Remove, bring back or erase an entry, and say so: the victim of crash tests.

python removing.py HOME DATABASE_URL remove|revert|erase KIND ID
"""

import sys
from pathlib import Path

from schema.catalog.connection import change
from schema.record.erasure import erase
from schema.record.removal import remove
from schema.record.revert import revert
from schema.settings import Settings
from schema.warehouse import open_warehouse

home, database_url, action, kind, identity = sys.argv[1:]
warehouse = open_warehouse(Settings(home=Path(home), database_url=database_url))
print("begin", flush=True)  # noqa: T201 - whoever kills us waits for it
if action == "erase":
    erase(warehouse.engine, warehouse.lake, kind, identity, with_all=True)
else:
    with change(warehouse.engine, action) as (session, snapshot):
        if action == "remove":
            remove(session, snapshot, kind, int(identity), with_all=True)
        else:
            revert(session, snapshot, kind, identity, with_all=True)
print("done", flush=True)  # noqa: T201 - the promise that is kept whatever happens next
warehouse.engine.dispose()
