"""What must hold between the processes of a study, and between them and those already known."""

from collections.abc import Mapping
from typing import TypeAlias

from ingest.study.document import Document
from schema.ancestry import circle, circle_message, maker_message

Makers: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]
"""The process that made each material, and what went into it."""


def check_makers(document: Document, known: Makers) -> None:
    """Refuse a second maker and a circle; a material that makes itself is one.

    Raises:
        InvalidStudy: at the process.
    """
    made_by = {material: process for material, (process, _) in known.items()}
    made_of = {material: set(inputs) for material, (_, inputs) in known.items()}
    for name, process in document.study.processes.items():
        for place, material in enumerate(process.outputs):
            if material in made_by:
                twice = material in process.outputs[:place]
                other_maker = maker_message(material, made_by[material])
                reason = f"{material} is there twice" if twice else other_maker
                raise document.refusal(("processes", name, "outputs", place), reason)
            made_by[material] = name
            made_of[material] = set(process.inputs)
    if around := circle(made_of):
        makers = [made_by[material] for material in around]
        name = next(each for each in makers if each in document.study.processes)
        raise document.refusal(("processes", name, "inputs"), circle_message(around))
