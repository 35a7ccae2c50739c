"""A powder pattern as .xy or .xye: lines of angle, intensity, and its error where there are three.

Comments begin with ``#``, ``;``, ``!``, ``'`` or ``/*``; a wavelength, a sample and a temperature
may stand in them. Nothing but the suffix says that such numbers are a pattern, so what is no rising
angle is none. A column that is called ``theta`` and runs beyond 75° is hardly θ: it keeps its name
until a sidecar says what it is.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import numpy as np

from ingest.parse.instrument_text import fact_of, text_lines
from ingest.parse.number_block import number_block
from ingest.parse.scan import ERROR, INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "powder_xy"
_SUFFIXES: Final = (".xy", ".xye")
_COMMENT: Final = re.compile(r"\s*(?:$|[#;!'*]|/\*)")
_NUMBER: Final = r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?"
_POINT: Final = re.compile(rf"\s*{_NUMBER}(?:\s*[;\t]\s*|\s*,\s+|\s+|,){_NUMBER}.*")
_ENTRY: Final = re.compile(r"[\s#;!'*/]*([^=:]+?)\s*[=:]\s*(\S.*?)\s*")
_WAVELENGTH: Final = re.compile(r"(?i)(?:calibrated )?wave ?length|lambda|λ")
_THETA: Final = re.compile(r"(?i)theta|θ|th(?: \(deg\))?")
_LARGEST_THETA: Final = 75.0
"""Hardly a diffractometer goes beyond 150° in 2θ."""
_FEWEST_COLUMNS: Final = 2
_MOST_COLUMNS: Final = 3
_DECIMAL_COMMA: Final = re.compile(r"(?<=\d),(?=\d)")


def _knows(export: Export) -> bool:
    if not export.name.lower().endswith(_SUFFIXES) or b"\0" in export.head:
        return False
    lines = export.head.decode("latin-1").splitlines()
    _, heading, rest = _parted(lines[:-1] if len(export.head) > 4000 else lines)
    if not rest:  # a long comment may fill the head
        return not heading and any("wavelength" in line.lower() for line in lines)
    return bool(_POINT.fullmatch(rest[0])) and "binding" not in " ".join(lines).lower()


def _parted(lines: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Return the comments above, the line of names if there is one, and all below."""
    comments = list(takewhile(_COMMENT.match, lines))
    rest = list(lines[len(comments) :])
    if rest and not _POINT.fullmatch(rest[0]) and any(map(str.isalpha, rest[0])):
        return comments, rest[0], rest[1:]
    return comments, "", rest


def _read(export: Export) -> list[Reading]:
    comments, heading, rest = _parted(text_lines(export, _NAME))
    first = next((line for line in rest if line.strip()), None)
    if first is None:
        raise EmptyExport(export.origin, _NAME)
    above = len(comments) + bool(heading)
    body = _blanks(first, rest)
    width = min(len(body.lstrip("\n").split("\n", 1)[0].split()), _MOST_COLUMNS)
    if width < _FEWEST_COLUMNS:
        reason = f"{first.strip()[:40]!r} is no angle with its intensity"
        raise UnreadableExport(
            export.origin, _NAME, f"line {above + rest.index(first) + 1}", reason
        )
    names = [name.strip() for name in re.split(r"[;,\t]", heading)] if heading else []
    named = len(names) == width
    called = (names[0] if named else TWO_THETA, INTENSITY, ERROR)[:width]
    count = sum(1 for line in rest if line.strip())
    block = number_block(
        *(export, _NAME, body),
        first_line=above + 1,
        names=called,
        promised=count,
    )
    angle = block.columns[0]
    findings = list(block.findings)
    name = TWO_THETA
    if named and _THETA.fullmatch(names[0]) and angle.max() > _LARGEST_THETA:
        name = names[0]
        detail = (
            f"{name} runs to {angle.max():g}: hardly θ, and not said to be 2θ; a sidecar that "
            "declares it as two_theta_degree settles it"
        )
        findings.append(Finding("axis_doubtful", detail, name))
    elif np.any(np.diff(angle) <= 0.0):
        findings.append(Finding("angles_disordered", "its angles do not rise throughout", name))
    facts = _facts(comments)
    columns = {name: angle, **dict(zip(called[1:], block.columns[1:], strict=True))}
    return [
        one_test(
            [Scan(columns, {**doublet(_wavelength(facts), None, None), "axis": called[0]})],
            instrument=None,
            facts=facts,
            findings=findings,
        )
    ]


def _blanks(first: str, lines: Sequence[str]) -> str:
    """Return the lines with their fields parted by blanks, their decimal mark a point."""
    text = "\n".join(lines)
    if ";" in first or "\t" in first or (" " in first.strip() and ", " not in first):
        text = _DECIMAL_COMMA.sub(".", text)
    return text.replace(";", " ").replace(",", " ").replace("\t", " ")


def _facts(comments: Sequence[str]) -> dict[str, Fact]:
    entries = (_ENTRY.fullmatch(line) for line in comments)
    return {entry[1]: fact_of(entry[2]) for entry in entries if entry}


def _wavelength(facts: dict[str, Fact]) -> float | None:
    for name, value in facts.items():
        if _WAVELENGTH.fullmatch(name) and isinstance(value, int | float):
            return float(value)
    return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Powder pattern (.xy, .xye)",
    suffixes=_SUFFIXES,
    knows=_knows,
    read=_read,
    order=5,
    states={"Sample Comment": "comment", "User sample name": "specimen"},
    account=Account(
        instrument="anybody's, and synchrotron beamlines",
        counters="none: it is diffraction",
        gaps=(
            "whether intensities are counts is not said, and judged by their scatter",
            "without a wavelength in a comment there are no spacings",
            "further columns than angle, intensity and error are refused",
        ),
        real_files=3,
        tested="every number against a plain read, and against the .xrdml one was made of",
    ),
)
