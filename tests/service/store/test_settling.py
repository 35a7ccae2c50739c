"""What lacks of a metric is computed, and nothing is read where it can have no rows."""

from contextlib import closing
from typing import Any

from schema.catalog import Claim
from schema.catalog.connection import change
from service.metric.library import read_metrics
from service.store.store import Store
from tests.service.bench import charge_first

METRICS = read_metrics()
ASKED = METRICS["claim_subject"]


def test_what_is_of_claims_rests_empty_without_any_and_is_computed_with_the_first(
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    some = {each.name: each for each in (*ASKED.below, ASKED)}

    def claims(store: Store) -> list[int]:
        store.refresh()
        with store.cursor() as cursor:
            for metric in some.values():
                store.settle_all(cursor, metric)
            assert store.state.rests(ASKED, None)
            rows = cursor.execute("SELECT claim_id FROM store.claim_subject").fetchall()
        return [claim for (claim,) in rows]

    with closing(Store(warehouse.engine, warehouse.lake, some)) as store:
        assert claims(store) == []
        with change(warehouse.engine, "claim") as (session, _):
            session.add(Claim(name="C", source="s", text="t", subject={"cell": "LFP-01"}))
        assert claims(store) == [1]
        with change(warehouse.engine, "withdrawn") as (session, _):
            session.delete(session.get_one(Claim, 1))
        assert claims(store) == []


def test_a_new_test_of_cycling_has_rows_of_what_is_of_cycles_and_nothing_else_is_computed(
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    capacity, resistance = METRICS["capacity_retention"], METRICS["resistance_ways"]
    life = METRICS["cycle_life"]
    some = {each.name: each for one in (resistance, life) for each in (*one.below, one)}
    with closing(Store(warehouse.engine, warehouse.lake, some)) as store:
        store.refresh()
        with store.cursor() as cursor:
            for metric in some.values():
                store.settle_all(cursor, metric)
        test = warehouse.add_test("again.mpr", charge_first(3), cell_id=1)
        store.refresh()
        state = store.state
        assert state.subject_of[test] == 1
        assert state.may_have_rows(capacity, 1)
        assert not state.may_have_rows(resistance, 1)
        before = state.generations[resistance.name]
        with store.cursor() as cursor:
            for metric in some.values():
                store.settle_all(cursor, metric)
            sql = f"SELECT count(*) FROM store.{capacity.name} WHERE test_id = {test}"
            assert cursor.execute(sql).fetchall() == [(3,)]
        assert all(store.state.rests(each, None) for each in some.values())
        assert store.state.generations[resistance.name] == before
        assert {capacity.name, life.name} <= store.state.filled[1]
        assert resistance.name not in store.state.filled[1]
