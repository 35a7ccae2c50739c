"""Substances, materials, processes, protocols and exports: what they are and what hangs on them."""

from typing import Any

import pytest
from sqlalchemy import select

from schema import catalog
from schema.ancestry import rebuild
from schema.catalog.connection import change
from schema.condition import condition
from schema.measure import measure


@pytest.fixture(autouse=True)
def _pellet(warehouse: Any) -> None:  # noqa: ANN401 # a fixture
    """Enter a pellet with the process that made it, and a protocol."""
    with change(warehouse.engine, "make a pellet") as (session, _):
        latp = catalog.Substance(name="LATP", molar_mass_gram_per_mole=383.4)
        powder = catalog.Material(name="powder-1", substance=latp)
        binder = catalog.Material(name="binder-1")
        pellet = catalog.Material(name="pellet-1", substance=latp, mass_gram=0.3)
        session.add_all([powder, binder, pellet])
        session.add(
            catalog.Process(
                name="press-1",
                kind="press",
                inputs=[powder, binder],
                outputs=[pellet],
                parameters=[
                    catalog.ProcessParameter(name=name, **condition(measure(text), text))
                    for name, text in {"pressure": "200 MPa", "duration": "60 s"}.items()
                ],
            )
        )
        session.add(catalog.Process(name="rest-1", kind="rest"))
        session.add(
            catalog.Protocol(
                name="formation",
                steps=[
                    catalog.ProtocolStep(position=2, mode="discharge", lower_voltage_volt=2.5),
                    catalog.ProtocolStep(position=1, mode="charge", upper_voltage_volt=3.8),
                ],
            )
        )


@pytest.mark.slow
def test_a_material_knows_its_substance(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          materials(orderBy: [{field: NAME}]) { nodes { name massGram substance { name } } }
          latp: materials(where: { substance: { name: { eq: "LATP" } } }) { totalCount }
          substance(name: "LATP") { molarMassGramPerMole }
          substances { totalCount }
          material(name: "pellet-1") { massGram }
        }
        """
    )
    assert found["materials"]["nodes"] == [
        {"name": "binder-1", "massGram": None, "substance": None},
        {"name": "pellet-1", "massGram": 0.3, "substance": {"name": "LATP"}},
        {"name": "powder-1", "massGram": None, "substance": {"name": "LATP"}},
    ]
    assert found["latp"]["totalCount"] == 2
    assert found["substance"] == {"molarMassGramPerMole": 383.4}
    assert found["substances"]["totalCount"] == 1
    assert found["material"] == {"massGram": 0.3}


@pytest.mark.slow
def test_a_process_knows_what_went_in_and_came_out(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          processes {
            nodes {
              name kind
              inputs { name } outputs { name substance { name } }
              parameters { name value unit }
            }
          }
          process(name: "press-1") { kind }
        }
        """
    )
    press, rest = found["processes"]["nodes"]
    assert sorted(each["name"] for each in press["inputs"]) == ["binder-1", "powder-1"]
    assert press["outputs"] == [{"name": "pellet-1", "substance": {"name": "LATP"}}]
    assert [each["name"] for each in press["parameters"]] == ["duration", "pressure"]
    assert (rest["inputs"], rest["outputs"], rest["parameters"]) == ([], [], [])
    assert found["process"] == {"kind": "press"}


@pytest.mark.slow
def test_a_protocol_has_its_steps_in_order(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{ protocols { nodes { name steps { position mode upperVoltageVolt } } } }"
    (found,) = asker.data(query)["protocols"]["nodes"]
    assert [step["mode"] for step in found["steps"]] == ["charge", "discharge"]
    assert found["steps"][0] == {"position": 1, "mode": "charge", "upperVoltageVolt": 3.8}


@pytest.mark.slow
def test_exports_are_found_by_what_read_them(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        '{ files(where: { reader: { eq: "by_hand" }, bytes: { lt: 9000000000 } })'
        '  { totalCount nodes { name bytes sha256 } } file(id: "1") { name } }'
    )
    assert found["files"]["totalCount"] == 3
    assert found["file"]["name"] == found["files"]["nodes"][0]["name"]


def test_a_test_on_a_material_and_by_a_protocol_tells_both(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    with change(warehouse.engine, "link") as (session, _):
        test = session.get_one(catalog.Test, 3)
        test.material_id, test.protocol_id = 3, 1
    query = '{ test(id: "3") { material { name } protocol { name } cell { name } } }'
    found = asker.data(query)["test"]
    assert (found["protocol"]["name"], found["cell"]) == ("formation", None)
    assert found["material"]["name"].endswith("-1")


@pytest.mark.slow
def test_a_material_leads_to_its_tests_and_to_the_cells_made_of_it(
    asker: Any,  # noqa: ANN401 # a fixture
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    with change(warehouse.engine, "use it") as (session, _):
        pellet = session.scalars(select(catalog.Material).filter_by(name="pellet-1")).one()
        session.get_one(catalog.Test, 3).material_id = pellet.id
        layers = (catalog.CellLayer(cell_id=1, position=n, material_id=pellet.id) for n in (1, 2))
        session.add_all(layers)
        session.flush()
        rebuild(session)
    query = "query ($n: [String!]) {materials(names: $n) {nodes {name tests {name} cells {name}}}}"
    rows = asker.data(query, n=["powder-1", "pellet-1", "binder-1"])["materials"]["nodes"]
    found = {row["name"]: row for row in rows}
    assert found["pellet-1"]["tests"] == [{"name": "peis.mpr"}]
    assert found["powder-1"]["tests"] == []
    assert [each["cells"] for each in found.values()] == [[{"name": "LFP-01"}]] * 3
