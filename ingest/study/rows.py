"""The catalog rows of a study, found or made by name and brought up to what it says."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from ingest.study.check import Makers, check_makers
from ingest.study.column import field_of, said_by
from ingest.study.document import Document
from ingest.study.link import TestNames
from ingest.study.study import Study
from ingest.study.written import Way
from schema import catalog
from schema.ancestry import rebuild
from schema.error import InvalidRecord, UnknownName
from schema.record.cell import write_cell
from schema.record.claim import SUBJECTS, write_claim
from schema.record.column import fill
from schema.record.known import Known
from schema.record.material import write_material
from schema.record.process import write_process
from schema.record.property import put_value
from schema.record.protocol import write_protocol
from schema.record.reference_phase import write_reference_phase
from schema.record.sensitivity import choose_set, write_sensitivity_set
from schema.record.substance import write_substance
from schema.recount import recount

SECTIONS: Final[Mapping[str, Any]] = {
    "substances": catalog.Substance,
    "materials": catalog.Material,
    "processes": catalog.Process,
    "protocols": catalog.Protocol,
    "cells": catalog.Cell,
    "claims": catalog.Claim,
    "references": catalog.ReferencePhase,
    "sensitivity_sets": catalog.SensitivitySet,
}
_COLLECTIONS: Final[Mapping[str, tuple[Any, ...]]] = {
    "processes": (
        catalog.Process.inputs,
        catalog.Process.outputs,
        catalog.Process.parameters,
    ),
    "protocols": (catalog.Protocol.steps,),
    "cells": (catalog.Cell.layers,),
    "references": (catalog.ReferencePhase.lines,),
    "sensitivity_sets": (catalog.SensitivitySet.factors,),
}
_PROPERTIES_OF: Final = {
    "substances": "substance_id",
    "materials": "material_id",
    "cells": "cell_id",
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
    "references": (catalog.ReferenceLine.reference_phase_id,),
    "sensitivity_sets": (catalog.SensitivityFactor.sensitivity_set_id,),
}


_PARTS_SAID: Final[Mapping[str, Any]] = {
    "layers": catalog.CellLayer,
    "steps": catalog.ProtocolStep,
    "lines": catalog.ReferenceLine,
}
"""Fields that are lists of records."""


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
        self.known = Known(
            session, {SECTIONS[section]: rows for section, rows in self.rows.items()}
        )

    def write(self, study_id: int) -> None:
        """Check, then write section after section, each after those it refers to.

        Raises:
            InvalidStudy: when the study contradicts itself or the catalog, or a test is not there.
        """
        check_makers(self.document, self._makers())
        tests = self._tests(self.study, strict=True)
        with self.session.no_autoflush:
            self._take_back("processes", "claims")
            self._put("substances", partial(write_substance, self.known))
            self._put("materials", partial(write_material, self.known))
            self._put("processes", partial(write_process, self.known))
            self._put("protocols", partial(write_protocol, self.known))
            self._put("cells", partial(write_cell, self.known))
            self._put("claims", partial(self._put_claim, study_id))
            self._put("references", partial(write_reference_phase, self.known))
            self._put("sensitivity_sets", partial(write_sensitivity_set, self.known))
            self._link(tests)
            rebuild(self.session)
            self._take_back("references", "sensitivity_sets")
            self._take_back("cells", "protocols", "materials", "substances")

    def _load(self, section: str) -> dict[str, Any]:
        model = SECTIONS[section]
        whole = [selectinload(collection) for collection in _COLLECTIONS.get(section, ())]
        rows = select(model).options(*whole)
        if section == "claims":  # another study's may have the same names
            rows = rows.join(catalog.Study).where(catalog.Study.name == self.study.study)
        return {row.name: row for row in self.session.scalars(rows)}

    def _makers(self) -> Makers:
        """Return what made each material, of the processes this study says nothing of."""
        restated = self.study.processes.keys() | self._left_out("processes")
        return {
            material.name: (name, tuple(each.name for each in row.inputs))
            for name, row in self.rows["processes"].items()
            if name not in restated
            for material in row.outputs
        }

    def _left_out(self, section: str) -> set[str]:
        """Return the names this study said before, says no more, and no other study says."""
        said = set(getattr(self.earlier, section)) - set(getattr(self.study, section))
        if section == "claims":  # each study has its own
            return said
        return said - {name for other in self.others.values() for name in other.get(section, {})}

    def _put(self, section: str, write: Callable[[Any, dict[str, Any]], None]) -> None:
        """Bring the rows of a section up to what is said, new ones by their name."""
        rows = self.rows[section]
        for name, stated in getattr(self.study, section).items():
            row = rows.get(name)
            if row is None:
                row = rows[name] = SECTIONS[section](name=name)
            before = getattr(self.earlier, section).get(name)
            with self._placed(section, name):
                write(row, {"name": name} | self._said(said_by(stated, SECTIONS[section], before)))
                if protocol := getattr(stated, "protocol", None):
                    self.known.row(catalog.Protocol, protocol, ("protocol",))
            self.session.add(row)
        self.session.flush()
        if section in _PROPERTIES_OF:
            self._put_properties(section)

    @contextmanager
    def _placed(self, *way: str) -> Iterator[None]:
        """Refuse what the record refuses, at its place in the study."""
        try:
            yield
        except InvalidRecord as fault:
            place = (*way, *(field_of(step) for step in fault.place))
            raise self.document.refusal(place, fault.reason) from fault

    def _said(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what is said with its parts said too, and moments in the zone of the study."""
        for parts, table in _PARTS_SAID.items():
            if parts in said:
                said[parts] = [said_by(part, table, None) for part in said[parts]]
        if "factors" in said:
            factors = said["factors"].items()
            said["factors"] = [{"line": line, "factor": factor} for line, factor in factors]
        moment = said.get("performed_at")
        if moment is not None and moment.tzinfo is None:
            said["performed_at"] = moment.replace(tzinfo=ZoneInfo(str(self.study.time_zone)))
        return said

    def _put_claim(self, study_id: int, row: Any, said: dict[str, Any]) -> None:  # noqa: ANN401 — a catalog row
        row.study_id = study_id
        whole = {"reported": None, "subject": {}, "parameters": {}, "source": None} | said
        whole["source"] = whole["source"] or self.study.source
        write_claim(self.known, row, whole)

    def _id(self, section: str, name: str | None) -> int | None:
        return None if name is None else self.rows[section][name].id

    def _put_properties(self, section: str) -> None:
        """Write the stated properties of a section's things; computed ones are left alone."""
        owner = _PROPERTIES_OF[section]
        column = getattr(catalog.Property, owner)
        existing = {
            (getattr(row, owner), row.name): row
            for row in self.session.scalars(
                select(catalog.Property).where(column.is_not(None), _STATED)
            )
        }
        for name, stated in getattr(self.study, section).items():
            owner_id = self.rows[section][name].id
            for quantity, text in stated.properties.items():
                row = existing.get((owner_id, quantity))
                if row is None:
                    row = catalog.Property(method=_METHOD, **{owner: owner_id})
                    self.session.add(row)
                with self._placed(section, name, "properties", quantity):
                    fill(row, {"name": quantity})
                    put_value(row, text, ())
            before = getattr(self.earlier, section).get(name)
            for quantity in (before.properties if before else {}).keys() - stated.properties.keys():
                if (owner_id, quantity) in existing:
                    self.session.delete(existing[owner_id, quantity])
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
            test.cell_id = test.material_id = test.protocol_id = test.sensitivity_set = None
        for test_id, (section, name) in tests.items():
            test = self.session.get_one(catalog.Test, test_id)
            test.cell_id = self.rows[section][name].id if section == "cells" else None
            test.material_id = self.rows[section][name].id if section == "materials" else None
            if section == "cells":
                test.protocol_id = self._id("protocols", self.study.cells[name].protocol)
            self._choose_set(test, section, name)
        self.session.flush()
        living = catalog.Test.removed_snapshot.is_(None)
        recount(self.session, self.session.scalars(select(catalog.Test).where(living)))

    def _choose_set(self, test: catalog.Test, section: str, name: str) -> None:
        """Let a test be computed with the set that is said of what it ran on, if any is or was."""
        before = getattr(self.earlier, section).get(name)
        chosen = getattr(self.study, section)[name].sensitivity_set
        if chosen or (before and before.sensitivity_set):
            with self._placed(section, name):
                choose_set(self.session, [test], chosen, ("sensitivity_set",))

    def _take_back(self, *sections: str) -> None:
        """Delete the rows of what is said no more; of things somebody refers to, none."""
        for section in sections:
            for name in self._left_out(section) - self._claimed(section) - self._chosen(section):
                row = self.rows[section].pop(name, None)
                if row is None:
                    continue
                try:
                    with self.session.begin_nested():
                        self._delete(section, row.id)
                except IntegrityError:
                    continue  # something else rests on it: it stays

    def _claimed(self, section: str) -> set[str]:
        """Return the names in a section that claims are about, which refer by name alone."""
        kinds = [kind for kind, table in SUBJECTS.items() if table is SECTIONS[section]]
        subjects = self.session.scalars(select(catalog.Claim.subject)).all()
        return {subject[kind] for kind in kinds for subject in subjects if kind in subject}

    def _chosen(self, section: str) -> set[str]:
        """Return the sets of sensitivity factors that tests name, which refer by name alone."""
        if section != "sensitivity_sets":
            return set()
        return {name for name in self.session.scalars(select(catalog.Test.sensitivity_set)) if name}

    def _delete(self, section: str, row_id: int) -> None:
        """Delete a row and what is part of it."""
        for column in _PARTS.get(section, ()):
            stated = () if column.class_ is not catalog.Property else (_STATED,)
            self.session.execute(delete(column.class_).where(column == row_id, *stated))
        model = SECTIONS[section]
        self.session.execute(delete(model).where(model.id == row_id))
