"""A study to fill in: an example with a word on everything, as YAML, workbook or folder of .csv."""

from pathlib import Path
from typing import Final

from ingest.study.document import read_study
from ingest.study.write import refuse_taken, write_study
from schema.error import InvalidStudy

_EXAMPLE: Final = Path(__file__).with_name("example.yaml")


def write_template(path: Path) -> None:
    """Write a commented example, which can be entered as it stands.

    Raises:
        InvalidStudy: when something is there already, or the name is none of a study.
    """
    if path.suffix.lower() not in {".yaml", ".yml"}:
        write_study(read_study(_EXAMPLE).content, path, every_column=True)
        return
    refuse_taken(path)
    try:
        path.write_bytes(_EXAMPLE.read_bytes())
    except OSError as fault:
        raise InvalidStudy.at(path, None, f"cannot be written: {fault.strerror}") from fault
