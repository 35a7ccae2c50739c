"""How a substance is entered."""

from schema.catalog import Substance
from schema.error import InvalidArgument
from schema.formula import molar_mass_gram_per_mole
from schema.record.column import Said, fill, refused
from schema.record.known import Known


def write_substance(_known: Known, row: Substance, said: Said) -> None:
    """Bring a substance to what is said; a new formula brings its molar mass, unless one is given.

    Raises:
        InvalidRecord: when a value cannot be, or the formula is none.
    """
    before = row.formula
    fill(row, said)
    if "molar_mass_gram_per_mole" in said:
        return
    if row.formula != before or ("formula" in said and row.molar_mass_gram_per_mole is None):
        try:
            mass = row.formula and molar_mass_gram_per_mole(row.formula)
        except InvalidArgument as fault:
            raise refused(fault, ("formula",)) from fault
        row.molar_mass_gram_per_mole = mass or None
