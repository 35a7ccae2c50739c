"""What is on disk to stay: flushed, and put in its place whole."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before anything else is done."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def put_in_place(beside: Path, rest: Path) -> None:
    """Put a file that was written beside it in the place of another: the old one or the new."""
    flush(beside)
    beside.replace(rest)
    flush(rest.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into the one that holds it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)
