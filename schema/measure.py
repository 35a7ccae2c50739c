"""Quantities as people write them: "~ 3000 mV", "2-5 µm", "> 300 mAh/g", "Large"."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final, Self
from unicodedata import normalize

from schema.error import InvalidArgument, UnknownUnit

if TYPE_CHECKING:  # pint is imported where the first unit is read: most processes read none
    from pint import Quantity, Unit, UnitRegistry

_FAMILIAR: Final = (
    *("V", "mV", "A", "mA", "µA", "mA/cm²", "Ω", "Ω·cm²", "S/cm", "eV", "Ah", "mAh", "mAh/g"),
    *("mAh/cm²", "°C", "K", "s", "min", "h", "d", "nm", "µm", "mm", "cm", "cm²", "µL", "mL"),
    *("mg", "g", "mg/cm²", "g/cm³", "g/mol", "mol/L", "MPa", "GPa", "%", "‰", "wt%", "rpm"),
    "cycles",
)
_AMBIGUOUS: Final = {"C": "°C or coulomb", "c": "°C or coulomb", "k": "K or a prefix before a unit"}
_QUALIFIERS: Final = {"≤": "<=", "=<": "<=", "≥": ">=", "≈": "~", "∼": "~", "=": ""}
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+| ?[×x*] ?10\^[-+]?\d+)?"
_WRITTEN: Final = re.compile(
    rf"(?P<qualifier><=|>=|=<|[<>~=≤≥≈∼])? *(?P<first>{_NUMBER})"
    rf"(?: *(?:-|–|to ) *(?P<last>{_NUMBER}))?(?P<unit>.*)"
)
_BEGINS_AS_NUMBER: Final = re.compile(r"[-+<>~=≤≥≈∼ ]*\.?\d")
_FACTOR: Final = r"[^\W\d_]*[^\W\d_%°][⁻]?[¹²³⁴⁵⁶⁷⁸⁹]?|°[CF]|(?:wt|at|mol|vol)?[%‰]"
_UNIT: Final = re.compile(rf"(?:1/)?(?:{_FACTOR})(?:[·/](?:{_FACTOR}))*")
_SUPERSCRIPT: Final = r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_POWERS: Final = str.maketrans("-123456789", "⁻¹²³⁴⁵⁶⁷⁸⁹")
_SPELLINGS: Final = (
    (r"\N{GREEK SMALL LETTER MU}", "µ"),
    (r"(?<![^\W\d_])u(?=(?:m|g|s|L|l|A|Ah|V|W|F|S)(?![^\W\d_]))", "µ"),
    (r"(?:\bdeg |\bdeg|° )([CF])\b", r"°\1"),
    (r"(?<![^\W\d_])([kMGmµ]?)[Oo]hms?(?![^\W\d_])", r"\1Ω"),
    (r"(?<=[^\W\d_])(?:\^|\*\*)?(-?[1-9])(?!\d)", lambda power: power[1].translate(_POWERS)),
    (r"\b(wt|at|mol|vol) ([%‰])", r"\1\2"),
    (r" ?/ ?", "/"),
    (r" ?[·*⋅•] ?| ", "·"),
)

_SHARES: Final = {"%": 100.0, "‰": 1000.0}
_ERROR: Final = re.compile(r"±|\+/-|\+-")


@dataclass(frozen=True, slots=True)
class Measure:
    """A value (``value``), a range (``lower`` to ``upper``) or words (``text``), and its unit.

    ``str`` writes it so that ``measure`` reads the same again.
    """

    value: float | None = None
    unit: str | None = None
    """Unit as written, in one spelling (um is µm, cm2 is cm²); None when none was written."""
    qualifier: str | None = None
    """<, >, ~, <= or >= when not exact."""
    lower: float | None = None
    upper: float | None = None
    text: str | None = None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return what it is at least and at most, None where it does not say; "~" counts for =."""
        least = self.value if self.lower is None else self.lower
        most = self.value if self.upper is None else self.upper
        return (
            None if self.qualifier in {"<", "<="} else least,
            None if self.qualifier in {">", ">="} else most,
        )

    def to(self, unit: str) -> Self:
        """Return the same measure in another unit.

        Raises:
            UnknownUnit: when nobody declared that unit.
            InvalidArgument: when the measure is words, has no unit, or measures something else.
        """
        from pint import PintError  # noqa: PLC0415 # see above

        takes = f"a quantity with a unit that converts to {unit}"
        spelled = spell(unit)
        if self.text is not None or (self.unit is None and not known(spelled).dimensionless):
            raise InvalidArgument("measure", str(self), takes)
        numbers = (self.value, self.lower, self.upper)
        try:
            value, lower, upper = (_convert(number, self.unit, spelled) for number in numbers)
        except PintError as fault:
            raise InvalidArgument("measure", str(self), takes) from fault
        return replace(self, value=value, lower=lower, upper=upper, unit=spelled or None)

    def __str__(self) -> str:
        if self.text is not None:
            bare = _is_words(self.text) and self.text == self.text.strip()
            return self.text if bare else f'"{self.text}"'
        numbers = (self.value, self.lower, self.upper)
        ends = [repr(number).removesuffix(".0") for number in numbers if number is not None]
        return " ".join(part for part in (self.qualifier, " to ".join(ends), self.unit) if part)


def measure(text: str) -> Measure:
    """Return what was written: number or range with qualifier and unit, or words.

    What begins as a number must be one; between double quotes it is words all the same.

    Raises:
        UnknownUnit: when nobody declared the unit.
        InvalidArgument: when it begins as a number and is none.
    """
    takes = 'a number or range with its unit and a point before decimals, e.g. "2.5 µm", or words'
    words = text.strip()
    if len(words) > 2 and words[0] == words[-1] == '"':
        return Measure(text=words[1:-1])
    if not words:
        raise InvalidArgument("measure", text, takes)
    if words.startswith('"') or _is_words(words):
        return Measure(text=words)
    found = _WRITTEN.fullmatch(_plain(re.sub(_SUPERSCRIPT, r"10^\1", words)))
    if found is None or found["unit"][:1] in {",", "."}:
        raise InvalidArgument("measure", text, takes)
    unit = spell(found["unit"]) or None
    sign = found["qualifier"] or ""
    qualifier = _QUALIFIERS.get(sign, sign) or None
    first = _number(found["first"])
    last = first if found["last"] is None else _number(found["last"])
    if not (math.isfinite(first) and math.isfinite(last) and first <= last):
        raise InvalidArgument("measure", text, takes)
    if found["last"] is None:
        return Measure(value=first, unit=unit, qualifier=qualifier)
    return Measure(lower=first, upper=last, unit=unit, qualifier=qualifier)


def number_in(text: str, unit: str) -> float:
    """Return the one number that a text says, in a unit; "~" may stand before it.

    Raises:
        UnknownUnit: when nobody declared the unit.
        InvalidArgument: when it is no single number, has an error, or is another quantity.
    """
    if _ERROR.search(text):
        raise InvalidArgument("measure", text, f"one number in {unit} without an error")
    found = measure(text).to(unit)
    if found.value is None or found.qualifier not in {None, "~"}:
        takes = f"one number in {unit}; bounds and words belong in properties"
        raise InvalidArgument("measure", text, takes)
    return found.value


def sizes(text: str, unit: str) -> tuple[float, float | None]:
    """Return the one number that a text says, and its standard error where it says one, in a unit.

    The error stands behind ± (or +/-), in the same unit, a unit of its own, % or ‰:
    ``1.00 ± 0.05 mm``, ``1 mm ± 50 µm``, ``1 mm ± 5 %``; "~" may stand before it all.

    Raises:
        UnknownUnit: when nobody declared the unit.
        InvalidArgument: when it is no single number above its error's zero, or another quantity.
    """
    takes = f"one number in {unit}, with an error or without, e.g. 1.00 ± 0.05 {unit}"
    parts = [part.strip() for part in _ERROR.split(text.strip())]
    if len(parts) > 2:
        raise InvalidArgument("measure", text, takes)
    said = [measure(part) for part in parts]
    value, error = said[0], said[1] if len(said) > 1 else None
    if any(one.value is None for one in said) or value.qualifier not in {None, "~"}:
        raise InvalidArgument("measure", text, takes)
    if error is None:
        return _value(value.to(unit)), None
    if error.qualifier or _value(error) < 0.0:
        raise InvalidArgument("measure", text, takes)
    size = _value((value if value.unit else replace(value, unit=error.unit)).to(unit))
    if error.unit in _SHARES:
        return size, abs(size) * _value(error) / _SHARES[error.unit]
    return size, _value((error if error.unit else replace(error, unit=value.unit)).to(unit))


def _value(found: Measure) -> float:
    return float("nan") if found.value is None else found.value


@cache
def spell(unit: str) -> str:
    """Return the unit in one spelling: "um" is "µm", "mA cm-2" is "mA·cm⁻²", "ohm cm^2" "Ω·cm²".

    Raises:
        UnknownUnit: when nobody declared it.
        InvalidArgument: when it could be one of several.
    """
    spelled = _plain(unit)
    for pattern, spelling in _SPELLINGS:
        spelled = re.sub(pattern, spelling, spelled)
    if spelled == "1":
        return ""
    known(spelled)
    return spelled


@cache
def known(unit: str) -> "Unit":
    """Return the unit of that spelling, "" being none."""
    from pint import UndefinedUnitError  # noqa: PLC0415 # see above

    for factor in re.split(r"[·/]", unit):
        if factor in _AMBIGUOUS:
            raise InvalidArgument("unit", unit, _AMBIGUOUS[factor])
    if not unit or (len(unit) < 40 and _UNIT.fullmatch(unit)):
        with suppress(UndefinedUnitError):
            found = _registry().Unit(re.sub(r"\b(?:wt|at|mol|vol)(?=[%‰])", "", unit))
            _ = found.dimensionality  # only here pint tells that a decibel has no multiples
            return found
    alike = [other for other in _FAMILIAR if other.casefold() == unit.casefold()]
    near = alike or get_close_matches(unit, {*_FAMILIAR, *_registry()}, n=5)
    raise UnknownUnit(unit, near or _FAMILIAR)


@cache
def _registry() -> "UnitRegistry[float]":
    """Return pint's units, on which a cycle is one and not a turn of 2π radians."""
    from pint import UnitRegistry  # noqa: PLC0415 # see above

    registry: UnitRegistry[float] = UnitRegistry(on_redefinition="ignore")
    registry.define("cycle = count")
    return registry


def _is_words(text: str) -> bool:
    return not text.startswith('"') and not _BEGINS_AS_NUMBER.match(_plain(text))


def _plain(text: str) -> str:
    """Return the text without the many signs Unicode has for one."""
    return " ".join(normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").split())


def _number(text: str) -> float:
    return float(re.sub(r" ?[×x*] ?10\^", "e", text))


def _convert(number: float | None, unit: str | None, target: str) -> float | None:
    if number is None or unit == target:
        return number
    quantity: Quantity[float] = _registry().Quantity(number, known(unit or ""))
    converted = float(quantity.to(known(target)).magnitude)
    return float(f"{converted:.14g}")  # 2 µm are 2000 nm, not 1999.9999999999998
