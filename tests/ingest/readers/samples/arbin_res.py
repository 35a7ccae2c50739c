"""An Arbin .res, a real one: nothing that we know of writes Access databases.

Without the folder of exports, or without mdbtools, there is none.
"""

import os
import shutil
from pathlib import Path
from typing import Final

from tests.ingest.readers.sample import Sample

_EXPORTS: Final = Path(__file__).parents[5] / "shared" / "exports"
_REAL: Final = Path(os.environ.get("LEYDEN_EXPORTS", _EXPORTS)) / "navani/arbin_example.res"
SAMPLES = (
    (Sample("test.res", _REAL.read_bytes()),)
    if _REAL.is_file() and shutil.which("mdb-export")
    else ()
)
