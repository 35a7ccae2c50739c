"""What may be compared between cells and groups: the metric that has it, and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PER: Final = {"plain": "A·h", "gram": "mA·h/g", "area": "mA·h/cm²"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of what is drawn.

    Attributes:
        words: for people.
        metric: the field of the API that has it of cells, which is its variable too.
        column: of the metric; ``error`` likewise, empty where it has none.
        unit: of the column; shares are written in percent.
        groups: what group statistics call it.
        per: columns of the same by mass and area, with what group statistics call them.
    """

    words: str
    metric: str
    column: str
    error: str
    unit: str
    groups: str
    per: Mapping[str, tuple[str, str]] = field(default_factory=dict)


CHOICES: Final[Mapping[str, Choice]] = {
    "retention": Choice(
        "Capacity retention",
        "capacityRetention",
        "capacityRetention",
        "capacityRetentionError",
        "%",
        "CAPACITY_RETENTION",
    ),
    "capacity": Choice(
        "Discharge capacity",
        "dischargeCapacity",
        "dischargeCapacityAh",
        "dischargeErrorAh",
        "A·h",
        "DISCHARGE_CAPACITY",
        {
            "gram": ("specificDischargeCapacityMahPerG", "SPECIFIC_DISCHARGE_CAPACITY"),
            "area": ("arealDischargeCapacityMahPerCm2", "AREAL_DISCHARGE_CAPACITY"),
        },
    ),
    "coulombic_efficiency": Choice(
        "Coulombic efficiency",
        "coulombicEfficiency",
        "coulombicEfficiency",
        "coulombicEfficiencyError",
        "%",
        "COULOMBIC_EFFICIENCY",
    ),
    "energy_efficiency": Choice(
        "Energy efficiency",
        "energyEfficiency",
        "energyEfficiency",
        "energyEfficiencyError",
        "%",
        "ENERGY_EFFICIENCY",
    ),
    "voltage": Choice(
        "Mean discharge voltage",
        "meanVoltage",
        "meanDischargeVoltageVolt",
        "",
        "V",
        "MEAN_DISCHARGE_VOLTAGE",
    ),
    "polarization": Choice(
        "Polarization",
        "halfCyclePolarization",
        "endVolt",
        "endSpreadVolt",
        "V",
        "POLARIZATION",
    ),
}


_IN_FILES: Final = {
    "%": "percent",
    "A·h": "ah",
    "mA·h/g": "mah_per_g",
    "mA·h/cm²": "mah_per_cm2",
    "V": "volt",
}


def unit_of(what: Choice, per: str) -> str:
    """Return the unit that a choice is shown in."""
    return PER[per] if what.per else what.unit


def in_files(name: str, unit: str) -> str:
    """Return what the column of a choice is called in files: its name ends in its unit."""
    return f"{name}_{_IN_FILES[unit]}"
