"""What is computed once of the measurements of a test, and how it rests in the lake.

One file per test, method and settings, one row per sweep, scan, region or image and what the method
tells of it apart; the values that are many per row rest in lists of structs, which the store lays
out as relations of their own. Rows are keyed by what they were computed of (`input_hash`), the
version of the method and the hash of its settings: what is there is never computed again.
"""

from collections.abc import Mapping
from typing import Any, Final

from schema.analysis.diffraction import DIFFRACTION_LAYOUTS, DiffractionMethod
from schema.analysis.impedance import IMPEDANCE_LAYOUTS, ImpedanceMethod
from schema.analysis.layout import Layout
from schema.analysis.photoemission import PHOTOEMISSION_LAYOUTS, PhotoemissionMethod
from schema.relation import Relation

Method = ImpedanceMethod | DiffractionMethod | PhotoemissionMethod

_EACH: Final[tuple[Mapping[Any, Layout], ...]] = (
    IMPEDANCE_LAYOUTS,
    DIFFRACTION_LAYOUTS,
    PHOTOEMISSION_LAYOUTS,
)

LAYOUTS: Final[Mapping[Method, Layout]] = {
    method: layout for each in _EACH for method, layout in each.items()
}
"""What is computed, by method."""
STORED: Final[tuple[Relation, ...]] = tuple(
    layout.stored(relation)
    for layout in LAYOUTS.values()
    for relation in (layout.rows, *layout.lists)
)
"""The relations of all results, as the store has them."""
