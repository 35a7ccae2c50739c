"""Names of files as text can tell them."""

import os
from pathlib import Path


def legible(path: Path) -> Path:
    r"""Return a path as text can tell it: a byte that is no UTF-8 stands as ``\xe9``.

    Elsewhere than in UTF-8, a name is bytes: no text, no JSON and no catalog takes it as it is.
    """
    return Path(os.fsencode(path).decode("utf-8", errors="backslashreplace"))
