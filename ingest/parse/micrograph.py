"""What FEI, Zeiss and others write of an image: the instrument, and how it was set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ingest.parse.image_scale import length_um, positive_number
from ingest.reading import Fact

WORDS: Final = ("Make", "Model", "DateTime", "ImageDescription", "Software")
"""Tags of any TIFF that tell something."""
_RADIAN_DEGREE: Final = 57.29577951308232
_TRANSMISSION: Final = "JEM"
"""Models of JEOL that look through the specimen begin so."""
_LONGEST: Final = 5000
_EXIF_DATE: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)")
_PLAIN: Final = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Micrograph:
    """What is stated of an image beside its size.

    Attributes:
        instrument: maker and model.
        technique: SEM or TEM; None for a camera, or where nobody says.
        date: when, as it is written.
        how: columns of schema.catalog.Image.
        facts: all of it, under its own names.
    """

    instrument: str | None
    technique: str | None = None
    date: str | None = None
    how: Mapping[str, Fact] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


def of_fei(sections: Mapping[str, Mapping[str, Any]]) -> Micrograph:
    """Return what the sections of FEI and Thermo state; lengths are in m, angles in radians."""

    def at(section: str, name: str) -> Any:  # noqa: ANN401 # as the file has it
        return sections.get(section, {}).get(name, "")

    beam = str(at("Beam", "Beam"))
    volt, distance = positive_number(at(beam, "HV")), positive_number(at(beam, "WD"))
    tilt, corrected = at("Stage", "StageT"), at(beam, "TiltCorrectionIsOn")
    return Micrograph(
        instrument=f"FEI {at('System', 'SystemType')}".strip(),
        technique="SEM" if beam == "EBeam" else None,
        date=f"{at('User', 'Date')} {at('User', 'Time')}".strip() or None,
        how={
            "accelerating_voltage_kilovolt": volt / 1e3 if volt else None,
            "working_distance_mm": distance * 1e3 if distance else None,
            "tilt_degree": tilt * _RADIAN_DEGREE if isinstance(tilt, int | float) else None,
            "tilt_corrected": None if corrected == "" else corrected in {"yes", True},
            "detector": str(at("Detectors", "Name")) or None,
        },
        facts={
            f"{section}.{name}": value
            for section, entries in sections.items()
            for name, value in entries.items()
            if isinstance(value, _PLAIN) and value != ""
        },
    )


def of_zeiss(metadata: Mapping[str, Any]) -> Micrograph:
    """Return what the entries of Zeiss state: a label, a value and maybe its unit each."""
    entries = {
        name: each
        for name, each in metadata.items()
        if name and isinstance(each, tuple) and len(each) in {2, 3} and isinstance(each[1], _PLAIN)
    }

    def at(name: str) -> Any:  # noqa: ANN401 # as the file has it
        return entries[name][1] if name in entries else None

    distance_um, tilt = length_um(entries.get("ap_wd")), at("ap_stage_at_t")
    corrected = at("dp_tilt_correction")
    detector = at("dp_detector_type") or at("dp_detector_channel")
    return Micrograph(
        instrument=f"Zeiss {at('dp_sem') or ''}".strip(),
        technique="SEM",
        date=f"{at('ap_date') or ''} {at('ap_time') or ''}".strip() or None,
        how={
            "accelerating_voltage_kilovolt": positive_number(at("ap_actualkv")),
            "working_distance_mm": distance_um / 1e3 if distance_um else None,
            "tilt_degree": float(tilt) if isinstance(tilt, int | float) else None,
            "tilt_corrected": corrected if isinstance(corrected, bool) else None,
            "magnification": _magnification(at("ap_mag")),
            "detector": str(detector) if detector else None,
        },
        facts={
            " / ".join(str(part) for part in (label, *unit)): value
            for label, value, *unit in entries.values()
            if value != ""
        },
    )


def of_hitachi(entries: Mapping[str, str]) -> Micrograph:
    """Return what the text that Hitachi writes beside an image states."""
    volt = _in_unit(entries.get("AcceleratingVoltage"), {"Volt": 1e-3, "V": 1e-3, "kV": 1.0})
    distance = _in_unit(entries.get("WorkingDistance"), {"um": 1e-3, "mm": 1.0})
    return Micrograph(
        instrument=f"Hitachi {entries.get('InstructName', '')}".strip(),
        technique="SEM",
        date=f"{entries.get('Date', '')} {entries.get('Time', '')}".strip() or None,
        how={
            "accelerating_voltage_kilovolt": volt,
            "working_distance_mm": distance,
            "magnification": _magnification(entries.get("Magnification")),
            "detector": entries.get("SignalName"),
        },
        facts={name: text[:_LONGEST] for name, text in entries.items()},
    )


def _in_unit(text: str | None, units: Mapping[str, float]) -> float | None:
    """Return a number with its unit in another, None where either is missing."""
    number, _, unit = (text or "").partition(" ")
    try:
        found = positive_number(float(number))
    except ValueError:
        return None
    return found * units[unit] if found is not None and unit in units else None


def of_words(words: Mapping[str, str]) -> Micrograph:
    """Return what the tags of any TIFF tell."""
    maker, model = words.get("Make", ""), words.get("Model", "")
    technique = "TEM" if model.startswith(_TRANSMISSION) else "SEM"
    return Micrograph(
        instrument=f"{maker} {model}".strip() or None,
        technique=technique if maker.startswith("JEOL") else None,
        date=_EXIF_DATE.sub(r"\1-\2-\3", words.get("DateTime", "")) or None,
        facts={name: text[:_LONGEST] for name, text in words.items() if text},
    )


def _magnification(value: object) -> float | None:
    """Return 4530 of ``4.53 K X``, and a number as it is."""
    number, *unit = str(value or "").split() or [""]
    try:
        return float(number) * (1e3 if unit[:1] == ["K"] else 1.0)
    except ValueError:
        return None
