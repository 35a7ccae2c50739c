"""What the names of files tell, as entries of the study: as if somebody had typed them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from ingest.study.document import Document, checked
from ingest.study.link import KnownTest, TestNames
from ingest.study.naming import SECTION_OF, Naming
from ingest.study.pattern import PART
from ingest.study.written import Way
from schema.error import InvalidArgument, LeydenError, StudyFault
from schema.measure import measure

_UNITED: Final = ("inputs", "outputs")
"""Lists that hold what any of the files tells."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file, and what the parts of its name are by a naming."""

    naming: str
    file: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A study with what the names of files tell.

    Attributes:
        document: with these as entries; its own come before them.
        files: each file that a naming matches.
        references: of the tests that belong to a thing by their names.
        idle: namings that match no file.
    """

    document: Document
    files: tuple[NamedFile, ...] = ()
    references: frozenset[str] = frozenset()
    idle: tuple[str, ...] = ()


def expand(document: Document, names: TestNames) -> Expansion:
    """Return a study with what the names of files tell; what it says itself comes first.

    Faults are those of the document, with those of names: a part that is no number where a unit
    stands behind it, and two files that tell other things of one.
    """
    namings = document.study.file_names
    if not namings:
        return Expansion(document)
    amiss = {fault.way[1] for fault in document.faults if fault.way[:1] == ("file_names",)}
    gathered = _Gathering(document, _named_tests(document, names))
    for name, naming in namings.items():
        if name not in amiss:
            gathered.naming(name, naming, names)
    idle = namings.keys() - amiss - {each.naming for each in gathered.files}
    written = replace(
        document.written,
        content=_over(document.content, gathered.content),
        places={**document.written.places, **gathered.places},
        faults=(),
        files=gathered.sources,
        namings=gathered.alike,
    )
    whole = checked(written)
    faults = (*document.faults, *gathered.faults, *whole.faults)
    once = tuple({(each.way, each.place, each.reason): each for each in faults}.values())
    return Expansion(
        replace(whole, faults=once),
        tuple(gathered.files),
        frozenset(gathered.references),
        tuple(sorted(idle)),
    )


def _named_tests(document: Document, names: TestNames) -> set[int]:
    """Return the tests that the study calls by name: nothing else is told of them."""
    found = set()
    for things in (document.study.cells, document.study.materials):
        for thing in things.values():
            for entry in thing.tests:
                if names.is_known(entry.file):
                    try:
                        found.add(names.find(entry.file).test_id)
                    except ValueError:
                        continue  # told where links are made
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """A test of a file that a naming matches, and the parts of its name."""

    known: KnownTest
    parts: Mapping[str, str]


class _Gathering:
    """What names of files tell, gathered."""

    def __init__(self, document: Document, but: set[int]) -> None:
        self.document, self.but = document, but
        self.content: dict[str, Any] = {}
        self.places: dict[Way, str] = {}
        self.sources: dict[Way, str] = {}
        self.alike: dict[Way, Way] = {}
        self.files: list[NamedFile] = []
        self.references: set[str] = set()
        self.faults: list[StudyFault] = []
        self._file_of: dict[Way, str] = {}

    def naming(self, name: str, naming: Naming, names: TestNames) -> None:
        """Gather what a naming tells of every test it matches."""
        for known, parts in names.matching(naming.compiled):
            if known.test_id in self.but:
                continue
            file = _File(known, parts)
            self.files.append(NamedFile(name, known.reference, parts))
            for thing, section in SECTION_OF.items():
                if said := getattr(naming, thing):
                    whole = said | ({"layers": naming.layers} if thing == "cell" else {})
                    way: Way = ("file_names", name, thing)
                    owner = self._thing(section, way, whole, file)
                    if owner is not None and thing == naming.owner:
                        self._test((section, owner), naming, way, file)

    def _thing(
        self,
        section: str,
        way: Way,
        said: Mapping[str, Any],
        file: _File,
    ) -> str | None:
        """Gather a thing, return its name; None where its name is amiss."""
        filled = {
            field: self._filled(text, self._way(way, field), file)
            for field, text in said.items()
            if text
        }
        name = filled.pop("name", None)
        if not isinstance(name, str):
            return None
        entry = self.content.setdefault(section, {}).setdefault(name, {})
        self.sources.setdefault((section, name), file.known.origin)
        place = self.document.fault(way, "").place
        if place is not None:
            self.places.setdefault((section, name), place)
        for field, value in filled.items():
            self._join(entry, ((section, name, field), self._way(way, field)), value, file)
        return name

    @staticmethod
    def _way(way: Way, field: str) -> Way:
        return (*way[:2], field) if field == "layers" else (*way, field)

    def _join(self, into: dict[str, Any], at: tuple[Way, Way], value: Any, file: _File) -> None:  # noqa: ANN401 — texts, nested
        """Say a field of a thing; what another file told of it must be the same.

        Args:
            into: the thing, or the field that holds this one.
            at: the way to the field in the study, and that to what it is told by.
            value: what it is.
            file: that tells it.
        """
        to, way = at
        field = str(to[-1])
        place = self.document.fault(way, "").place
        if place is not None:
            self.places.setdefault(to, place)
        if value is None:
            return
        if not isinstance(value, dict) and not PART.search(str(self._said(way))):
            self.alike[to] = way
        if isinstance(value, dict):
            inner = into.setdefault(field, {})
            for key, text in value.items():
                self._join(inner, ((*to, key), (*way, key)), text, file)
        elif field in _UNITED:
            several = value if isinstance(value, list) else [value]
            into[field] = list(dict.fromkeys([*into.get(field, ()), *several]))
        elif field in into and into[field] != value:
            other = self._file_of[to]
            reason = f"{to[1]}: {file.known.origin} tells {value!r}, {other} {into[field]!r}"
            self.faults.append(self.document.fault(way, reason))
        else:
            into[field] = value
            self._file_of.setdefault(to, file.known.origin)

    def _said(self, way: Way) -> Any:  # noqa: ANN401 — texts, nested
        """Return what a naming says at a way, parts in braces."""
        naming, field, *rest = way[1:]
        said = getattr(self.document.study.file_names[str(naming)], str(field))
        for step in rest:
            said = said[step]
        return said

    def _test(
        self,
        owner: tuple[str, str],
        naming: Naming,
        way: Way,
        file: _File,
    ) -> None:
        more = {
            field: self._filled(text, (*way[:2], "test", field), file)
            for field, text in naming.test.items()
            if text
        }
        entry = {"file": file.known.reference, **more} if more else file.known.reference
        tests = self.content[owner[0]][owner[1]].setdefault("tests", [])
        if entry not in tests:
            tests.append(entry)
        self.references.add(file.known.reference)

    def _filled(self, said: Any, way: Way, file: _File) -> Any:  # noqa: ANN401 — texts, nested
        """Return what is said with the parts of a name in it; None of what cannot be."""
        if isinstance(said, dict):
            inner = {
                key: self._filled(text, (*way, key), file)
                for key, text in said.items()
                if text is not None
            }
            return {key: text for key, text in inner.items() if text is not None}
        if isinstance(said, list):
            return [self._filled(each, (*way, n), file) for n, each in enumerate(said)]
        if not isinstance(said, str) or not PART.search(said):
            return said
        text = PART.sub(lambda part: file.parts[part[1]], said)
        if _is_quantity(PART.sub("1", said)) and not _is_quantity(text):
            values = ", ".join(f"{part} is {file.parts[part]!r}" for part in PART.findall(said))
            reason = f"{file.known.origin}: {values}, which is no number as {said!r} needs it"
            self.faults.append(self.document.fault(way, reason))
            return None
        return text


@lru_cache(maxsize=10_000)
def _is_quantity(text: str) -> bool:
    """Return whether a text is a number, or a range, with a unit."""
    try:
        return measure(text).unit is not None
    except (InvalidArgument, LeydenError):
        return False


def _over(own: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told with what the study says itself over it; tests are of both."""
    found = deepcopy(dict(named))
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = _over(value, found[key])
        elif key == "tests" and key in found:
            found[key] = [*value, *(each for each in found[key] if each not in value)]
        else:
            found[key] = deepcopy(value)
    return found
