"""PANalytical .xrdml, of any version: scans, their positions by both ends or each by each.

``intensities`` are corrected for the attenuator; ``counts`` are not, and are multiplied here by
``beamAttenuationFactors``. Where the ratio of Kα2 is 0 there is none, though its wavelength is
written. A scan axis ``Gonio`` moves both; 2Theta is the angle, Omega stands beside it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.parse.xml_tree import leaves, number_at, text_at, xml_tree
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "panalytical_xrdml"
Floats = NDArray[np.float64]


def _knows(export: Export) -> bool:
    return b"<xrdMeasurements" in export.head[:2000]


def _read(export: Export) -> list[Reading]:
    root = xml_tree(export, _NAME, export.path.read_bytes())
    readings = [
        one_test(
            scans,
            instrument=" ".join(filter(None, ("PANalytical", _system(root)))),
            facts=_facts(root, measurement),
            started_at=_started_at(measurement),
        )
        for measurement in root.iter("xrdMeasurement")
        if (scans := list(_scans(export, measurement)))
    ]
    if not readings:
        raise EmptyExport(export.origin, _NAME)
    return readings


def _scans(export: Export, measurement: Element) -> Iterator[Scan]:
    for place, scan in enumerate(measurement.iter("scan"), start=1):
        data = scan.find("dataPoints")
        if data is None:
            continue
        scan_name = f"scan {place}"
        values, unit = _intensity(export, data, scan_name)
        if not values.size:
            continue
        columns = {
            TWO_THETA if position.get("axis") == "2Theta" else str(position.get("axis")): _position(
                export, position, values.size, scan_name
            )
            for position in data.iter("positions")
        }
        yield Scan(
            {**columns, INTENSITY: values},
            {**_beam(measurement), **_how(scan, data), "intensity_unit": unit},
        )


def _intensity(export: Export, data: Element, place: str) -> tuple[Floats, str]:
    """Return intensities as the detector would have counted without an attenuator, and their unit.

    The factors of an attenuator are multiplied only with counts that are told apart from it.
    """
    corrected, counts = data.find("intensities"), data.find("counts")
    found = corrected if corrected is not None else counts
    if found is None:
        return np.zeros(0), ""
    values = _numbers(export, found, place)
    factors = data.find("beamAttenuationFactors")
    if corrected is None and factors is not None:
        attenuation = _numbers(export, factors, place)
        if attenuation.size != values.size:
            reason = f"{values.size} counts, {attenuation.size} attenuation factors"
            raise UnreadableExport(export.origin, _NAME, place, reason)
        with np.errstate(over="ignore"):  # what is infinite then is reported as such
            values = values * attenuation
    unit = found.get("unit") or "counts"
    return values, {"cps": "counts/s"}.get(unit, unit)


def _position(export: Export, position: Element, count: int, place: str) -> Floats:
    first, last, common = (
        number_at(position, name) for name in ("startPosition", "endPosition", "commonPosition")
    )
    listed = position.find("listPositions")
    if listed is not None:
        values = _numbers(export, listed, place)
        if values.size == count:
            return values
        reason = f"{values.size} positions for {count} points"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    if first is not None and last is not None:
        with np.errstate(over="ignore", invalid="ignore"):  # damage leaves any number
            return np.linspace(first, last, count)
    if common is not None:
        return np.full(count, common)
    reason = f"the positions of {position.get('axis')} are not told"
    raise UnreadableExport(export.origin, _NAME, place, reason)


def _numbers(export: Export, element: Element, place: str) -> Floats:
    try:
        return np.array((element.text or "").split(), dtype=np.float64)
    except ValueError as fault:
        reason = f"{element.tag}: {fault}"
        raise UnreadableExport(export.origin, _NAME, place, reason) from fault


def _beam(measurement: Element) -> dict[str, Fact]:
    used = measurement.find("usedWavelength")
    wavelengths = (
        doublet(
            *(
                number_at(used, name)
                for name in ("kAlpha1", "kAlpha2", "ratioKAlpha2KAlpha1", "kBeta")
            )
        )
        if used is not None
        else {}
    )
    return {
        **wavelengths,
        "anode": text_at(measurement, "incidentBeamPath/xRayTube/anodeMaterial"),
        "radius_mm": number_at(measurement, "diffractedBeamPath/radius"),
    }


def _how(scan: Element, data: Element) -> dict[str, Fact]:
    status = scan.get("status")
    return {
        "label": scan.get("appendNumber"),
        "axis": scan.get("scanAxis"),
        "state": status.lower() if status else None,
        "counting_time_second": number_at(data, "commonCountingTime"),
    }


def _facts(root: Element, measurement: Element) -> dict[str, Fact]:
    comments = [
        entry.text.strip() for entry in root.iter("entry") if entry.text and entry.text.strip()
    ]
    facts = {
        name: value
        for part in (root.find("sample"), measurement)
        if part is not None
        for name, value in leaves(part).items()
        if "dataPoints" not in name and "comment" not in name
    }
    return {**facts, **({"comment": "\n".join(comments)} if comments else {})}


def _system(root: Element) -> str | None:
    for entry in root.iter("entry"):
        name, _, value = (entry.text or "").partition("=")
        if name.strip() == "Diffractometer system":
            return value.strip() or None
    return None


def _started_at(measurement: Element) -> datetime | None:
    text = text_at(measurement, "scan/header/startTimeStamp")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="PANalytical .xrdml",
    suffixes=(".xrdml",),
    knows=_knows,
    read=_read,
    states={
        "name": "specimen",
        "scan/header/author/name": "operator",
        "scan/header/source/instrumentID": "instrument_serial",
        "comment": "comment",
    },
    account=Account(
        instrument="PANalytical and Malvern Panalytical diffractometers",
        counters="none: it is diffraction",
        gaps=(
            "versions 1.5 and 1.6 were at hand; others are read by the same names",
            "no attenuated scan was at hand",
            "an offset that only a comment tells is kept, not applied",
        ),
        real_files=2,
        tested="every number against the paired .xy; xrayutilities",
    ),
)
