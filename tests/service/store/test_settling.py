"""What lacks of a metric is computed, and nothing is read where it can have no rows."""

from contextlib import closing
from typing import Any

from schema.catalog import Claim
from schema.catalog.connection import change
from service.metric.library import read_metrics
from service.store.store import Store

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
