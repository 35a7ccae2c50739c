"""How a claim is entered: the words, the value as written, whose it is, and a person's verdict."""

from collections.abc import Mapping
from typing import Any, Final

from schema.catalog import Cell, Claim, Material, Protocol, Substance, Table
from schema.configuration import parse_configuration
from schema.error import InvalidArgument, InvalidRecord, UnknownName
from schema.record.column import Place, Said, fill, measured, refused
from schema.record.known import Known

SUBJECTS: Final[Mapping[str, type[Table]]] = {
    "cell": Cell,
    "material": Material,
    "substance": Substance,
    "protocol": Protocol,
}
"""Keys of a subject that name a thing."""
CONDITIONS: Final[Mapping[str, str]] = {
    "current_density": "mA/cm²",
    "temperature": "°C",
    "loading": "mg/cm²",
    "cells": "",
}
"""Keys of a subject that tell a condition, and the unit it is compared in; a count has none."""


def write_claim(known: Known, row: Claim, said: Said) -> None:
    """Bring a claim to what is said.

    ``reported`` is the value as people write it, ``evidence`` what a person points to.

    Raises:
        InvalidRecord: when it has no source, names what is not there, tells of what no claim is
            held against, or a condition, an argument or the value cannot be read.
    """
    if not said.get("source", row.source):
        raise InvalidRecord(("source",), "a claim needs a source, its own or the study's")
    fill(row, {name: said[name] for name in said.keys() - {"evidence", "subject", "parameters"}})
    if "reported" in said:
        _report(row, said["reported"])
    if "evidence" in said:
        stated = [text.strip() for text in said["evidence"] or ()]
        for place, text in enumerate(stated):
            if not text:
                raise InvalidRecord(("evidence", place), "it names nothing: leave it out")
        row.evidence = {"stated": stated} if stated else {}
    if "subject" in said:
        row.subject = _texts(said["subject"], ("subject",))
        for key, text in row.subject.items():
            _check_subject(known, key, text)
    if "parameters" in said:
        row.parameters = _texts(said["parameters"], ("parameters",))
        for key, text in row.parameters.items():
            measured(text, ("parameters", key))


def _report(row: Any, text: str | None) -> None:  # noqa: ANN401 - a row
    found = None if text is None else measured(text, ("reported",))
    for column in ("value", "lower", "upper", "unit", "qualifier"):
        setattr(row, column, found and getattr(found, column))
    row.text_value = found and found.text


def _texts(said: object, place: Place) -> dict[str, str]:
    said = {} if said is None else said
    if not isinstance(said, Mapping):
        raise InvalidRecord(place, 'it is no object, e.g. {"cell": "K1"}')
    for key, text in said.items():
        if not isinstance(text, str) or not text.strip():
            reason = f'{text!r} is no text; write numbers as texts too, with their unit: "60 °C"'
            raise InvalidRecord((*place, key), reason)
        if not key.strip() or "\0" in key:
            raise InvalidRecord(place, f"{text!r} stands under no word, e.g. temperature")
    return {key.strip(): text.strip() for key, text in said.items()}


def _check_subject(known: Known, key: str, text: str) -> None:
    place: Place = ("subject", key)
    if key in SUBJECTS:
        known.row(SUBJECTS[key], text, place)
    elif key == "configuration":
        try:
            layers = parse_configuration(text)
        except InvalidArgument as fault:
            raise refused(fault, place) from fault
        for layer in layers:
            known.row(Substance, layer.substance, place)
    elif key in CONDITIONS:
        _check_condition(CONDITIONS[key], text, place)
    else:
        keys = (*SUBJECTS, "configuration", *CONDITIONS)
        raise InvalidRecord(place, str(UnknownName("key of a subject", key, keys)))


def _check_condition(unit: str, text: str, place: Place) -> None:
    if not unit:
        if not text.isdecimal():
            raise InvalidRecord(place, f"{text!r} is no whole number")
        return
    try:
        found = measured(text, place).to(unit)
    except InvalidArgument as fault:
        raise refused(fault, place) from fault
    if found.value is None:
        raise InvalidRecord(place, f"{text!r} is not one number in {unit}")
