"""What a job of each kind is done to; checked when it is asked for, as far as that can be known."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, get_args
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schema.error import InvalidRecord, LeydenError
from schema.impedance.constraint import read_model

METHODS: Final = ("fit", "kramers_kronig", "relaxation", "pattern", "emission")
_URL: Final = "file://"
Method = Literal["fit", "kramers_kronig", "relaxation", "pattern", "emission"]
Weighting = Literal["modulus", "admittance", "unit"]
WEIGHTINGS: Final = get_args(Weighting)


class Subject(BaseModel):
    """What a job is done to."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfFile(Subject):
    """What is done to a file."""

    path: Annotated[str, Field(min_length=1)]
    """As the workers reach it, the member after the zip; a file:// URL where names are no text."""
    origin: str | None = None
    """Where it came from, if that is elsewhere; its name there is that of the test."""

    @property
    def file(self) -> Path:
        """Return where the file is."""
        if not self.path.startswith(_URL):
            return Path(self.path)
        return Path(os.fsdecode(unquote_to_bytes(self.path.removeprefix(_URL))))


class Ingest(OfFile):
    """A file that is taken in."""

    growing: bool = False
    """Whether it may still be written to: then it is taken in as far as it is whole."""


class Walk(OfFile):
    """A folder, or container, the files of which are asked for, and a study that came along."""

    study: str | None = None
    """Its name in the folder; it is entered when all else is read."""
    cell_id: int | None = None
    """The cell that the tests in the files ran on, as far as nobody says that of them."""


class EnterStudy(OfFile):
    """A study that is entered when no file of its lot waits any more."""


class Assign(Subject):
    """Tests of a lot are said to have run on a cell when no file of it waits any more."""

    cell_id: int


class ReadAgain(Subject):
    """An export in the lake whose numbers rest on a former version."""

    raw_file_id: int


class Refit(Subject):
    """Tests of which sweeps, scans and regions are computed again."""

    test_ids: Annotated[tuple[int, ...], Field(min_length=1, max_length=10_000)]
    methods: tuple[Method, ...] = ()
    """None means everything, or fits where circuits are given."""
    circuits: tuple[str, ...] = ()
    weighting: Weighting = "modulus"
    resamples: Annotated[int, Field(ge=0, le=2000)] = 0

    @field_validator("circuits")
    @classmethod
    def _are_circuits(cls, circuits: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_circuit, circuits))


class TryCircuit(Subject):
    """A sweep that another circuit is fitted to, beside the fit that counts."""

    test_id: int
    spectrum_count: Annotated[int, Field(ge=1)]
    """Which sweep of the test, from 1."""
    circuit: Annotated[str, Field(max_length=1_000)]
    """In the usual notation; what is given with it stands behind ``where``."""
    weighting: Weighting = "modulus"

    @field_validator("circuit")
    @classmethod
    def _is_circuit(cls, circuit: str) -> str:
        return _circuit(circuit.strip())


class Trial(OfFile):
    """A file read as it would be taken in, with a sidecar that is tried; nothing is written."""

    sidecar: Annotated[str, Field(max_length=1_000_000)] | None = None
    """The text of a sidecar; None: the one that lies beside it, or none."""


class Preview(OfFile):
    """A table that no reader knows: its columns, first rows, and guessed units."""

    rows: Annotated[int, Field(ge=1, le=200)] = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        name: that of its file in ingest/jobs, too.
        subject: what it is done to.
        rank: when it is its turn: what somebody waits for goes before bulk.
    """

    name: str
    subject: type[Subject]
    rank: int


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("preview", Preview, 0),
        Kind("trial", Trial, 0),
        Kind("try_circuit", TryCircuit, 0),
        Kind("refit", Refit, 10),
        Kind("walk", Walk, 10),
        Kind("ingest", Ingest, 20),
        Kind("enter_study", EnterStudy, 25),
        Kind("assign", Assign, 25),
        Kind("read_again", ReadAgain, 30),
    )
}
"""By their names."""


def subject_of(kind: str, **said: object) -> Subject:
    """Return the subject of a kind of job as it is said to be.

    Raises:
        InvalidRecord: when it cannot be.
    """
    try:
        return KINDS[kind].subject.model_validate(said)
    except ValidationError as fault:
        first = fault.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidRecord(tuple(first["loc"]), reason) from fault


def _circuit(text: str) -> str:
    """Return the text of a circuit, which is one and can be fitted with what is given with it."""
    try:
        read_model(text)
    except LeydenError as fault:
        raise ValueError(str(fault)) from fault
    return text


def written(path: Path) -> str:
    """Return the path of a file as subjects have it: a text, which names of files need not be."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.absolute().as_uri()
    return str(path)


def kind_of(subject: BaseModel) -> Kind:
    """Return the kind of job a subject is of."""
    return next(kind for kind in KINDS.values() if type(subject) is kind.subject)
