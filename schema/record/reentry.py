"""How a former state of an entry is entered again, a kind at a time."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select, update

from schema.ancestry import rebuild, refuse_second_maker
from schema.catalog import (
    Cell,
    LakeFile,
    Material,
    Protocol,
    RawFile,
    Study,
    Substance,
    Test,
)
from schema.error import InvalidRecord
from schema.measure import Measure
from schema.record.cell import write_cell
from schema.record.claim import write_claim
from schema.record.column import checked
from schema.record.fit_choice import put_choices
from schema.record.former import Former
from schema.record.image_object import delete_objects, put_objects
from schema.record.known import refuse_taken
from schema.record.material import write_material
from schema.record.process import write_process
from schema.record.protocol import write_protocol
from schema.record.reference_phase import write_reference_phase
from schema.record.sensitivity import choose_set, write_sensitivity_set
from schema.record.substance import write_substance
from schema.record.superseded import let_exports_live
from schema.record.transport_run import put_run
from schema.recount import recount, recount_cell

_REPORTED: Final = ("value", "lower", "upper", "unit", "qualifier")


def _substance(former: Former) -> None:
    write_substance(former.known, former.row, former.said())


def _material(former: Former) -> None:
    said = former.said("substance_id")
    said["substance"] = former.name(Substance, former.state["substance_id"], ("substance",))
    write_material(former.known, former.row, said)


def _process(former: Former) -> None:
    said = former.said()
    for side in ("inputs", "outputs"):
        said[side] = [
            former.name(Material, each["material_id"], (side, place))
            for place, each in enumerate(former.state[side])
        ]
    said["parameters"] = {each["name"]: each["written"] for each in former.state["parameters"]}
    outputs = [
        former.known.row(Material, name, ("outputs", place))
        for place, name in enumerate(said["outputs"])
    ]
    session, row = former.known.session, former.row
    write_process(former.known, row, {name: said[name] for name in said.keys() - {"outputs"}})
    refuse_second_maker(session, row, outputs)
    write_process(former.known, row, {"outputs": said["outputs"]})
    rebuild(session)


def _protocol(former: Former) -> None:
    write_protocol(former.known, former.row, former.said() | {"steps": former.state["steps"]})


def _cell(former: Former) -> None:
    said = former.said()
    said["layers"] = [
        {
            "substance": former.name(
                Substance, each["substance_id"], ("layers", place, "substance")
            ),
            "material": former.name(Material, each["material_id"], ("layers", place, "material")),
            **{
                name: each[name]
                for name in each.keys() - {"substance_id", "material_id", "position"}
            },
        }
        for place, each in enumerate(former.state["layers"])
    ]
    write_cell(former.known, former.row, said)
    former.known.session.add(former.row)
    recount_cell(former.known.session, former.row.id)


def _property(former: Former) -> None:
    for model in (Substance, Material, Cell, Test):
        column = f"{model.__tablename__}_id"
        former.name(model, former.state[column], (str(model.__tablename__),))
    for name, value in checked(type(former.row), former.said()).items():
        setattr(former.row, name, value)


def _claim(former: Former) -> None:
    said = former.said(*_REPORTED, "text_value", "study_id", "evidence")
    former.row.study_id = _study_of(former)
    refuse_taken(former.known.session, former.row, said["name"])
    measure = Measure(
        **{name: former.state[name] for name in _REPORTED}, text=former.state["text_value"]
    )
    nothing = all(former.state[name] is None for name in (*_REPORTED, "text_value"))
    said["reported"] = None if nothing else str(measure)
    said["evidence"] = former.state["evidence"].get("stated", [])
    write_claim(former.known, former.row, said)
    former.put(*_REPORTED, "text_value")


def _study_of(former: Former) -> int | None:
    """Return the study of a claim as it was applied last."""
    identity = former.state["study_id"]
    if identity is None:
        return None
    session = former.known.session
    study = session.get_one(Study, identity)
    living = select(Study.id).where(Study.name == study.name, Study.removed_snapshot.is_(None))
    found = session.scalars(living).first()
    if found is None:
        raise InvalidRecord(("study",), f"its study {study.name} was removed: bring it back too")
    return found


def _reference_phase(former: Former) -> None:
    said = former.said("substance_id")
    said["substance"] = former.name(Substance, former.state["substance_id"], ("substance",))
    lines = former.state["lines"]
    said["lines"] = [{name: each[name] for name in each.keys() - {"position"}} for each in lines]
    write_reference_phase(former.known, former.row, said)


def _sensitivity_set(former: Former) -> None:
    said = former.said() | {"factors": former.state["factors"]}
    write_sensitivity_set(former.known, former.row, said)


def _transport_run(former: Former) -> None:
    """Compute a run again of what was stated; by another version of the method it is refused."""
    state, session = former.state, former.known.session
    former.name(Cell, state["cell_id"], ("cell",))
    own = former.said("cell_id", "version", "parameter_hash")
    layers = {
        each["position"]: {name: each[name] for name in each.keys() - {"position", "cell_id"}}
        for each in state["layers"]
    }
    cell = session.get_one(Cell, state["cell_id"])
    run, _ = put_run(session, former.snapshot, cell, own, layers, identity=former.row.id)
    if run.version != state["version"]:
        reason = f"it was computed by version {state['version']}, now it would be {run.version}"
        raise InvalidRecord(("version",), f"{reason}: state it anew")


def _image(former: Former) -> None:
    session, objects = former.known.session, former.state["objects"]
    kinds = {each["kind"] for each in objects}
    delete_objects(session, former.row, None)
    for kind in sorted(kinds):
        said = [
            {name: each[name] for name in each.keys() - {"image_hash", "kind"}}
            for each in objects
            if each["kind"] == kind
        ]
        put_objects(session, former.row, kind, said)


def _test(former: Former) -> None:
    row, state, session = former.row, former.state, former.known.session
    if row.removed_snapshot is not None:
        _let_live(former)
    for model, column in ((Cell, "cell_id"), (Material, "material_id"), (Protocol, "protocol_id")):
        former.name(model, state[column], (str(model.__tablename__),))
        setattr(row, column, state[column])
    row.cycle_convention = state["cycle_convention"]
    choose_set(session, [row], state["sensitivity_set"], ("sensitivity_set",))
    recount(session, [row])
    # a change from before fits were chosen knows of none
    put_choices(session, row.id, state.get("fit_choices", ()))


def _let_live(former: Former) -> None:
    """Let a test that was removed live again, with its files."""
    row, session = former.row, former.known.session
    other = session.scalars(
        select(Test).where(
            Test.origin == row.origin,
            Test.position == row.position,
            Test.removed_snapshot.is_(None),
        )
    ).first()
    if other is not None:
        reason = f"test {other.id} was read from {row.origin} since: remove that first"
        raise InvalidRecord(("origin",), reason)
    let_exports_live(session, former.snapshot, row)
    with_it = LakeFile.test_id == row.id, LakeFile.removed_snapshot == row.removed_snapshot
    # who follows the catalog from one snapshot to the next learns of it as of a new one
    alive = {"removed_snapshot": None, "added_snapshot": former.snapshot}
    session.execute(update(LakeFile).where(*with_it).values(alive))
    row.removed_snapshot, row.added_snapshot = None, former.snapshot


def _file(former: Former) -> None:
    row, session = former.row, former.known.session
    if row.removed_snapshot is None:
        return
    same = select(RawFile).where(RawFile.sha256 == row.sha256, RawFile.removed_snapshot.is_(None))
    other = session.scalars(same).first()
    if other is not None:
        raise InvalidRecord(("sha256",), f"file {other.id} has the same bytes: remove it first")
    row.removed_snapshot, row.added_snapshot = None, former.snapshot


def _study(former: Former) -> None:
    row, session = former.row, former.known.session
    if row.sha256 != former.state["sha256"] or row.removed_snapshot is None:
        reason = "a study is brought to a former state by entering that document again"
        raise InvalidRecord(("study",), reason)
    living = select(Study.id).where(Study.name == row.name, Study.removed_snapshot.is_(None))
    if session.scalars(living).first() is not None:
        reason = f"another state of {row.name} was entered since: remove that first"
        raise InvalidRecord(("name",), reason)
    row.removed_snapshot, row.added_snapshot = None, former.snapshot


WRITERS: Final[Mapping[str, Callable[[Former], None]]] = {
    "substance": _substance,
    "material": _material,
    "process": _process,
    "protocol": _protocol,
    "cell": _cell,
    "property": _property,
    "study": _study,
    "claim": _claim,
    "reference_phase": _reference_phase,
    "sensitivity_set": _sensitivity_set,
    "transport_run": _transport_run,
    "file": _file,
    "test": _test,
    "image": _image,
}
"""What brings an entry of each kind to a former state; a row that is new is not in the session."""
