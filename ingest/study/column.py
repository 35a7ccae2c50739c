"""What the fields of a study become in the columns of the catalog."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from pydantic import BaseModel

from schema.catalog import Table
from schema.error import LeydenError
from schema.measure import number_in, sizes

_QUANTITIES: Final[Mapping[str, tuple[str, str]]] = {
    "mass": ("mass_gram", "g"),
    "molar_mass": ("molar_mass_gram_per_mole", "g/mol"),
    "thickness": ("thickness_um", "µm"),
    "area": ("area_cm2", "cm²"),
    "active_mass": ("active_mass_gram", "g"),
    "nominal_capacity": ("nominal_capacity_ah", "Ah"),
    "loading": ("loading_mg_per_cm2", "mg/cm²"),
    "current": ("current_ampere", "A"),
    "current_density": ("current_density_ma_per_cm2", "mA/cm²"),
    "voltage": ("voltage_volt", "V"),
    "lower_voltage": ("lower_voltage_volt", "V"),
    "upper_voltage": ("upper_voltage_volt", "V"),
    "stop_current": ("stop_current_ampere", "A"),
    "duration": ("duration_second", "s"),
    "temperature": ("temperature_celsius", "°C"),
    "a": ("a_angstrom", "Å"),
    "b": ("b_angstrom", "Å"),
    "c": ("c_angstrom", "Å"),
    "alpha": ("alpha_degree", "deg"),
    "beta": ("beta_degree", "deg"),
    "gamma": ("gamma_degree", "deg"),
    "wavelength": ("wavelength_angstrom", "Å"),
    "d": ("spacing_angstrom", "Å"),
    "excitation_energy": ("excitation_energy_ev", "eV"),
}
_ERRORS: Final[Mapping[str, str]] = {
    "thickness": "thickness_error_um",
    "area": "area_error_cm2",
}
"""Columns of the standard errors of what may be written with one."""
_RENAMED: Final = {
    "repeat": "repeat_count",
    "cycles": "cycle_convention",
    "value": "reported",
    "intensity": "relative_intensity",
}
_ELSEWHERE: Final = frozenset({"properties", "tests", "protocol", "sensitivity_set"})
"""Fields that are records of their own."""

_FIELDS: Final[Mapping[str, str]] = {
    **{column: field for field, (column, _) in _QUANTITIES.items()},
    **{column: field for field, column in _ERRORS.items()},
    **{column: field for field, column in _RENAMED.items()},
}


def said_by(stated: BaseModel, table: type[Table], before: BaseModel | None) -> dict[str, Any]:
    """Return what a piece of a study says of a record, or unsays since it was last applied.

    Of what it never said nothing is returned: another hand may have entered it.
    """
    found: dict[str, Any] = {}
    fields = stated.model_fields_set | (before.model_fields_set if before else set())
    for field in sorted(fields - _ELSEWHERE):
        value = getattr(stated, field)
        column, unit = _QUANTITIES.get(field, (_RENAMED.get(field, field), None))
        error = _ERRORS.get(field, "")
        if error in table.__table__.columns and unit:
            found[column], found[error] = (None, None) if value is None else sizes(value, unit)
        else:
            found[column] = number_in(value, unit) if unit and value is not None else value
    return found


def field_of(step: str | int) -> str | int:
    """Return the field of a study that a column of the catalog is written in."""
    return _FIELDS.get(step, step) if isinstance(step, str) else step


def stands(row: Table, model: type[BaseModel], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a study that are columns of a row, as the row stands.

    What was said is written as it was where it still holds.

    Args:
        row: of the catalog.
        model: of the piece of a study.
        said: what a study says of it.
    """
    columns = row.__table__.columns
    found: dict[str, Any] = {}
    for field in model.model_fields:
        column, unit = _QUANTITIES.get(field, (_RENAMED.get(field, field), None))
        if field in _ELSEWHERE or column not in columns:
            continue
        value, before = getattr(row, column), said.get(field)
        error = _ERRORS.get(field, "")
        if value is None:
            continue
        if unit is None:
            found[field] = value
        elif error in columns:
            found[field] = _written((value, getattr(row, error)), unit, before, sizes)
        else:
            found[field] = _written(value, unit, before, number_in)
    return found


def number_text(number: float) -> str:
    """Return a number as it is written, so that it is read the same again."""
    return repr(number).removesuffix(".0")


def _written(value: Any, unit: str, said: str | None, read: Callable[[str, str], Any]) -> str:  # noqa: ANN401 — a number, or with its error
    """Return a quantity as it was said, where that is what it is; else in its own unit."""
    if said is not None:
        with suppress(LeydenError):
            if read(said, unit) == value:
                return said
    size, error = value if isinstance(value, tuple) else (value, None)
    spread = "" if error is None else f" ± {number_text(error)}"
    return f"{number_text(size)}{spread} {unit}"
