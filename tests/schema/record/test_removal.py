"""What is removed is hidden, is had back as it was, and never leaves others without it unasked."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from schema.catalog import Cell, Image, LakeFile, Material, RawFile, Revision, Test, TransportNode
from schema.catalog.connection import change, look
from schema.error import EntryInUse, InvalidRecord, UnknownRecord
from schema.record.called import entry_called, kind_called
from schema.record.image_object import delete_objects, put_objects
from schema.record.removal import remove
from schema.record.revert import revert
from schema.record.transport_run import put_run
from tests.law import law

KINDS = {
    "substance": 2,
    "material": 2,
    "process": 1,
    "protocol": 1,
    "cell": 1,
    "property": 1,
    "claim": 1,
    "reference_phase": 1,
    "sensitivity_set": 1,
    "test": 7,
    "file": 7,
}
Whole = Callable[[Engine], Any]
Removing = Callable[..., Any]


def reverting(engine: Engine, kind: str, called: str, **how: Any) -> list[str]:  # noqa: ANN401 # as revert takes it
    with change(engine, "revert") as (session, snapshot):
        return [each.kind for each in revert(session, snapshot, kind, called, **how)]


def last_change(engine: Engine) -> int:
    with look(engine) as session:
        return max(session.scalars(select(Revision.id)))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_removed_with_all_is_had_back_with_all_as_it_was(
    lab: Engine, whole: Whole, removing: Removing, kind: str
) -> None:
    before = whole(lab)
    gone = removing(kind, KINDS[kind], with_all=True)
    hidden = whole(lab)
    for each in gone:
        assert (each.id in hidden[each.kind]) == (each.effect == "unlinked")
    assert reverting(lab, kind, str(KINDS[kind]), with_all=True)
    assert whole(lab) == before


@pytest.mark.parametrize(
    ("kind", "identity", "hanging"),
    [
        ("cell", 1, {("test", "7.mpr"), ("file", "7.mpr"), ("property", "contact_area")}),
        ("material", 1, {("process", "press")}),
        ("material", 2, {("process", "press"), ("cell", "K1"), ("test", "7.mpr")}),
        ("protocol", 1, {("test", "7.mpr")}),
        ("sensitivity_set", 1, {("test", "7.mpr")}),
        ("substance", 2, {("reference phase", "LATP-card"), ("material", "powder")}),
    ],
)
def test_what_others_hang_on_is_removed_only_where_all_of_it_is_meant(
    lab: Engine,
    whole: Whole,
    removing: Removing,
    kind: str,
    identity: int,
    hanging: set[tuple[str, str]],
) -> None:
    before = whole(lab)
    with pytest.raises(EntryInUse, match="nothing was removed") as refusal:
        removing(kind, identity)
    assert hanging <= set(refusal.value.hanging)
    assert whole(lab) == before


def test_a_claim_about_a_cell_hangs_on_it_by_its_name(removing: Removing) -> None:
    with pytest.raises(EntryInUse, match="claim N1"):
        removing("cell", 1)


def test_what_nothing_hangs_on_goes_by_itself(
    lab: Engine, whole: Whole, removing: Removing
) -> None:
    removing("cell", 2)
    removing("material", 3)
    removing("process", 1)
    assert [*whole(lab)["cell"]] == [1]
    assert reverting(lab, "cell", "K2") == ["cell"]
    assert [*whole(lab)["cell"]] == [1, 2]


def test_a_test_goes_with_its_export_and_comes_back_with_it(
    lab: Engine, removing: Removing
) -> None:
    removing("test", 7)
    with look(lab) as session:
        living = {
            model.__tablename__: [
                *session.scalars(
                    select(model.id).where(model.removed_snapshot.is_(None)).order_by(model.id)
                )
            ]
            for model in (Test, RawFile, LakeFile)
        }
        assert len(living["lake_file"]) == 1
        assert (living["test"], living["raw_file"]) == ([8], [8])
    assert reverting(lab, "test", "7.mpr") == ["file", "test"]
    with look(lab) as session:
        test = session.get_one(Test, 7)
        assert (test.removed_snapshot, test.cell_id) == (None, 1)
        # who follows the catalog from snapshot to snapshot learns of it
        assert test.added_snapshot == max(session.scalars(select(Revision.snapshot_id)))


def test_a_protocol_that_an_export_states_stays_while_the_test_does(
    lab: Engine, removing: Removing
) -> None:
    with change(lab, "as an export states") as (session, _):
        session.get_one(Test, 8).program_id = 1
    with pytest.raises(InvalidRecord, match=r"8\.mpr state that they ran formation"):
        removing("protocol", 1, with_all=True)
    removing("test", 8)
    removing("protocol", 1, with_all=True)


def test_an_entry_is_had_back_only_when_what_it_rests_on_is_there(
    lab: Engine, whole: Whole, removing: Removing
) -> None:
    removing("material", 2, with_all=True)
    hidden = whole(lab)
    with pytest.raises(InvalidRecord, match=r"pellet was removed on .*leyden revert material 2"):
        reverting(lab, "cell", "K1")
    assert whole(lab) == hidden
    reverting(lab, "material", "pellet")
    reverting(lab, "cell", "K1")
    assert whole(lab)["cell"][1]["layers"][1]["material_id"] == 2


def test_an_entry_is_not_had_back_under_a_name_that_another_has(
    lab: Engine, removing: Removing
) -> None:
    removing("cell", 2)
    with change(lab, "another") as (session, _):
        session.add(Cell(id=9, name="K2"))
    with pytest.raises(InvalidRecord, match="another cell is called 'K2'"):
        reverting(lab, "cell", "2")


def test_a_test_is_not_had_back_beside_one_that_was_read_from_there_since(
    lab: Engine, removing: Removing
) -> None:
    removing("test", 8)
    with change(lab, "others") as (session, snapshot):
        session.add(
            Test(
                id=9,
                name="8.mpr",
                origin="/8.mpr",
                position=1,
                point_count=0,
                step_count=0,
                cycle_count=0,
                spectrum_count=0,
                facts={},
                added_snapshot=snapshot,
            )
        )
    with pytest.raises(InvalidRecord, match=r"test 9 was read from /8\.mpr since"):
        reverting(lab, "test", "8")


def test_a_change_is_taken_back_and_that_too(lab: Engine, whole: Whole) -> None:
    before = whole(lab)
    with change(lab, "weigh") as (session, _):
        cell = session.get_one(Cell, 1)
        cell.area_cm2, cell.note = 2.0, "weighed"
        del cell.layers[0].thickness_um
        cell.layers[0].thickness_um = None
    after = whole(lab)
    assert after != before
    reverting(lab, "cell", "K1")
    assert whole(lab) == before
    reverting(lab, "cell", "K1")
    assert whole(lab) == after


def test_an_entry_is_brought_to_what_it_was_before_any_change_of_it(lab: Engine) -> None:
    for area in (1.5, 2.5, 3.5):
        with change(lab, "weigh") as (session, _):
            session.get_one(Cell, 2).area_cm2 = area
    with look(lab) as session:
        of_it = select(Revision.id).where(Revision.kind == "cell", Revision.entry_id == 2)
        first, second, *_ = session.scalars(of_it.order_by(Revision.id))
    reverting(lab, "cell", "K2", revision=second)
    with look(lab) as session:
        assert session.get_one(Cell, 2).area_cm2 == 1.0
        last = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert last is not None
        assert (last.action, (last.before or {})["area_cm2"]) == ("revert", 3.5)
    with pytest.raises(InvalidRecord, match="it was not there before: remove it"):
        reverting(lab, "cell", "K2", revision=first)
    with pytest.raises(UnknownRecord, match="change of this cell"):
        reverting(lab, "cell", "K2", revision=10**6)


def test_a_state_that_is_not_valid_any_more_is_refused_with_the_reason(
    lab: Engine, whole: Whole
) -> None:
    with change(lab, "as an older release took it") as (session, _):
        session.get_one(Material, 3).thickness_um = -1.0
    with change(lab, "mended") as (session, _):
        session.get_one(Material, 3).thickness_um = 1.0
    before = whole(lab)
    with pytest.raises(InvalidRecord, match="thickness_um: -1 is not above zero"):
        reverting(lab, "material", "spare")
    assert whole(lab) == before


def test_who_asks_for_what_was_removed_learns_when_and_how_it_comes_back(
    lab: Engine, removing: Removing
) -> None:
    removing("cell", 2)
    with look(lab) as session:
        for called in ("K2", "2"):
            with pytest.raises(UnknownRecord, match=r"K2 was removed on .*leyden revert cell 2"):
                entry_called(session, "cell", called)
        with pytest.raises(UnknownRecord, match="did you mean K1"):
            entry_called(session, "cell", "K11")


def test_a_kind_is_called_as_people_write_it() -> None:
    assert kind_called("Reference phase") == kind_called("reference-phase") == "reference_phase"
    with pytest.raises(UnknownRecord, match="did you mean cell"):
        kind_called("cells")


def test_a_computation_of_a_carrier_is_computed_again_of_what_was_stated(
    lab: Engine, whole: Whole, removing: Removing
) -> None:
    stated = {
        "carrier": "Li+",
        "charge_number": 1,
        "temperature_celsius": 25.0,
        "negative_concentration_mol_per_cm3": 1e-3,
        "positive_concentration_mol_per_cm3": 0.0,
        "initial_concentration_mol_per_cm3": 0.0,
        "duration_second": 100.0,
        "step_count": 4,
        "interval_count": 4,
    }
    layer = {"thickness_um": 10.0, "diffusion_cm2_per_s": 1e-8, "potential_difference_volt": 0.0}
    with change(lab, "transport") as (session, snapshot):
        run, _ = put_run(session, snapshot, session.get_one(Cell, 1), stated, {2: layer})
        identity = run.id
    before, nodes = whole(lab), node_rows(lab)
    with pytest.raises(EntryInUse, match=r"transport run Li\+"):
        removing("cell", 1)
    removing("cell", 1, with_all=True)
    assert node_rows(lab) == []
    reverting(lab, "cell", "1", with_all=True)
    assert whole(lab) == before
    assert node_rows(lab) == nodes
    assert [*before["transport_run"]] == [identity]


def node_rows(engine: Engine) -> list[tuple[Any, ...]]:
    node = TransportNode
    columns = (node.transport_run_id, node.instant_count, node.node_count)
    query = select(*columns, node.concentration_mol_per_cm3).order_by(*columns)
    with look(engine) as session:
        return [tuple(row) for row in session.execute(query)]


def test_what_was_measured_in_an_image_is_brought_back(lab: Engine, whole: Whole) -> None:
    with change(lab, "image") as (session, _):
        image = Image(
            id=5,
            test_id=8,
            image_count=1,
            input_hash="a",
            page_count=1,
            width_pixel=10,
            height_pixel=10,
            scale_status="ok",
        )
        session.add(image)
        session.flush()
        put_objects(session, image, "grain", [{"area_um2": 1.0}, {"area_um2": 2.0}])
        put_objects(session, image, "crack", [{"length_um": 3.0}])
    before = whole(lab)
    with change(lab, "delete") as (session, _):
        delete_objects(session, session.get_one(Image, 5), None)
    assert whole(lab)["image"] == {}
    reverting(lab, "image", "5")
    assert sorted(map(str, whole(lab)["image"][5]["objects"])) == sorted(
        map(str, before["image"][5]["objects"])
    )


@pytest.mark.slow
@law(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([*KINDS]), st.booleans(), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_taking_back_every_change_from_the_last_leaves_all_as_it_was(
    lab: Engine, whole: Whole, happenings: list[tuple[str, bool, bool]]
) -> None:
    before = whole(lab)
    removed: list[tuple[str, int, int | None]] = []
    for kind, with_all, weighed in happenings:
        if weighed and 2 in whole(lab)["cell"]:
            with change(lab, "weigh") as (session, _):
                cell = session.get_one(Cell, 2)
                cell.area_cm2 = (cell.area_cm2 or 1.0) + 1.0
            removed.append(("cell", 2, last_change(lab)))
        if KINDS[kind] not in whole(lab)[kind]:
            continue
        try:
            with change(lab, "remove") as (session, snapshot):
                remove(session, snapshot, kind, KINDS[kind], with_all=with_all)
        except EntryInUse:
            continue
        removed.append((kind, KINDS[kind], None))
    for kind, identity, revision in reversed(removed):
        reverting(lab, kind, str(identity), revision=revision, with_all=True)
    assert whole(lab) == before
