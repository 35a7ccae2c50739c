"""Bruker .brml of DIFFRAC.SUITE: a zip of XML, a ``<Datum>`` for each point.

Its columns are named by the views of the data, never by their place. Of several routes that one
counts which was measured and not processed. ``TimePerStepEffective`` is the time of a point with
all strips of the detector together: counts stay counts.
"""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np

from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.parse.xml_tree import number_of, text_at, xml_tree
from ingest.parse.zip_bound import DAMAGED, bounded
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, LeydenError, UnreadableExport

_NAME: Final = "bruker_brml"
_BEGINS: Final = b"PK\x03\x04"
_COUNTER: Final = "ScanCounter"
_MOST_VALUES: Final = 1000
"""Of a datum: a detector of many strips has one for each."""
_TUBE: Final = ("Alpha1", "Alpha2", "Ratio", "Beta")


def _knows(export: Export) -> bool:
    return export.head.startswith(_BEGINS) and export.head[30:].startswith(b"Experiment")


def _read(export: Export) -> list[Reading]:
    try:
        with zipfile.ZipFile(export.path) as members:
            bounded(export, _NAME, members)
            found = list(_readings(export, members))
    except LeydenError:
        raise
    except (KeyError, NotImplementedError, *DAMAGED) as fault:
        reason = f"{type(fault).__name__}: {fault}"
        raise UnreadableExport(export.origin, _NAME, "zip", reason) from fault
    if not found:
        raise EmptyExport(export.origin, _NAME)
    return found


def _readings(export: Export, members: zipfile.ZipFile) -> Iterator[Reading]:
    """Yield a test for each experiment that has points."""
    names = members.namelist()
    for container in sorted(name for name in names if name.endswith("/DataContainer.xml")):
        experiment = xml_tree(export, _NAME, members.read(container), container)
        listed = [
            each.text or ""
            for each in experiment.iterfind("RawDataReferenceList/string")
            if (each.text or "") in names
        ]
        folder = PurePosixPath(container).parent
        data = listed or [
            each for each in names if PurePosixPath(each).parent == folder and "/RawData" in each
        ]
        findings: list[Finding] = []
        trees = [(name, xml_tree(export, _NAME, members.read(name), name)) for name in data]
        scans = [scan for name, tree in trees for scan in _scans(export, name, tree, findings)]
        if scans:
            yield one_test(
                scans,
                instrument=_instrument(experiment),
                facts=_facts(experiment, trees[0][1]),
                findings=findings,
                started_at=_started_at(trees[0][1]),
            )


def _scans(export: Export, member: str, tree: Element, findings: list[Finding]) -> Iterator[Scan]:
    for route in tree.iter("DataRoute"):
        if route.get("RouteFlag") != "Measured" or route.get("ProcLevel") != "0":
            continue
        rows = [(datum.text or "").split(",") for datum in route.iter("Datum")]
        names = _names(route)
        if not rows or INTENSITY not in names:
            continue
        wrong = next((at for at, row in enumerate(rows) if len(row) != len(names)), None)
        if wrong is not None:
            place = f"{member}, point {wrong + 1}"
            reason = f"{len(rows[wrong])} values where {len(names)} are named"
            raise UnreadableExport(export.origin, _NAME, place, reason)
        try:
            columns = np.array(rows, dtype=np.float64).T
        except ValueError as fault:
            raise UnreadableExport(export.origin, _NAME, member, str(fault)) from fault
        promised = number_of(text_at(route, "ScanInformation/MeasurementPoints"))
        if promised and promised != len(rows):
            detail = f"{member} promises {promised:g} points; {len(rows)} are there"
            findings.append(Finding("count_disagrees", detail, member))
        yield Scan(dict(zip(names, columns, strict=True)), _how(tree, route))


def _names(route: Element) -> list[str]:
    """Return a name for each value of a datum, as the views of the data name them."""
    found: dict[int, str] = {}
    for view in route.iter("RawDataView"):
        start, length = (int(number_of(view.get(name)) or 0) for name in ("Start", "Length"))
        fields = [str(each.get("FieldName")) for each in view.iter("FieldDefinitions")]
        recorded = view.find("Recording")
        source = view if recorded is None else recorded
        called = source.get("LogicName", "")
        if start + length > _MOST_VALUES:
            continue
        for at in range(length):
            name: str = fields[at] if at < len(fields) else f"{called} {at + 1}" if at else called
            name = {"TwoTheta": TWO_THETA, _COUNTER: INTENSITY}.get(name, name)
            found[start + at] = name
    return [found.get(at, f"value {at + 1}") for at in range(max(found, default=-1) + 1)]


def _how(tree: Element, route: Element) -> dict[str, Fact]:
    scan = route.find("ScanInformation")
    tube = next(tree.iter("Tube"), None)
    first, second, ratio, beta = (_value(tube, f"WaveLength{name}") for name in _TUBE)
    anode = text_at(tube, "TubeMaterial") if tube is not None else None
    status = text_at(tree, "MeasurementStatus")
    return {
        **doublet(first, second, ratio, beta),
        "anode": anode,
        "label": scan.get("ScanName") if scan is not None else None,
        "axis": scan.get("VisibleName") if scan is not None else None,
        "radius_mm": _value(next(tree.iter("SecondaryTracks"), None), "TrackInfoData/Radius"),
        "counting_time_second": number_of(text_at(route, "ScanInformation/TimePerStepEffective")),
        "intensity_unit": "counts",
        "state": status.lower() if status else None,
    }


def _value(root: Element | None, path: str) -> float | None:
    found = root.find(path) if root is not None else None
    return number_of(found.get("Value")) if found is not None else None


def _instrument(experiment: Element) -> str:
    description = text_at(experiment, "ExperimentInfo/InstrumentDescription/DeviceTypeDesc")
    return description or "Bruker"


def _facts(experiment: Element, tree: Element) -> dict[str, Fact]:
    info = experiment.find("MeasurementInfo")
    description = experiment.find("ExperimentInfo/InstrumentDescription")
    facts: dict[str, Fact] = {}
    if info is not None:
        facts |= {name: value for name, value in info.attrib.items() if value}
    if description is not None:
        facts |= {
            each.tag: each.text.strip() for each in description if each.text and each.text.strip()
        }
    tube = next(tree.iter("Generator"), None)
    for name in ("Voltage", "Current"):
        if (value := _value(tube, name)) is not None:
            facts[f"Generator {name}"] = value
    return facts


def _started_at(tree: Element) -> datetime | None:
    text = text_at(tree, "TimeStampStarted") or ""
    with suppress(ValueError):
        # Python takes six digits behind the point, and Bruker writes seven
        second, _, rest = text.partition(".")
        return datetime.fromisoformat(second + rest[rest.find("+") :] if "+" in rest else second)
    return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Bruker .brml",
    suffixes=(".brml",),
    knows=_knows,
    read=_read,
    states={
        "UserName": "operator",
        "SampleName": "specimen",
        "SerialNo": "instrument_serial",
        "IcsVersion": "firmware",
        "BsmlFileName": "program_name",
        "Comment": "comment",
    },
    account=Account(
        instrument="Bruker diffractometers",
        counters="none: it is diffraction",
        gaps=(
            "routes that were processed are left out: they can be made again",
            "of the description of the optics the tube and the radius are read",
            "areas of a 2D detector are not read",
        ),
        real_files=1,
        tested="every number against a plain read of the XML",
    ),
)
