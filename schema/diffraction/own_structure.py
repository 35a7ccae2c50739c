"""The structures that are data of our own: structure.tsv and site.tsv."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schema.diffraction.cif import structure_of_cif
from schema.diffraction.structure import Structure

_HERE: Final = Path(__file__).parent


@cache
def own_structures() -> Mapping[str, Structure]:
    """Return the structures that are data of our own, by phase."""
    sites: dict[str, list[dict[str, str]]] = {}
    for site in _rows("site.tsv"):
        sites.setdefault(site["phase"], []).append(site)
    return MappingProxyType(
        {row["phase"]: _entered(row, sites[row["phase"]]) for row in _rows("structure.tsv")}
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", restval=""))


def _entered(row: dict[str, str], sites: list[dict[str, str]]) -> Structure:
    cell = "".join(
        f"_cell_{kind}_{axis.removesuffix('_' + unit)} {row[axis]}\n"
        for kind, unit in (("length", "angstrom"), ("angle", "degree"))
        for axis in row
        if axis.endswith(unit)
    )
    columns = {
        "label": "label",
        "type_symbol": "element",
        "fract_x": "x",
        "fract_y": "y",
        "fract_z": "z",
        "occupancy": "occupancy",
        "U_iso_or_equiv": "displacement_angstrom2",
    }
    head = "".join(f"_atom_site_{each}\n" for each in columns)
    atoms = "".join(" ".join(site[each] for each in columns.values()) + "\n" for site in sites)
    group = f"_space_group_name_H-M_alt '{row['space_group']}'\n"
    text = f"data_entered\n{cell}{group}loop_\n{head}{atoms}"
    return structure_of_cif(
        text,
        row["phase"],
        title=row["title"],
        source=row["source"],
        formula=row["formula"],
        formula_units=int(row["formula_units"]),
        doubt=row["doubt"],
    )
