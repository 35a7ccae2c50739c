"""A study into a file: YAML, a workbook, or a folder of .csv.

What was written is read again before it gets its name: a file that would say otherwise is none.
"""

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import yaml
from xlsxwriter import Workbook

from ingest.study.document import read_study
from ingest.study.tabulate import tabulate
from schema.error import InvalidStudy

_WIDEST: Final = 1_000


def write_study(content: Mapping[str, Any], path: Path, *, every_column: bool = False) -> None:
    """Write a study: .yaml, .xlsx, or a folder of .csv where the name has no ending.

    Args:
        content: of the study, checked.
        path: of the file or folder, which is not there yet.
        every_column: whether tables have every column, whatever the study says.

    Raises:
        InvalidStudy: when something is there already, it cannot be written, or the tables cannot
            hold what it says.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        reason = "a study is a file .yaml or .xlsx, or a folder of .csv, whose name has no ending"
        raise InvalidStudy.at(path, None, reason)
    refuse_taken(path)
    try:
        beside = Path(mkdtemp(prefix=".study-", dir=path.parent))
        try:
            written = beside / path.name
            write(content, written, every_column)
            _read_again(content, written, path)
            written.rename(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as fault:
        raise InvalidStudy.at(path, None, f"cannot be written: {fault.strerror}") from fault


def refuse_taken(path: Path) -> None:
    """Refuse to write over what is there.

    Raises:
        InvalidStudy: when something is.
    """
    if path.exists():
        raise InvalidStudy.at(path, None, "it is there already; choose another name")


def _read_again(content: Mapping[str, Any], written: Path, path: Path) -> None:
    advice = "a table cannot hold it (a list of names with a semicolon, a text of 32,767 characters"
    hint = "" if path.suffix.lower() == ".yaml" else f"; {advice}): write .yaml"
    try:
        again = read_study(written).content
    except InvalidStudy as refusal:
        reason = f"it would not be read again: {refusal.faults[0]}{hint}"
        raise InvalidStudy.at(path, None, reason) from refusal
    if again != content:
        where = ".".join(_difference(content, again))
        reason = f"it would be read otherwise, at {where}{hint}"
        raise InvalidStudy.at(path, None, reason)


def _difference(one: Any, other: Any) -> Iterator[str]:  # noqa: ANN401 — what JSON holds
    """Yield the way to the first piece that differs."""
    if isinstance(one, dict) and isinstance(other, dict):
        key = next(key for key in {**one, **other} if one.get(key) != other.get(key))
        yield str(key)
        yield from _difference(one.get(key), other.get(key))


def _write_yaml(content: Mapping[str, Any], path: Path, _every_column: bool) -> None:  # noqa: FBT001 — as all writers
    text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDEST)
    path.write_text(text, encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they stand."""

    def ignore_aliases(self, _data: Any) -> bool:  # noqa: ANN401 — as PyYAML has it
        """Write what is there twice twice."""
        return True


def _lines_as_they_stand(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _lines_as_they_stand)


def _write_workbook(content: Mapping[str, Any], path: Path, every_column: bool) -> None:  # noqa: FBT001 — as all writers
    whole = BytesIO()
    with Workbook(whole, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        for table in tabulate(content, every_column=every_column):
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(table.headings):
                sheet.write_string(0, column, title, heading)
                if meaning := table.meaning(title):
                    sheet.write_comment(0, column, meaning)
                for number, row in enumerate(table.rows, start=1):
                    if title in row:
                        sheet.write_string(number, column, row[title])
            sheet.autofit()
    path.write_bytes(whole.getvalue())


def _write_folder(content: Mapping[str, Any], path: Path, every_column: bool) -> None:  # noqa: FBT001 — as all writers
    path.mkdir()
    for table in tabulate(content, every_column=every_column):
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(table.headings)
        writer.writerows([row.get(title, "") for title in table.headings] for row in table.rows)
        # a spreadsheet program takes UTF-8 for what it is where a mark of it comes first
        (path / f"{table.name}.csv").write_text(text.getvalue(), encoding="utf-8-sig", newline="")


_WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any], Path, bool], None]]] = {
    ".yaml": _write_yaml,
    ".yml": _write_yaml,
    ".xlsx": _write_workbook,
    "": _write_folder,
}
