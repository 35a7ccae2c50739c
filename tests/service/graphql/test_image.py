"""What was measured in images, entered and taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.intake import take_in
from schema.catalog import ImageObject
from schema.catalog.connection import look
from schema.warehouse import open_warehouse
from tests.ingest.readers.samples.microscope_tiff import FEI, FEI_TAG, tiff
from tests.law import thinned
from tests.service.bench import Bench

SET = """
mutation ($image: ID!, $kind: String!, $objects: [ImageObjectInput!]!) {
  setImageObjects(image: $image, kind: $kind, objects: $objects) {
    __typename
    ... on Image { id objects { kind areaUm2 lengthUm positionUm region touchesFrame } }
    ... on NotFound { field kind name message }
    ... on InvalidInput { field reason }
  }
}
"""
DELETE = """
mutation ($image: ID!, $kind: String) {
  deleteImageObjects(image: $image, kind: $kind) {
    __typename
    ... on Image { objects { kind } }
    ... on InvalidInput { field reason }
  }
}
"""
GRAINS: tuple[dict[str, Any], ...] = (
    {"areaUm2": 4.0, "region": "rim"},
    {"areaUm2": 9.0, "touchesFrame": False},
)


@pytest.fixture
def image(warehouse: Bench, tmp_path: Path) -> str:
    """Return the name of a test of one image, in the warehouse of the test."""
    path = tmp_path / "pellet.tif"
    path.write_bytes(tiff(512, 471, FEI_TAG, FEI))
    opened = open_warehouse(warehouse.settings)
    assert take_in(opened, path).reason is None
    opened.engine.dispose()
    return "pellet"


def entered(asker: Any, image: str, kind: str, *objects: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 # a fixture
    done: dict[str, Any] = asker.data(SET, image=image, kind=kind, objects=list(objects))
    return dict(done["setImageObjects"])


@pytest.mark.slow
def test_what_is_measured_of_a_kind_replaces_what_was_of_that_kind(asker: Any, image: str) -> None:  # noqa: ANN401 # a fixture
    first = entered(asker, image, "grain", *GRAINS)
    assert [each["areaUm2"] for each in first["objects"]] == [4.0, 9.0]
    assert [each["region"] for each in first["objects"]] == ["rim", None]
    lines = {"positionUm": -1.0, "lengthUm": 0.0}
    both = entered(asker, first["id"], "layer", lines)
    assert [each["kind"] for each in both["objects"]] == ["grain", "grain", "layer"]
    again = entered(asker, image, "grain", {"areaUm2": 1.0})
    assert sorted(each["kind"] for each in again["objects"]) == ["grain", "layer"]
    asked = asker.data(DELETE, image=image, kind="grain")["deleteImageObjects"]
    assert asked["objects"] == [{"kind": "layer"}]
    assert asker.data(DELETE, image=image)["deleteImageObjects"]["objects"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "declined",
    thinned(
        [
            (
                "stone",
                {"areaUm2": 1.0},
                "kind",
                "'stone' is none of grain, test_line, layer, crack,",
            ),
            ("grain", {"lengthUm": 1.0}, "objects.0.areaUm2", "a grain is measured by it"),
            ("grain", {"areaUm2": 0.0}, "objects.0.areaUm2", "0 is not above zero"),
            ("layer", {"positionUm": 1.0}, "objects.0.lengthUm", "a layer is measured by it"),
            ("layer", {"positionUm": 1.0, "lengthUm": -1.0}, "objects.0.lengthUm", "-1 is below 0"),
            ("crack", {"lengthUm": 0.0}, "objects.0.lengthUm", "0 is not above zero"),
            ("crack", {"region": "rim"}, "objects.0.lengthUm", "a crack is measured by its length"),
        ],
        4,
    ),
)
def test_what_cannot_be_measured_so_is_declined_and_nothing_lost(
    asker: Any,  # noqa: ANN401 # a fixture
    image: str,
    declined: tuple[str, dict[str, Any], str, str],
) -> None:
    kind, said, field, reason = declined
    before = entered(asker, image, "grain", *GRAINS)["objects"]
    done = entered(asker, image, kind, said)
    assert (done["__typename"], done["field"]) == ("InvalidInput", field)
    assert done["reason"].startswith(reason)
    asked = asker.data("{ images { nodes { objects { kind areaUm2 } } } }")["images"]["nodes"]
    assert [len(each["objects"]) for each in asked] == [len(before)]


def test_an_image_that_is_not_there_is_told(asker: Any, image: str) -> None:  # noqa: ANN401 # a fixture
    for called in ("999", f"no {image}", "gcpl"):
        done = entered(asker, called, "grain", *GRAINS)
        assert (done["__typename"], done["field"], done["name"]) == ("NotFound", "image", called)


@pytest.mark.slow
def test_what_was_measured_stays_with_an_image_that_is_read_again(
    asker: Any,  # noqa: ANN401 # a fixture
    image: str,
    warehouse: Bench,
    tmp_path: Path,
) -> None:
    entered(asker, image, "grain", *GRAINS)
    path = tmp_path / "pellet.tif"
    path.write_bytes(tiff(512, 471, FEI_TAG, FEI.replace("HV=5000", "HV=9000")))
    opened = open_warehouse(warehouse.settings)
    assert take_in(opened, path).reason is None
    with look(opened.engine) as session:
        assert len(session.scalars(select(ImageObject)).all()) == len(GRAINS)
    opened.engine.dispose()


@pytest.mark.slow
def test_what_is_measured_is_computed_with_at_once(asker: Any, image: str) -> None:  # noqa: ANN401 # a fixture
    ask = "{ test(name: $name) { grainSize { way weighting sizeUm status reason } } }"
    query = f"query ($name: String!) {ask}"
    assert asker.data(query, name=image)["test"]["grainSize"]["way"] == []
    grains = [{"areaUm2": 4.0}, {"areaUm2": 9.0, "touchesFrame": False}]
    entered(asker, image, "grain", *grains)
    found = asker.data(query, name=image)["test"]["grainSize"]
    assert found["weighting"] == ["area", "number"]
    assert found["sizeUm"][1] == pytest.approx(2.5 * 1.1283791670955126)
    assert found["status"] == ["low_quality"] * 2
    assert found["reason"][1].startswith("2 of 200 grains; not weighted for the frame: 2 ")
    entered(asker, image, "grain", *grains[:1])
    again = asker.data(query, name=image)["test"]["grainSize"]
    assert again["sizeUm"][1] == pytest.approx(2.0 * 1.1283791670955126)


@pytest.mark.slow
def test_grains_before_and_after_are_compared_along_the_descent(
    asker: Any,  # noqa: ANN401 # a fixture
    image: str,
    warehouse: Bench,
    tmp_path: Path,
) -> None:
    path = tmp_path / "annealed.tif"
    path.write_bytes(tiff(512, 471, FEI_TAG, FEI.replace("User=supervisor", "User=other")))
    opened = open_warehouse(warehouse.settings)
    assert take_in(opened, path).reason is None
    opened.engine.dispose()
    for name in (image, "annealed"):
        create = f'mutation {{ createMaterial(input: {{ name: "m-{name}" }}) {{ __typename }} }}'
        assert asker.data(create)["createMaterial"] == {"__typename": "Material"}
        put = f'mutation {{ assignTest(test: "{name}", material: "m-{name}") {{ __typename }} }}'
        assert asker.data(put)["assignTest"] == {"__typename": "Test"}
    process = (
        'mutation { createProcess(input: { name: "anneal", kind: "anneal", '
        f'inputs: ["m-{image}"], outputs: ["m-annealed"] }}) {{ __typename }} }}'
    )
    assert asker.data(process)["createProcess"] == {"__typename": "Process"}
    for name, size in ((image, 4.0), ("annealed", 16.0)):
        places = [{"areaUm2": size + n, "region": f"place {n}"} for n in range(2)]
        assert entered(asker, name, "grain", *places)["__typename"] == "Image"
    query = "{ pairComparison { beforeName afterName verdict changeUm status } }"
    assert asker.data(query)["pairComparison"] == {
        "beforeName": [f"m-{image}"],
        "afterName": ["m-annealed"],
        "verdict": ["changed"],
        "changeUm": [pytest.approx(2.24, abs=0.3)],
        "status": ["low_quality"],
    }
