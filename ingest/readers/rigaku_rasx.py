"""Rigaku .rasx: a zip that holds a text of points and an XML of conditions for each scan.

The files and some names in them are spelt as Rigaku spells them: MesurementConditions. Positions
are those of the text, even or not. How long a point was counted for is not stated.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from ingest.parse.decoding import decoded
from ingest.parse.rigaku import beam, points, scan
from ingest.parse.scan import Scan, one_test
from ingest.parse.xml_tree import leaves, number_at, text_at, xml_tree
from ingest.parse.zip_bound import DAMAGED, bounded
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, LeydenError, UnreadableExport

_NAME: Final = "rigaku_rasx"
_BEGINS: Final = b"PK\x03\x04"
_PROFILE: Final = re.compile(r"Data(\d+)/Profile(\d+)\.txt")
_TUBE: Final = "HWConfigurations/XrayGenerator"
_FACT_SECTIONS: Final = ("GeneralInformation", "HWConfigurations/XrayGenerator", "ScanInformation")


def _knows(export: Export) -> bool:
    return export.head.startswith(_BEGINS) and export.head[30:].startswith(b"Data")


def _read(export: Export) -> list[Reading]:
    try:
        with zipfile.ZipFile(export.path) as members:
            bounded(export, _NAME, members)
            return [_reading(export, members)]
    except LeydenError:
        raise
    except (KeyError, NotImplementedError, *DAMAGED) as fault:
        reason = f"{type(fault).__name__}: {fault}"
        raise UnreadableExport(export.origin, _NAME, "zip", reason) from fault


def _reading(export: Export, members: zipfile.ZipFile) -> Reading:
    findings: list[Finding] = []
    found = list(_scans(export, members, findings))
    if not found:
        raise EmptyExport(export.origin, _NAME)
    _, conditions = found[0]
    facts: dict[str, Fact] = {}
    for part in map(conditions.find, _FACT_SECTIONS):
        facts |= leaves(part) if part is not None else {}
    return one_test(
        [each for each, _ in found],
        instrument=" ".join(filter(None, ("Rigaku", facts.get("SystemName")))),  # type: ignore[arg-type] # a text
        facts=facts,
        findings=findings,
        started_at=_started_at(conditions),
    )


def _scans(
    export: Export, members: zipfile.ZipFile, findings: list[Finding]
) -> Iterator[tuple[Scan, Element]]:
    matches = [_PROFILE.fullmatch(name) for name in members.namelist()]
    for profile in sorted((each for each in matches if each), key=lambda each: int(each[1])):
        member = f"Data{profile[1]}/MesurementConditions{profile[2]}.xml"
        conditions = xml_tree(export, _NAME, members.read(member), member)
        axis = text_at(conditions, "ScanInformation/AxisName") or ""
        count = number_at(conditions, "ScanInformation/DataCount")
        text = decoded(export, _NAME, members.read(profile[0])).replace("\r\n", "\n")
        block = points(
            *(export, _NAME, text),
            first_line=1,
            axis=axis,
            promised=None if count is None else int(count),
        )
        findings += block.findings
        first, second, beta = (
            number_at(conditions, f"{_TUBE}/Wavelength{name}")
            for name in ("Kalpha1", "Kalpha2", "Kbeta")
        )
        how: dict[str, Fact] = {
            **beam(first, second, beta, text_at(conditions, f"{_TUBE}/WaveType")),
            "anode": text_at(conditions, f"{_TUBE}/TargetName"),
            "radius_mm": _radius(conditions),
            "intensity_unit": text_at(conditions, "ScanInformation/IntensityUnit"),
        }
        yield scan(block, axis, how), conditions


def _radius(conditions: Element) -> float | None:
    """Return the distance from the tube to the sample, that of the goniometer's circle."""
    for each in conditions.iter("Distance"):
        if (each.get("From"), each.get("To")) == ("XrayGenerator", "AttachmentStage"):
            try:
                return float(each.get("Value") or "")
            except ValueError:
                return None
    return None


def _started_at(conditions: Element) -> datetime | None:
    text = text_at(conditions, "ScanInformation/StartTime") or ""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Rigaku .rasx",
    suffixes=(".rasx",),
    knows=_knows,
    read=_read,
    states={
        "Operator": "operator",
        "SampleName": "specimen",
        "PartName": "program_name",
        "Comment": "comment",
    },
    account=Account(
        instrument="Rigaku diffractometers",
        counters="none: it is diffraction",
        gaps=(
            "of the conditions those of tube, sample and scan are read",
            "how long a point was counted for is not told",
        ),
        real_files=1,
        tested="every number against a plain read of the text in it",
    ),
)
