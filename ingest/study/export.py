"""A study as it stands in the catalog, with all that was changed since it was entered.

It holds the things that the study says, each with every field as it is now, and their tests; names
of files stay patterns as long as these say what is so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from ingest.study.document import Document
from ingest.study.link import TestNames, link
from ingest.study.section import BY_HAND, METHOD, SECTIONS
from ingest.study.shortening import document_of, shortened
from ingest.study.standing import STANDING, value_text
from ingest.study.study import Study
from ingest.study.written import Way
from schema import catalog
from schema.catalog.connection import look
from schema.error import InvalidArgument, UnknownName

_OWNERS: Final[Mapping[str, str]] = {
    "substances": "substance_id",
    "materials": "material_id",
    "cells": "cell_id",
}
_TESTED: Final = ("materials", "cells")
_OF_TESTS: Final = ("protocol", "sensitivity_set")
"""What a thing says of all its tests."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A study as it stands.

    Attributes:
        document: what is to be written.
        notes: what no study can say, and what is said otherwise than it was, a sentence each.
    """

    document: Document
    notes: tuple[str, ...]


def export_study(engine: Engine, name: str) -> Exported:
    """Return a study as it stands.

    Raises:
        UnknownName: when there is no such study.
    """
    with look(engine) as session:
        studies = _living(session)
        if name not in studies:
            raise UnknownName("study", name, studies)
        return _Export(session, studies[name]).exported()


def export_catalog(engine: Engine, name: str) -> Exported:
    """Return everything that stands in the catalog as one study, under a name of its own.

    What several studies say is written as the first of them has it, claims of one name with the
    name of their study behind.

    Raises:
        InvalidArgument: when a study has that name: it would be taken for that.
    """
    with look(engine) as session:
        studies = _living(session)
        if name in studies:
            raise InvalidArgument("as", name, "a name that no study has")
        return _Export(session, _merged(name, studies), whole=True).exported()


def _living(session: Session) -> dict[str, dict[str, Any]]:
    living = catalog.Study.removed_snapshot.is_(None)
    rows = session.scalars(select(catalog.Study).where(living).order_by(catalog.Study.id))
    return {row.name: row.document for row in rows}


def _merged(name: str, studies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what all studies say of things, that each is written as it was."""
    found: dict[str, Any] = {"study": name}
    for document in studies.values():
        for section in SECTIONS.keys() - {"claims"}:
            for thing, said in document.get(section, {}).items():
                # a time without a zone is of the zone of its own study
                own = {field: value for field, value in said.items() if field != "performed_at"}
                found.setdefault(section, {}).setdefault(thing, own)
    return found


class _Export:
    """A study on its way out of the catalog, as one state of it."""

    def __init__(self, session: Session, said: dict[str, Any], *, whole: bool = False) -> None:
        self.session, self.said, self.whole = session, said, whole
        self.study = Study.model_validate(said)
        self.names = TestNames(session)
        self.notes: list[str] = []
        self._loaded: dict[str, list[tuple[str, Any]]] = {}
        self._by_id = {known.test_id: known for known in self.names.tests}

    def exported(self) -> Exported:
        """Return the study, with namings where these say what is so."""
        head = {field: value for field, value in self.said.items() if field not in self._sections()}
        content = head | {section: dict(self._things(section)) for section in SECTIONS}
        self._properties(content)
        self._tests(content)
        self._of_cells(content)
        full = document_of(content)
        namings = self.said.get("file_names")
        if not namings:
            return Exported(full, tuple(self.notes))
        short = shortened(full, namings, self.names)
        if short is not None:
            return Exported(short, tuple(self.notes))
        note = "what the names of files tell is not so any more: it is written out, thing by thing"
        return Exported(full, (*self.notes, note))

    @staticmethod
    def _sections() -> set[str]:
        return {*SECTIONS, "file_names"}

    def _rows(self, section: str) -> list[tuple[str, Any]]:
        """Return the rows of a section that are exported, by what they are called there."""
        if section not in self._loaded:
            self._loaded[section] = list(self._load(section))
        return self._loaded[section]

    def _load(self, section: str) -> Iterator[tuple[str, Any]]:
        model = SECTIONS[section]
        question = select(model).order_by(model.id)
        if section == "cells":
            layers = selectinload(catalog.Cell.layers)
            question = question.options(layers.joinedload(catalog.CellLayer.material))
        if section != "claims":
            for row in self.session.scalars(question):
                if self.whole or row.name in self.said.get(section, {}):
                    yield row.name, row
            return
        study = catalog.Study
        joined = question.add_columns(study.name).outerjoin(study, study.id == model.study_id)
        if not self.whole:
            joined = joined.where(study.name == self.study.study)
        rows = self.session.execute(joined).all()
        names = [row.name for row, _ in rows]
        for row, of_study in rows:
            clash = names.count(row.name) > 1 and of_study is not None
            yield f"{row.name} ({of_study})" if clash else row.name, row

    def _things(self, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, row in self._rows(section):
            said = self.said.get(section, {}).get(name, {})
            fields = STANDING[section](row, said, self.study)
            if section == "references" and row.substance_id is not None:
                fields["substance"] = self.session.get_one(catalog.Substance, row.substance_id).name
            yield name, fields

    def _properties(self, content: dict[str, Any]) -> None:
        """Add what is stated of things; what no study can say is noted."""
        ids = {
            (_OWNERS[section], row.id): (section, name)
            for section in _OWNERS
            for name, row in self._rows(section)
        }
        rows = self.session.scalars(select(catalog.Property).order_by(catalog.Property.method))
        for row in rows:
            owner = next(
                (
                    ids[column, owner_id]
                    for column in _OWNERS.values()
                    if (owner_id := getattr(row, column)) is not None and (column, owner_id) in ids
                ),
                None,
            )
            if owner is None or row.test_id is not None or row.input_hash is not None:
                continue
            section, name = owner
            of_thing = content[section][name].setdefault("properties", {})
            if row.method not in {METHOD, BY_HAND} or row.standard_deviation is not None:
                self.notes.append(
                    f"{name}: {row.name} by {row.method!r} is left out: a study says neither a "
                    "method nor a standard deviation"
                )
                continue
            said = self.said.get(section, {}).get(name, {}).get("properties", {}).get(row.name)
            if row.name in of_thing:  # by hand, and by the study, which comes last
                self.notes.append(f"{name}: {row.name} entered by hand is left out: the study's is")
            text = value_text(row, row.text, said)
            if text is not None:
                of_thing[row.name] = text

    def _tests(self, content: dict[str, Any]) -> None:
        """Add the tests of cells and materials, as they were named where that still holds."""
        links = link(self.study, self.names)
        linked: dict[Way, set[int]] = {way: set() for way in links.matches}
        for test_id, owner in links.owners.items():
            linked.setdefault(owner.way, set()).add(test_id)
        protocols = {row.id: row.name for row in self.session.scalars(select(catalog.Protocol))}
        living = select(catalog.Test).where(catalog.Test.removed_snapshot.is_(None))
        tests: dict[tuple[str, int], list[Any]] = {}
        ordered = living.order_by(catalog.Test.origin, catalog.Test.position)
        for test in self.session.scalars(ordered):
            for section in _TESTED:
                if (owner_id := getattr(test, _OWNERS[section])) is not None:
                    tests.setdefault((section, owner_id), []).append(test)
        for section in _TESTED:
            for name, row in self._rows(section):
                own = tests.get((section, row.id), [])
                said = self.said.get(section, {}).get(name, {})
                stated = {
                    test.id: {
                        "protocol": protocols.get(test.protocol_id),
                        "sensitivity_set": test.sensitivity_set,
                        "cycles": test.cycle_convention,
                    }
                    for test in own
                }
                fields = content[section][name]
                for field in _OF_TESTS if section == "cells" else ("sensitivity_set",):
                    values = {each[field] for each in stated.values()}
                    value = said.get(field) if said else min(values, key=str, default=None)
                    # what a thing says of all its tests, none of them can leave unsaid
                    if value is not None and None not in values:
                        fields[field] = value
                fields["tests"] = self._entries((section, name), fields, stated, linked)

    def _entries(
        self,
        thing: tuple[str, str],
        fields: Mapping[str, Any],
        stated: Mapping[int, Mapping[str, str | None]],
        linked: Mapping[Way, set[int]],
    ) -> list[Any]:
        """Return how the tests of a thing are named, and what is known of them alone."""

        def alone(each: Mapping[str, str | None]) -> dict[str, str]:
            """Return what is not known by what the test ran on."""
            return {
                field: value
                for field, value in each.items()
                if value is not None and not (field in _OF_TESTS and value == fields.get(field))
            }

        own = {test_id: alone(each) for test_id, each in stated.items()}
        entries: list[Any] = []
        covered: set[int] = set()
        said = getattr(self.study, thing[0]).get(thing[1])
        for place, entry in enumerate(said.tests if said else ()):
            tests = linked.get((*thing, "tests", place))
            more = alone(entry.model_dump(exclude={"file"}))
            if tests is not None and all(own.get(test_id) == more for test_id in tests):
                entries.append(entry.model_dump(exclude_defaults=True))
                covered |= tests
        rest = [test_id for test_id in own if test_id not in covered]
        return [*entries, *({"file": self._name(each), **own[each]} for each in rest)]

    def _name(self, test_id: int) -> str:
        """Return the shortest name that calls a test and no other."""
        known = self._by_id[test_id]
        for name in (known.file, f"{known.file}#{known.position}"):
            try:
                if self.names.find(name) == known:
                    return name
            except ValueError:
                continue
        return known.reference

    def _of_cells(self, content: dict[str, Any]) -> None:
        """Leave out what the study says of all its cells, where it says more than is so."""
        for field in ("project", "cycles"):
            for fields in content["cells"].values():
                if field not in fields:
                    content.pop(field, None)
