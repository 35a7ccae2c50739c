"""Records of a study written one by one, so that all that is amiss in them is seen at once.

What a record is refused for is noted and left out, and the record tried again: nothing of it stays,
for a study with faults is rolled back.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from sqlalchemy.orm import Session

from ingest.study.column import field_of
from ingest.study.document import Document
from ingest.study.written import Way
from schema.catalog import Table
from schema.error import InvalidRecord, StudyFault, UnknownRecord
from schema.record.known import Known, noun

_WHOLE: Final = {"layers"}
"""Lists that mean nothing with an item left out."""


class Records:
    """The rows of a study by section and name, and what the catalog refuses of them.

    Args:
        session: of the transaction.
        document: what says them.
        rows: those there are, by section and name; new ones are added.
        tables: of the sections.
    """

    def __init__(
        self,
        session: Session,
        document: Document,
        rows: dict[str, dict[str, Any]],
        tables: Mapping[str, Any],
    ) -> None:
        self.session, self.document, self.rows, self.tables = session, document, rows, tables
        self.known = Known(session, {tables[section]: each for section, each in rows.items()})
        self.faults: list[StudyFault] = []
        self._section_of = {noun(table): section for section, table in tables.items()}
        self._amiss = {fault.way[:2] for fault in document.faults}
        self._stand_ins: dict[tuple[str, str], Any] = {}

    def write(
        self,
        section: str,
        name: str,
        write: Callable[[Any, dict[str, Any]], None],
        said: dict[str, Any],
    ) -> None:
        """Bring a record to what is said of it, noting all it is refused for."""
        table: type[Table] = self.tables[section]
        existing = self.rows[section].get(name)
        row = table() if existing is None else existing
        lent: list[tuple[str, str]] = []
        attempt = _Attempt(said)
        sound, going_on = True, True
        while going_on:
            try:
                write(row, attempt.said)
                going_on = False
            except InvalidRecord as fault:
                if sound or attempt.speaks_of(fault):
                    self._note(section, name, attempt.place(fault), fault)
                sound = False
                if existing is None:
                    row = table()
                else:
                    self.session.expire(existing)
                if isinstance(fault, UnknownRecord) and fault.kind in self._section_of:
                    lent.append((self._section_of[fault.kind], fault.name))
                    self.rows[lent[-1][0]][fault.name] = self._stand_in(*lent[-1])
                else:
                    going_on = attempt.leave_out(fault)
        for other, lent_name in lent:
            del self.rows[other][lent_name]
        if existing is None and not sound:
            row = self._stand_in(section, name)
        else:
            self.session.add(row)
        self.rows[section][name] = row

    def look_for(self, table: type[Table], name: str, way: Way) -> None:
        """Note a name that nothing has."""
        with self.placed(way):
            self.known.row(table, name, ())

    @contextmanager
    def placed(self, way: Way) -> Iterator[None]:
        """Note what is refused within, at its place in the study."""
        try:
            yield
        except InvalidRecord as fault:
            self._note(str(way[0]), str(way[1]), (*way[2:], *fault.place), fault)

    def _note(self, section: str, name: str, place: Way, fault: InvalidRecord) -> None:
        """Note a refusal; what may follow from a fault that is known already is passed over."""
        if isinstance(fault, UnknownRecord) and fault.kind in self._section_of:
            # it is written, and amiss for another reason
            written = self.document.written.content.get(self._section_of[fault.kind])
            if isinstance(written, dict) and fault.name in written:
                return
        elif (section, name) in self._amiss:
            return
        way = (section, name, *(field_of(step) for step in place))
        self.faults.append(self.document.fault(way, fault.reason))

    def _stand_in(self, section: str, name: str) -> Any:  # noqa: ANN401 — a catalog row
        """Return what stands for a record that is refused, so that others may refer to it."""
        key = section, name
        if key not in self._stand_ins:
            self._stand_ins[key] = self.tables[section](name=uuid4().hex)
        return self._stand_ins[key]


class _Attempt:
    """What is said of a record, without what it was refused for."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = dict(said)
        self._reduced: set[str] = set()
        self._places = {
            field: list(range(len(value))) for field, value in said.items() if _is_list(value)
        }

    def place(self, fault: InvalidRecord) -> Way:
        """Return where a refusal is, as the study counts items."""
        if len(fault.place) > 1 and fault.place[0] in self._places:
            field, item, *rest = fault.place
            places = self._places[str(field)]
            if isinstance(item, int) and item < len(places):
                return field, places[item], *rest
        return fault.place

    def speaks_of(self, fault: InvalidRecord) -> bool:
        """Return whether a refusal is of what is said, and not of what was left out."""
        field, *rest = fault.place or ("",)
        return not fault.place or (field in self.said and bool(rest or field not in self._reduced))

    def leave_out(self, fault: InvalidRecord) -> bool:
        """Leave out what a refusal is of; return whether there was such a thing."""
        field, *rest = fault.place or ("",)
        value = self.said.get(str(field))
        item = rest[0] if rest else None
        if value is None or field == "name":
            return False
        if isinstance(value, dict) and item in value:
            self._reduced.add(str(field))
            self.said[str(field)] = {key: each for key, each in value.items() if key != item}
        elif _is_list(value) and isinstance(item, int) and item < len(value):
            self._reduced.add(str(field))
            self.said[str(field)] = [each for n, each in enumerate(value) if n != item]
            del self._places[str(field)][item]
            if field in _WHOLE:
                del self.said[str(field)]
        else:
            del self.said[str(field)]
        return True


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))
