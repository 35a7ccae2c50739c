"""The distribution of relaxation times of an impedance sweep."""

from collections.abc import Awaitable
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import scalars

from schema.analysis import LAYOUTS, RELAXATION, RELAXATION_DENSITY, RELAXATION_PEAK
from service.graphql.context import Info
from service.graphql.row import of_relation, told
from service.graphql.sweep import Columns, columns_of, listed, rows_of, settings_of

_LAYOUT: Final = LAYOUTS["relaxation"]


@strawberry.enum(description="How a distribution of relaxation times is kept from oscillating.")
class Way(Enum):
    """How a distribution is regularized."""

    RIDGE = strawberry.enum_value(
        "ridge", description="By its roughness alone; it may fall below zero."
    )
    NON_NEGATIVE = strawberry.enum_value(
        "non_negative", description="By its roughness, and never below zero."
    )


@of_relation(_LAYOUT.own(RELAXATION_PEAK))
class RelaxationPeak:
    """A peak of a distribution of relaxation times."""


def _density(root: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    way = Way(root.way).value
    where = f"latest AND way = '{way}'"
    return columns_of(root.sweep_id, info, RELAXATION_DENSITY, "time_constant_second", where)


async def _peaks(root: strawberry.Parent["Relaxation"], info: Info) -> list[RelaxationPeak]:
    relation = _LAYOUT.stored(RELAXATION_PEAK)
    rows = await rows_of(root.sweep_id, info, relation, "peak_count")
    of_way = [row for row in rows if row["latest"] and row["way"] == root.way]
    return [told(RelaxationPeak, row) for row in of_way]


async def _settings(root: strawberry.Parent["Relaxation"], info: Info) -> scalars.JSON | None:
    made: Any = root
    return await settings_of(info, "relaxation", made.test_id, made.version, made.parameter_hash)


@of_relation(RELAXATION)
class Relaxation:
    """The distribution of relaxation times of a sweep, by rising time constant."""

    sweep_id: strawberry.Private[int]
    test_id: strawberry.Private[int]
    spectrum_count: strawberry.Private[int]
    parameter_hash: strawberry.Private[str]
    input_hash: strawberry.Private[str]
    way: strawberry.Private[str]
    settings: scalars.JSON | None = strawberry.field(
        resolver=_settings, description="Settings of the method."
    )
    time_constant_second = listed(RELAXATION_DENSITY["time_constant_second"], _density)
    density_ohm = listed(RELAXATION_DENSITY["density_ohm"], _density)
    peaks: list[RelaxationPeak] = strawberry.field(
        resolver=_peaks, description="Its peaks, by rising time constant; none at its ends."
    )


async def relaxed(sweep: int, info: Info, way: Way) -> Relaxation | None:
    """Return the latest distribution of a sweep, None where none was computed."""
    rows = await rows_of(sweep, info, _LAYOUT.stored(RELAXATION), "version, parameter_hash, way")
    of_way = (row for row in rows if row["latest"] and row["way"] == way.value)
    return next((told(Relaxation, row) for row in of_way), None)
