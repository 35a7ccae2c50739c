"""The catalog rows of a study, found or made by name and brought up to what it says."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from ingest.study.change import Change, State, compared, properties_of, state
from ingest.study.check import Makers, check_makers
from ingest.study.column import said_by
from ingest.study.document import Document
from ingest.study.record import Records
from ingest.study.section import (
    BY_HAND,
    COLLECTIONS,
    METHOD,
    PARTS,
    PARTS_SAID,
    PROPERTIES_OF,
    SECTIONS,
    STATED,
)
from ingest.study.study import Study
from ingest.study.written import Way
from schema import catalog
from schema.ancestry import rebuild
from schema.error import StudyFault
from schema.record.cell import write_cell
from schema.record.claim import SUBJECTS, write_claim
from schema.record.column import fill
from schema.record.material import write_material
from schema.record.process import write_process
from schema.record.property import put_value
from schema.record.protocol import write_protocol
from schema.record.reference_phase import write_reference_phase
from schema.record.sensitivity import write_sensitivity_set
from schema.record.substance import write_substance


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
        self.properties = self._load_properties()
        self.records = Records(session, document, self.rows, SECTIONS)
        self._before = self._states()
        self.removed: list[Change] = []

    @property
    def faults(self) -> list[StudyFault]:
        """Return what the catalog refuses so far."""
        return self.records.faults

    def write(self, study_id: int) -> None:
        """Check, then write section after section, each after those it refers to.

        What is amiss is gathered in ``faults``, and the rest written nevertheless so that all is
        seen: with faults the transaction is to be rolled back.
        """
        makers = list(check_makers(self.document, self._makers()))
        self.faults.extend(makers)
        claimed_twice = {str(fault.way[1]) for fault in makers if fault.way[2] == "outputs"}
        known = self.records.known
        with self.session.no_autoflush:
            self._take_back("processes", "claims")
            self._put("substances", partial(write_substance, known))
            self._put("materials", partial(write_material, known))
            self._put("processes", partial(write_process, known), claimed_twice)
            self._put("protocols", partial(write_protocol, known))
            self._put("cells", partial(write_cell, known))
            self._put("claims", partial(self._put_claim, study_id))
            self._put("references", partial(write_reference_phase, known))
            self._put("sensitivity_sets", partial(write_sensitivity_set, known))
            if not self.faults:
                rebuild(self.session)

    def take_back(self) -> None:
        """Delete what is said no more, after nothing refers to it."""
        with self.session.no_autoflush:
            self._take_back("references", "sensitivity_sets")
            self._take_back("cells", "protocols", "materials", "substances")

    def changes(self) -> list[Change]:
        """Return what becomes of each thing that is said, or was."""
        self.session.flush()
        after = self._states()
        said = [
            compared(section, name, self._before.get((section, name)), after[section, name])
            for section in SECTIONS
            for name in getattr(self.study, section)
        ]
        return [*said, *self.removed]

    def names(self) -> dict[str, dict[int, str]]:
        """Return the names of things by their ids, by the name of the table."""
        return {
            SECTIONS[section].__tablename__: {row.id: name for name, row in rows.items()}
            for section, rows in self.rows.items()
        }

    def _states(self) -> dict[tuple[str, str], State]:
        names = self.names()
        found: dict[tuple[str, str], State] = {}
        for section in SECTIONS:
            owner = PROPERTIES_OF.get(section)
            for name in getattr(self.study, section):
                row = self.rows[section].get(name)
                if row is not None:
                    stated = self.properties.get((owner, row.id), {}) if owner else {}
                    found[section, name] = state(row, names) | properties_of(stated.values())
        return found

    def _load(self, section: str) -> dict[str, Any]:
        model = SECTIONS[section]
        whole = [selectinload(collection) for collection in COLLECTIONS.get(section, ())]
        rows = select(model).options(*whole)
        if section == "claims":  # another study's may have the same names
            rows = rows.join(catalog.Study).where(catalog.Study.name == self.study.study)
        return {row.name: row for row in self.session.scalars(rows)}

    def _load_properties(self) -> dict[tuple[str, int], dict[str, Any]]:
        """Return what is stated of things, a study's own before what was entered by hand."""
        found: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
        known = select(catalog.Property).where(catalog.Property.method.in_((METHOD, BY_HAND)))
        for row in self.session.scalars(known.order_by(catalog.Property.method)):  # ours is last
            for owner in PROPERTIES_OF.values():
                if (owner_id := getattr(row, owner)) is not None:
                    found[owner, owner_id][row.name] = row
        return found

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

    def _put(
        self,
        section: str,
        write: Callable[[Any, dict[str, Any]], None],
        without_outputs: set[str] | frozenset[str] = frozenset(),
    ) -> None:
        """Bring the rows of a section up to what is said, new ones by their name."""
        for name, stated in getattr(self.study, section).items():
            before = getattr(self.earlier, section).get(name)
            said = {"name": name} | self._said(said_by(stated, SECTIONS[section], before))
            if name in without_outputs:
                said.pop("outputs")
            self._check_names(section, name, stated)
            self.records.write(section, name, write, said)
        self.session.flush()
        if section in PROPERTIES_OF:
            self._put_properties(section)

    def _check_names(self, section: str, name: str, stated: Any) -> None:  # noqa: ANN401 — a piece of a study
        """Look for what a thing, its tests and its layers name, each by itself."""
        named: list[tuple[Any, Way, str | None]] = [
            (catalog.Protocol, (section, name, "protocol"), getattr(stated, "protocol", None))
        ]
        for place, test in enumerate(getattr(stated, "tests", ())):
            way: Way = (section, name, "tests", place, "protocol")
            named.append((catalog.Protocol, way, test.protocol))
        for place, layer in enumerate(getattr(stated, "layers", ())):
            way = (section, name, "layers", place)
            named.append((catalog.Substance, (*way, "substance"), layer.substance))
            named.append((catalog.Material, (*way, "material"), layer.material))
        for table, way, called in named:
            if called is not None:
                self.records.look_for(table, called, way)

    def _said(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what is said with its parts said too, and moments in the zone of the study."""
        for parts, table in PARTS_SAID.items():
            if parts in said:
                said[parts] = [said_by(part, table, None) for part in said[parts]]
        if "factors" in said:
            factors = said["factors"].items()
            said["factors"] = [{"line": line, "factor": factor} for line, factor in factors]
        moment = said.get("performed_at")
        if moment is not None and moment.tzinfo is None:
            said["performed_at"] = moment.replace(tzinfo=ZoneInfo(self.study.time_zone or "UTC"))
        return said

    def _put_claim(self, study_id: int, row: Any, said: dict[str, Any]) -> None:  # noqa: ANN401 — a catalog row
        row.study_id = study_id
        whole = {"reported": None, "subject": {}, "parameters": {}, "source": None} | said
        whole["source"] = whole["source"] or self.study.source
        write_claim(self.records.known, row, whole)

    def _put_properties(self, section: str) -> None:
        """Write the stated properties of a section's things; computed ones are left alone.

        What somebody entered by hand already, and alike, is not entered twice.
        """
        owner = PROPERTIES_OF[section]
        for name, stated in getattr(self.study, section).items():
            owner_id = self.rows[section][name].id
            existing = self.properties[owner, owner_id]
            for quantity, text in stated.properties.items():
                row = catalog.Property(name=quantity, method=METHOD, **{owner: owner_id})
                with self.records.placed((section, name, "properties", quantity)):
                    fill(row, {"name": quantity})
                    put_value(row, text, ())
                    there = existing.get(quantity)
                    if there is not None and there.method == METHOD:
                        put_value(there, text, ())
                    elif there is None or properties_of([there]) != properties_of([row]):
                        self.session.add(row)
                        existing[quantity] = row
            before = getattr(self.earlier, section).get(name)
            for quantity in (before.properties if before else {}).keys() - stated.properties.keys():
                if quantity in existing and existing[quantity].method == METHOD:
                    self.session.delete(existing.pop(quantity))
        self.session.flush()

    def _take_back(self, *sections: str) -> None:
        """Delete the rows of what is said no more; of things somebody refers to, none."""
        for section in sections:
            left_out = self._left_out(section) - self._claimed(section) - self._chosen(section)
            for name in sorted(left_out):
                row = self.rows[section].get(name)
                if row is None:
                    continue
                try:
                    with self.session.begin_nested():
                        self._delete(section, row.id)
                except IntegrityError:
                    continue  # something else rests on it: it stays
                del self.rows[section][name]
                self.removed.append(Change(section, name, "removed"))

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
        for column in PARTS.get(section, ()):
            stated = () if column.class_ is not catalog.Property else (STATED,)
            self.session.execute(delete(column.class_).where(column == row_id, *stated))
        model = SECTIONS[section]
        self.session.execute(delete(model).where(model.id == row_id))
