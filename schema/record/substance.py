"""How a substance is entered."""

from schema.catalog import Substance
from schema.error import InvalidArgument
from schema.formula import molar_mass_gram_per_mole
from schema.record.column import Said, fill, refused


def write_substance(row: Substance, said: Said) -> None:
    """Bring a substance to what is said; a formula brings its molar mass, unless one is given.

    Raises:
        InvalidRecord: when a value cannot be, or the formula is none.
    """
    fill(row, said)
    if "formula" in said and "molar_mass_gram_per_mole" not in said:
        try:
            mass = row.formula and molar_mass_gram_per_mole(row.formula)
        except InvalidArgument as fault:
            raise refused(fault, ("formula",)) from fault
        row.molar_mass_gram_per_mole = mass or None
