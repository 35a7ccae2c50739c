"""Names of files as text can tell them."""

import os
from itertools import product
from pathlib import Path


def legible(path: Path) -> Path:
    r"""Return a path as text can tell it: a byte that is no UTF-8 stands as ``\xe9``.

    Elsewhere than in UTF-8, a name is bytes: no text, no JSON and no catalog takes it as it is.
    """
    return Path(os.fsencode(path).decode("utf-8", errors="backslashreplace"))


def beside_as(path: Path, suffix: str) -> Path | None:
    """Return the file of this name with another suffix, small letters or capitals.

    Of several that written as the path's own comes first: an ``A.MPT`` is of the ``A.MPR``.
    """
    letters = [sorted({letter, letter.upper()}, reverse=True) for letter in suffix.lower()]
    if path.suffix.isupper():
        letters = [each[::-1] for each in letters]
    spelled = (path.with_suffix("".join(each)) for each in product(*letters))
    return next((each for each in spelled if each.is_file()), None)
