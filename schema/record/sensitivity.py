"""How a set of sensitivity factors is entered, and chosen: for tests, or as the lab's default."""

import hashlib
import json
from collections.abc import Iterable
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import SensitivityFactor, SensitivitySet, Test
from schema.error import InvalidRecord, UnknownName, UnknownRecord
from schema.photoemission.line import Sensitivity, lines, sensitivities
from schema.record.collection import align
from schema.record.column import Place, Said, checked, fill
from schema.record.known import Known


def write_sensitivity_set(known: Known, row: SensitivitySet, said: Said) -> None:
    """Bring a set to what is said; its factors are said as a whole.

    Raises:
        InvalidRecord: when a value cannot be, it is called as one that is built in, a line is not
            known or there twice, it has no factor, or another set is the lab's default.
    """
    fill(row, {name: said[name] for name in said.keys() - {"factors"}})
    if row.name in sensitivities():
        reason = f"{row.name} is built in, and results by it are not told apart: call it otherwise"
        raise InvalidRecord(("name",), reason)
    if "factors" in said:
        factors = {}
        for place, each in enumerate(said["factors"] or ()):
            found = checked(SensitivityFactor, each, ("factors", place))
            line = found.pop("line")
            if line not in _line_names():
                message = str(UnknownName("line", line, _line_names()))
                raise InvalidRecord(("factors", place, "line"), message)
            if line in factors:
                raise InvalidRecord(("factors", place, "line"), f"{line} is there twice")
            factors[line] = found
        align(row.factors, "line", factors, SensitivityFactor)
    if not row.factors:
        raise InvalidRecord(("factors",), "a set has a factor at least")
    if row.lab_default:
        _refuse_second_default(known, row)


def sensitivity_of(row: SensitivitySet) -> Sensitivity:
    """Return the set that a row is."""
    factors = {each.line: each.factor for each in row.factors}
    content = [
        *(row.name, row.source, row.excitation_energy_ev, row.background, row.includes),
        sorted(factors.items()),
    ]
    return Sensitivity(
        name=row.name,
        excitation_energy_ev=row.excitation_energy_ev,
        background=row.background,
        includes=row.includes,
        source=row.source,
        content_hash=hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16],
        factors=MappingProxyType(factors),
    )


def set_names(session: Session) -> list[str]:
    """Return the names of all sets of sensitivity factors, those built in first."""
    return [*sensitivities(), *session.scalars(select(SensitivitySet.name))]


def choose_set(session: Session, tests: Iterable[Test], name: str | None, place: Place) -> None:
    """Let the photoemission of tests be computed with a set; None leaves it to the lab's default.

    Results follow when the tests are computed again.

    Raises:
        UnknownRecord: when no set has the name.
    """
    if name is not None and (name := name.strip()) not in (known := set_names(session)):
        raise UnknownRecord(place, "set of sensitivity factors", name, known)
    for test in tests:
        test.sensitivity_set = name


def _line_names() -> list[str]:
    return [each.name for each in lines()]


def _refuse_second_default(known: Known, row: SensitivitySet) -> None:
    with known.session.no_autoflush:
        defaults = known.session.scalars(
            select(SensitivitySet).where(SensitivitySet.lab_default.is_(True))
        ).all()
    for other in [*defaults, *known.session.new]:
        if isinstance(other, SensitivitySet) and other is not row and other.lab_default:
            reason = f"{other.name} is the lab's default: take it away there first"
            raise InvalidRecord(("lab_default",), reason)
