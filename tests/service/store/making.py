"""Make the next base of a warehouse whenever a line comes in: the victim of tests that kill it.

python making.py HOME METRIC …

What takes long is to begin a Python: it is done once, and each base is made by a fork. A line says
after how many seconds its alarm kills it, an empty one that none does; how it ended is told.
"""

import os
import signal
import sys
from pathlib import Path

from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.compaction import make_base

settings, metrics = Settings(home=Path(sys.argv[1])), read_metrics()
wanted = {name: metrics[name] for name in sys.argv[2:]}
for line in sys.stdin:
    maker = os.fork()
    if not maker:
        signal.setitimer(signal.ITIMER_REAL, float(line) if line.strip() else 0.0)
        warehouse = open_warehouse(settings)
        make_base(warehouse.engine, warehouse.lake, wanted, settings.store_folder)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(maker, 0)[1]), flush=True)  # noqa: T201
