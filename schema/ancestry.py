"""What descends from what: the closure of every process's inputs and outputs, kept at write."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from schema.catalog import Ancestor, Material, Process, ProcessInput, ProcessOutput, Table
from schema.error import InvalidRecord

Name = TypeVar("Name", bound=Hashable)


def rebuild(session: Session) -> None:
    """Make ``ancestor`` the closure of all processes as they stand in this session.

    Call it once after the last edit of processes, in the same transaction. Only rows that differ
    are written.

    Raises:
        InvalidRecord: when a material descends from itself; nothing is written.
    """
    session.flush()
    parents = _parents(session)
    if going_round := circle(parents):
        raise InvalidRecord(("inputs",), circle_message(_names(session, going_round)))
    wanted, stored = closure(parents), _stored(session)
    changed = [
        material
        for material in wanted.keys() | stored.keys()
        if wanted.get(material) != stored.get(material)
    ]
    rows = [
        {"material_id": material, "ancestor_id": ancestor, "depth": depth}
        for material in changed
        for ancestor, depth in wanted.get(material, {}).items()
    ]
    table = Table.metadata.tables[Ancestor.__tablename__]
    connection = session.connection()
    if stale := [{"stale": material} for material in changed if material in stored]:
        connection.execute(delete(table).where(table.c.material_id == bindparam("stale")), stale)
    if rows:
        connection.execute(insert(table), rows)


def refuse_second_maker(session: Session, process: Process, outputs: Sequence[Material]) -> None:
    """Refuse what another process has made already; call it before these become its outputs.

    Raises:
        InvalidRecord: naming the material and its maker.
    """
    session.add(process)
    session.flush()
    other = session.execute(
        select(Material.id, Material.name, Process.name)
        .join(ProcessOutput, ProcessOutput.material_id == Material.id)
        .join(Process, Process.id == ProcessOutput.process_id)
        .where(Material.id.in_([output.id for output in outputs]), Process.id != process.id)
        .order_by(Material.name)
    ).first()
    if other is not None:
        identity, material, maker = other
        place = [output.id for output in outputs].index(identity)
        raise InvalidRecord(("outputs", place), maker_message(material, maker))


def maker_message(material: str, maker: str) -> str:
    """Return why a material cannot be made by another process."""
    return f"{material} has a maker already: {maker}"


def circle_message(names: Sequence[str]) -> str:
    """Return why materials cannot descend from each other, the first by its name first."""
    first = names.index(min(names))
    around = [*names[first:-1], *names[: first + 1]]
    return f"a circle in the ancestry: {' made of '.join(around)}"


def circle(parents: Mapping[Name, Collection[Name]]) -> tuple[Name, ...]:
    """Return what descends from itself, each from the next and the last from itself, or nothing."""
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as fault:
        return tuple(reversed(fault.args[1]))
    return ()


def closure(parents: Mapping[Name, Collection[Name]]) -> dict[Name, dict[Name, int]]:
    """Return of everything made all it descends from, with the fewest processes between.

    ``parents`` has no circle.
    """
    ancestors: dict[Name, dict[Name, int]] = {}
    for material in TopologicalSorter(parents).static_order():
        if not parents.get(material):
            continue
        found = dict.fromkeys(parents[material], 1)
        for parent in parents[material]:
            for ancestor, depth in ancestors.get(parent, {}).items():
                found[ancestor] = min(depth + 1, found.get(ancestor, depth + 1))
        ancestors[material] = found
    return ancestors


def _parents(session: Session) -> dict[int, list[int]]:
    """Return what each material was made from."""
    parents: dict[int, list[int]] = {}
    for material, parent in session.execute(
        select(ProcessOutput.material_id, ProcessInput.material_id).join(
            ProcessInput, ProcessInput.process_id == ProcessOutput.process_id
        )
    ):
        parents.setdefault(material, []).append(parent)
    return parents


def _stored(session: Session) -> dict[int, dict[int, int]]:
    """Return the closure as it was last written."""
    stored: dict[int, dict[int, int]] = {}
    for material, ancestor, depth in session.execute(
        select(Ancestor.material_id, Ancestor.ancestor_id, Ancestor.depth)
    ):
        stored.setdefault(material, {})[ancestor] = depth
    return stored


def _names(session: Session, materials: Collection[int]) -> list[str]:
    named = select(Material.id, Material.name).where(Material.id.in_(materials))
    names = {number: name for number, name in session.execute(named)}  # noqa: C416 - a Result has keys()
    return [names[material] for material in materials]
