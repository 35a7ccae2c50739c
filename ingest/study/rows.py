"""The catalog rows of a study, found or made by name and brought up to what it says."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from ingest.study.check import Known, check, layers_of, substance_finder
from ingest.study.column import MEASURE_COLUMNS, columns_of, measure_columns
from ingest.study.document import Document
from ingest.study.link import TestNames
from ingest.study.study import Cell, Claim, Material, Process, Protocol, Study, Substance
from ingest.study.written import Way
from schema import catalog
from schema.ancestry import rebuild
from schema.condition import condition
from schema.configuration import parse_configuration, symmetric
from schema.error import UnknownName
from schema.formula import molar_mass_gram_per_mole
from schema.measure import measure
from schema.recount import recount

SECTIONS: Final[Mapping[str, Any]] = {
    "substances": catalog.Substance,
    "materials": catalog.Material,
    "processes": catalog.Process,
    "protocols": catalog.Protocol,
    "cells": catalog.Cell,
    "claims": catalog.Claim,
}
_COLLECTIONS: Final[Mapping[str, tuple[Any, ...]]] = {
    "processes": (
        catalog.Process.inputs,
        catalog.Process.outputs,
        catalog.Process.parameters,
    ),
    "protocols": (catalog.Protocol.steps,),
    "cells": (catalog.Cell.layers,),
}
_METHOD: Final = "stated by a study"
_STATED: Final = catalog.Property.method == _METHOD
_PARTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "processes": (
        catalog.ProcessInput.process_id,
        catalog.ProcessOutput.process_id,
        catalog.ProcessParameter.process_id,
    ),
    "protocols": (catalog.ProtocolStep.protocol_id,),
    "cells": (catalog.CellLayer.cell_id,),
    "substances": (catalog.Property.substance_id,),
    "materials": (catalog.Property.material_id,),
}


class StudyRows:
    """One study on its way into the catalog, inside somebody's transaction."""

    def __init__(
        self,
        session: Session,
        document: Document,
        earlier: Study | None,
        others: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.session, self.document, self.study = session, document, document.study
        self.earlier = earlier or Study(study=document.study.study)
        self.others = others
        self.rows = {section: self._load(section) for section in SECTIONS}
        self.known = self._known()
        self.substance_of = substance_finder(self.study, self.known)

    def write(self, study_id: int) -> None:
        """Check, then write section after section, each after those it refers to.

        Raises:
            InvalidStudy: when the study contradicts itself or the catalog, or a test is not there.
        """
        check(self.document, self.known)
        tests = self._tests(self.study, strict=True)
        with self.session.no_autoflush:
            self._take_back("processes", "claims")
            self._put("substances", self._put_substance)
            self._put("materials", self._put_material)
            self._put("processes", self._put_process)
            self._put("protocols", self._put_protocol)
            self._put("cells", self._put_cell)
            self._put("claims", lambda name, said, row: self._put_claim(name, said, row, study_id))
            self._link(tests)
            rebuild(self.session)
            self._take_back("cells", "protocols", "materials", "substances")

    def _load(self, section: str) -> dict[str, Any]:
        model = SECTIONS[section]
        whole = [selectinload(collection) for collection in _COLLECTIONS.get(section, ())]
        rows = select(model).options(*whole)
        if section == "claims":  # another study's may have the same names
            rows = rows.join(catalog.Study).where(catalog.Study.name == self.study.study)
        return {row.name: row for row in self.session.scalars(rows)}

    def _known(self) -> Known:
        names = {
            section: {n: row.id for n, row in self.rows[section].items()} for section in SECTIONS
        }
        substances = {row.id: name for name, row in self.rows["substances"].items()}
        restated = self.study.processes.keys() | self._left_out("processes")
        return Known(
            names=names,
            substance_of={
                name: substances.get(row.substance_id)
                for name, row in self.rows["materials"].items()
            },
            makers={
                made.name: (name, tuple(each.name for each in row.inputs))
                for name, row in self.rows["processes"].items()
                if name not in restated
                for made in row.outputs
            },
        )

    def _left_out(self, section: str) -> set[str]:
        """Return the names this study said before, says no more, and no other study says."""
        said = set(getattr(self.earlier, section)) - set(getattr(self.study, section))
        if section == "claims":  # each study has its own
            return said
        return said - {name for other in self.others.values() for name in other.get(section, {})}

    def _put(self, section: str, fill: Callable[[str, Any, Any], None]) -> None:
        """Bring the rows of a section up to what is said, new ones by their name."""
        rows = self.rows[section]
        for name, stated in getattr(self.study, section).items():
            row = rows.get(name)
            if row is None:
                row = rows[name] = SECTIONS[section](name=name)
            before = getattr(self.earlier, section).get(name)
            _fill(row, columns_of(stated, SECTIONS[section], before))
            fill(name, stated, row)
            self.session.add(row)
        self.session.flush()
        if section in {"substances", "materials"}:
            self._put_properties(section)

    def _put_substance(self, name: str, stated: Substance, row: Any) -> None:  # noqa: ANN401 — a catalog row
        earlier = self.earlier.substances.get(name)
        if stated.formula or (earlier and earlier.formula):
            formula = stated.formula
            row.molar_mass_gram_per_mole = formula and molar_mass_gram_per_mole(formula)

    def _put_material(self, name: str, stated: Material, row: Any) -> None:  # noqa: ANN401 — a catalog row
        earlier = self.earlier.materials.get(name)
        if stated.substance or (earlier and earlier.substance):
            row.substance_id = self._id("substances", stated.substance)

    def _put_process(self, _name: str, stated: Process, row: Any) -> None:  # noqa: ANN401 — a catalog row
        materials = self.rows["materials"]
        row.inputs = [materials[name] for name in dict.fromkeys(stated.inputs)]
        row.outputs = [materials[name] for name in stated.outputs]
        moment = stated.performed_at
        if moment is not None and moment.tzinfo is None:
            row.performed_at = moment.replace(tzinfo=ZoneInfo(str(self.study.time_zone)))
        wanted = {name: condition(measure(text), text) for name, text in stated.parameters.items()}
        _align(row.parameters, "name", wanted, catalog.ProcessParameter)

    def _put_protocol(self, _name: str, stated: Protocol, row: Any) -> None:  # noqa: ANN401 — a catalog row
        steps = {
            place: _blank(catalog.ProtocolStep) | columns_of(step, catalog.ProtocolStep, None)
            for place, step in enumerate(stated.steps, start=1)
        }
        _align(row.steps, "position", steps, catalog.ProtocolStep)

    def _put_cell(self, name: str, stated: Cell, row: Any) -> None:  # noqa: ANN401 — a catalog row
        layers = {
            place: {
                **_blank(catalog.CellLayer),
                **columns_of(layer, catalog.CellLayer, None),
                "role": layer.role,
                "substance_id": self._id("substances", layer.substance),
                "material_id": self._id("materials", layer.material),
            }
            for place, layer in enumerate(layers_of(stated, self.substance_of), start=1)
        }
        earlier = self.earlier.cells.get(name)
        if layers or (earlier and (earlier.layers or earlier.configuration)):
            _align(row.layers, "position", layers, catalog.CellLayer)
        if stated.symmetric is None and stated.configuration is not None:
            row.symmetric = symmetric(parse_configuration(stated.configuration))

    def _put_claim(self, name: str, stated: Claim, row: Any, study_id: int) -> None:  # noqa: ANN401 — a catalog row
        row.study_id = study_id
        row.source = stated.source or self.study.source
        row.subject, row.parameters = stated.subject, stated.parameters
        earlier = self.earlier.claims.get(name)
        if stated.evidence or (earlier and earlier.evidence):
            row.evidence = {"stated": stated.evidence} if stated.evidence else {}
        said = stated.value
        found = measure_columns(said) if said is not None else dict.fromkeys(MEASURE_COLUMNS)
        found["text_value"] = found.pop("text")
        _fill(row, found)

    def _id(self, section: str, name: str | None) -> int | None:
        return None if name is None else self.rows[section][name].id

    def _put_properties(self, section: str) -> None:
        """Write the stated properties of a section's things; computed ones are left alone."""
        owner = {"substances": "substance_id", "materials": "material_id"}[section]
        column = getattr(catalog.Property, owner)
        held = {
            (getattr(row, owner), row.name): row
            for row in self.session.scalars(
                select(catalog.Property).where(column.is_not(None), _STATED)
            )
        }
        for name, stated in getattr(self.study, section).items():
            owner_id = self.rows[section][name].id
            for quantity, text in stated.properties.items():
                row = held.get((owner_id, quantity))
                if row is None:
                    row = catalog.Property(name=quantity, method=_METHOD, **{owner: owner_id})
                    self.session.add(row)
                _fill(row, measure_columns(text))
            before = getattr(self.earlier, section).get(name)
            for quantity in (before.properties if before else {}).keys() - stated.properties.keys():
                if (owner_id, quantity) in held:
                    self.session.delete(held[owner_id, quantity])
        self.session.flush()

    def _tests(self, study: Study, *, strict: bool) -> dict[int, tuple[str, str]]:
        """Return section and name of what each test ran on, by its id.

        Raises:
            InvalidStudy: when ``strict``, for a name of no test or several, and a test named twice.
        """
        names, found = TestNames(self.session), dict[int, tuple[str, str]]()
        for section in ("cells", "materials"):
            for name, stated in getattr(study, section).items():
                for place, file in enumerate(stated.tests):
                    way: Way = (section, name, "tests", place)
                    try:
                        test = names.find(file)
                    except (UnknownName, ValueError) as fault:
                        if strict:
                            raise self.document.refusal(way, str(fault)) from fault
                        continue
                    if strict and test in found:
                        reason = f"{file!r} is a test of {found[test][1]} already"
                        raise self.document.refusal(way, reason)
                    found[test] = (section, name)
        return found

    def _link(self, tests: Mapping[int, tuple[str, str]]) -> None:
        """Link the tests named, and cut the links that only an earlier version named."""
        for test_id in self._tests(self.earlier, strict=False).keys() - tests.keys():
            test = self.session.get_one(catalog.Test, test_id)
            test.cell_id = test.material_id = test.protocol_id = None
        for test_id, (section, name) in tests.items():
            test = self.session.get_one(catalog.Test, test_id)
            test.cell_id = self.rows[section][name].id if section == "cells" else None
            test.material_id = self.rows[section][name].id if section == "materials" else None
            if section == "cells":
                test.protocol_id = self._id("protocols", self.study.cells[name].protocol)
        self.session.flush()
        living = catalog.Test.removed_snapshot.is_(None)
        recount(self.session, self.session.scalars(select(catalog.Test).where(living)))

    def _take_back(self, *sections: str) -> None:
        """Delete the rows of what is said no more; of things somebody refers to, none."""
        for section in sections:
            for name in self._left_out(section):
                row = self.rows[section].pop(name, None)
                if row is None:
                    continue
                try:
                    with self.session.begin_nested():
                        self._delete(section, row.id)
                except IntegrityError:
                    continue  # something else rests on it: it stays

    def _delete(self, section: str, row_id: int) -> None:
        """Delete a row and what is part of it."""
        for column in _PARTS.get(section, ()):
            stated = () if column.class_ is not catalog.Property else (_STATED,)
            self.session.execute(delete(column.class_).where(column == row_id, *stated))
        model = SECTIONS[section]
        self.session.execute(delete(model).where(model.id == row_id))


def _fill(row: Any, columns: Mapping[str, Any]) -> None:  # noqa: ANN401 — a catalog row
    for name, value in columns.items():
        setattr(row, name, value)


def _blank(table: type[catalog.Table]) -> dict[str, Any]:
    """Return every column of a table that may be unknown, as unknown."""
    return {column.name: None for column in table.__table__.columns if column.nullable}


def _align(
    rows: list[Any], key: str, wanted: Mapping[Any, Mapping[str, Any]], table: Callable[..., Any]
) -> None:
    """Bring the rows of a collection to what is wanted, in place as far as they are there."""
    held = {getattr(row, key): row for row in rows}
    for gone in held.keys() - wanted.keys():
        rows.remove(held[gone])
    for name, columns in wanted.items():
        if name in held:
            _fill(held[name], columns)
        else:
            rows.append(table(**{key: name}, **columns))
