"""What must hold between the pieces of a study, and between them and what is known already."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from ingest.study.document import Document
from schema.ancestry import circle, circle_message, maker_message
from schema.error import StudyFault

Makers: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]
"""The process that made each material, and what went into it."""


def check_makers(document: Document, known: Makers) -> Iterator[StudyFault]:
    """Yield every second maker and a circle; a material that makes itself is one."""
    made_by = {material: process for material, (process, _) in known.items()}
    made_of = {material: set(inputs) for material, (_, inputs) in known.items()}
    for name, process in document.study.processes.items():
        for place, material in enumerate(process.outputs):
            if material in made_by:
                twice = material in process.outputs[:place]
                other_maker = maker_message(material, made_by[material])
                reason = f"{material} is there twice" if twice else other_maker
                yield document.fault(("processes", name, "outputs", place), reason)
            else:
                made_by[material] = name
                made_of[material] = set(process.inputs)
    if around := circle(made_of):
        makers = [made_by[material] for material in around]
        name = next(each for each in makers if each in document.study.processes)
        yield document.fault(("processes", name, "inputs"), circle_message(around))


def check_conflicts(
    document: Document, others: Mapping[str, Mapping[str, Any]], sections: Collection[str]
) -> Iterator[StudyFault]:
    """Yield what says other than a living study says of the same thing; tests may be added.

    Claims are each study's own, whatever their names.
    """
    for other, content in others.items():
        for section in sections:
            if section == "claims":
                continue
            for name, stated in document.content.get(section, {}).items():
                theirs = content.get(section, {}).get(name, {})
                for field in sorted((stated.keys() & theirs.keys()) - {"tests"}):
                    if stated[field] != theirs[field]:
                        reason = f"study {other!r} says of {name}: {field}: {theirs[field]}"
                        yield document.fault((section, name, field), reason)
