"""Take a file in longer and longer, as a watcher does, and say so: the victim of crash tests.

python growing_victim.py HOME DATABASE_URL EXPORT LENGTH…; a length of 0 is the finished file.
"""

import sys
from pathlib import Path

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse

home, database_url, export, *lengths = sys.argv[1:]
content = Path(export).read_bytes()
growing = Path(home) / Path(export).name
warehouse = open_warehouse(Settings(home=Path(home), database_url=database_url))
print("begin", flush=True)  # noqa: T201 - whoever kills us waits for it
for length in map(int, lengths):
    growing.write_bytes(content[: length or len(content)])
    outcome = take_in(warehouse, growing, growing=length > 0)
    if outcome.status not in {"ingested", "already"}:
        sys.exit(f"{outcome.status}: {outcome.reason}")
    print(outcome.points, flush=True)  # noqa: T201 - what was promised
warehouse.engine.dispose()
