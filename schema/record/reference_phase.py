"""How a reference phase is entered: the text of a CIF or a list of lines, with its source.

A licensed card is told by its number alone.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any, Final

import numpy as np

from schema.catalog import ReferenceLine, ReferencePhase, Substance
from schema.diffraction.cif import structure_of_cif
from schema.diffraction.lattice import NAMES, SYSTEMS, Indices, Lattice
from schema.diffraction.line_list import RADIATION_UNTOLD, LineList
from schema.diffraction.plausible import hold_cell
from schema.diffraction.reference import Reference
from schema.diffraction.structure import Structure
from schema.error import InvalidArgument, InvalidRecord
from schema.formula import molar_mass_gram_per_mole
from schema.record.collection import align
from schema.record.column import Place, Said, checked, fill, refused
from schema.record.known import Known

_OF_A_LIST: Final = ("crystal_system", *NAMES, "wavelength_angstrom", "corundum_ratio")
_MOST_LINES: Final = 2_000
_LARGEST_INDEX: Final = 99
_OFF: Final = 0.01
"""Relative, by which a spacing may be off the one its indices have in the cell: a wrong index is
further off."""


def write_reference_phase(known: Known, row: ReferencePhase, said: Said) -> None:
    """Bring a reference phase to what is said; its lines are said as a whole, in order.

    The source of a CIF is what it cites, where nobody says another.

    Raises:
        InvalidRecord: when a value cannot be, it has neither a CIF nor lines or both, no source is
            told, the CIF is damaged or cannot be true, or lines and cell contradict each other.
    """
    before = row.cif
    fill(row, {name: said[name] for name in said.keys() - {"lines", "source"}})
    if "substance" in said:
        row.substance_id = known.identity(Substance, said["substance"], ("substance",))
    if "lines" in said:
        lines = {
            place + 1: _line(line, ("lines", place))
            for place, line in enumerate(said["lines"] or ())
        }
        align(row.lines, "position", lines, ReferenceLine)
    if said.get("source") is not None:
        row.source = checked(ReferencePhase, {"source": said["source"]})["source"]
    elif "source" in said or row.cif != before:
        row.source = ""
    found = _built(row)
    if not found.source:
        reason = "nothing cites where it was published, or who measured it: say it"
        raise InvalidRecord(("source",), reason)
    row.source = found.source


def reference_of(row: ReferencePhase) -> Reference:
    """Return the reference that a row is, known by all that it says; its card goes with the source.

    Raises:
        InvalidRecord: when it is none.
    """
    source = "; ".join(each for each in (row.source, row.card_number) if each)
    return replace(_built(row), source=source, content_hash=_content_hash(row))


def _built(row: ReferencePhase) -> Reference:
    if row.formula is not None:
        try:
            molar_mass_gram_per_mole(row.formula)
        except InvalidArgument as fault:
            raise refused(fault, ("formula",)) from fault
    if (row.cif is None) == (not row.lines):
        reason = "a reference phase has the text of a CIF or a list of lines: one of them"
        raise InvalidRecord(("lines",) if row.cif else ("cif",), reason)
    return _structure(row) if row.cif is not None else _line_list(row)


def _content_hash(row: ReferencePhase) -> str:
    """Return the hash of all that results rest on, and show, of it."""
    own = ReferencePhase.__table__.columns.keys()
    names = [name for name in own if name not in {"id", "substance_id", "note"}]
    lines = [(each.spacing_angstrom, each.relative_intensity, each.hkl) for each in row.lines]
    content = json.dumps([[getattr(row, name) for name in names], lines], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _line(said: Said, place: Place) -> dict[str, Any]:
    found = checked(ReferenceLine, {"hkl": None} | dict(said), place)
    for name in ("spacing_angstrom", "relative_intensity"):
        if found.get(name) is None:
            raise InvalidRecord((*place, name), "a line has a spacing and an intensity")
    if found["hkl"] is not None:
        found["hkl"] = " ".join(map(str, _indices(found["hkl"], (*place, "hkl"))))
    return found


def _indices(text: str, place: Place) -> tuple[int, int, int]:
    parts = text.split()
    plain = all(part.removeprefix("-").isdecimal() and len(part) < 5 for part in parts)
    found = [int(part) for part in parts] if plain else []
    if len(found) != 3 or not any(found) or max(map(abs, found)) > _LARGEST_INDEX:
        reason = f"{text!r} is no three indices with blanks between, e.g. -1 1 3"
        raise InvalidRecord(place, reason)
    h, k, l = found  # noqa: E741 — as the trade writes them
    return h, k, l


def _structure(row: ReferencePhase) -> Structure:
    for name in _OF_A_LIST:
        if getattr(row, name) is not None:
            raise InvalidRecord((name,), "it is told of a list of lines: the CIF has a cell")
    try:
        return structure_of_cif(
            str(row.cif),
            row.name,
            title=row.title or "",
            source=row.source or "",
            formula=row.formula or "",
            formula_units=row.formula_units,
            doubt=row.doubt or "",
        )
    except InvalidArgument as fault:
        raise refused(fault, ("cif",)) from fault


def _line_list(row: ReferencePhase) -> LineList:
    if len(row.lines) > _MOST_LINES:
        raise InvalidRecord(("lines",), f"it has {len(row.lines)} lines, the most are 2,000")
    hkl = np.array(
        [[int(each) for each in (line.hkl or "0 0 0").split()] for line in row.lines],
        dtype=np.int64,
    )
    lattice = _lattice(row)
    if lattice is not None:
        _hold_spacings(row, lattice, hkl)
    doubts = [row.doubt, None if row.wavelength_angstrom else RADIATION_UNTOLD]
    return LineList(
        phase=row.name,
        title=row.title or "",
        lattice=lattice,
        formula=row.formula or "",
        formula_units=row.formula_units,
        hkl=hkl,
        spacing_angstrom=np.array([line.spacing_angstrom for line in row.lines]),
        intensity=np.array([line.relative_intensity for line in row.lines]),
        wavelength_angstrom=row.wavelength_angstrom,
        corundum_ratio=row.corundum_ratio,
        source=row.source or "",
        content_hash="",
        doubt="; ".join(each for each in doubts if each),
    )


def _lattice(row: ReferencePhase) -> Lattice | None:
    """Return the cell that is stated; what follows from the system need not be."""
    stated = {name: getattr(row, name) for name in NAMES if getattr(row, name) is not None}
    if row.crystal_system is None:
        for name in stated:
            reason = f"a cell has a crystal system, one of {', '.join(SYSTEMS)}: say it"
            raise InvalidRecord(("crystal_system",), f"{reason}, or leave {name} out")
        return None
    system = SYSTEMS[row.crystal_system]
    for name in system.names:
        if name not in stated:
            raise InvalidRecord((name,), f"a {system.name} cell has it: say it")
    lattice = Lattice(system, np.array([stated[name] for name in system.names]))
    for name, should in zip(NAMES, lattice.six.tolist(), strict=True):
        if name in stated and stated[name] != should:
            reason = f"{stated[name]:g} is not what a {system.name} cell has, {should:g}"
            raise InvalidRecord((name,), reason)
    try:
        hold_cell(row.name, lattice.six.tolist())
    except InvalidArgument as fault:
        raise refused(fault, (system.names[0],)) from fault
    return lattice


def _hold_spacings(row: ReferencePhase, lattice: Lattice, hkl: Indices) -> None:
    for place, line in enumerate(row.lines):
        if line.hkl is None:
            raise InvalidRecord(("lines", place, "hkl"), "in a list with a cell each line has it")
        should = float(lattice.spacing_angstrom(hkl[place : place + 1])[0])
        if abs(line.spacing_angstrom / should - 1.0) > _OFF:
            reason = f"{line.hkl} has a spacing of {should:.4f} Å in the cell that is stated"
            raise InvalidRecord(("lines", place, "spacing_angstrom"), reason)
