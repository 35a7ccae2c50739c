"""A diffraction scan and a micrograph as people look at them."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ingest.intake import take_in
from schema.warehouse import Warehouse
from service.page.figures.diffraction import Lines, Pattern, diffraction
from service.page.image import bar_of, seen_of
from service.page.picture import picture
from tests.ingest.readers.samples import microscope_tiff, panalytical_xrdml
from tests.law import law
from tests.service.asker import Asker, asked
from tests.service.bench import Bench


@pytest.fixture(scope="module")
def looked_at(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Return who asks a service on a warehouse of two scans and of micrographs."""
    folder = tmp_path_factory.mktemp("structure")
    shutil.copytree(bare_home, folder / "home")
    bench = Bench(folder / "home")
    for sample in (*panalytical_xrdml.SAMPLES, *microscope_tiff.SAMPLES[1:]):
        path = folder / sample.name
        path.write_bytes(sample.content)
        assert take_in(Warehouse(bench.engine, bench.lake), path).reason is None
    with asked(bench.settings) as asker:
        yield asker
    bench.engine.dispose()


def ids(asker: Asker, kind: str) -> list[str]:
    return [row["id"] for row in asker.data(f"{{ {kind} {{ nodes {{ id }} }} }}")[kind]["nodes"]]


def test_a_test_of_scans_leads_to_each_and_shows_no_time(looked_at: Asker) -> None:
    first, second = ids(looked_at, "diffractionScans")
    (test,) = looked_at.data('{ tests(names: ["scan"]) { nodes { id } } }')["tests"]["nodes"]
    page = looked_at.get(f"/tests/{test['id']}").text
    assert f'href="/diffraction/{first}"' in page
    assert f'href="/diffraction/{second}"' in page
    assert 'id="series"' not in page


def test_a_scan_is_drawn_with_how_it_was_taken(looked_at: Asker) -> None:
    first, second = ids(looked_at, "diffractionScans")
    page = looked_at.get(f"/diffraction/{first}").text
    assert "Cu, 1.5406 Å" in page
    assert "15.24 s" in page
    assert f'<a href="/diffraction/{second}">2</a>' in page
    svg = looked_at.get(f"/diffraction/{first}/pattern.svg")
    ET.fromstring(svg.text)  # noqa: S314 # our own
    csv = looked_at.get(f"/diffraction/{first}/pattern.csv").text.splitlines()
    assert csv[0] == "two_theta_degree,d_angstrom,intensity"
    assert len(csv) == 5


@pytest.mark.parametrize("section", ["phases", "unit-cells", "limits", "lines"])
def test_every_section_has_an_address(looked_at: Asker, section: str) -> None:
    first, _ = ids(looked_at, "diffractionScans")
    assert f'id="{section}"' in looked_at.get(f"/diffraction/{first}/{section}").text


def test_a_scan_that_is_not_there_is_told(looked_at: Asker) -> None:
    assert looked_at.get("/diffraction/999").status_code == 404
    assert looked_at.get("/images/999").status_code == 404
    assert looked_at.get("/diffraction/1?colour=red").status_code == 400


def test_a_micrograph_has_a_bar_where_its_scale_is_known(looked_at: Asker) -> None:
    pages = [looked_at.get(f"/images/{each}").text for each in ids(looked_at, "images")]
    (known,) = [page for page in pages if "ap_width over columns" in page]
    unknown = [page for page in pages if "No bar:" in page]
    assert "12.32 nm" in known
    assert unknown
    assert all("somebody has to measure the scale bar" in page for page in unknown)


def test_a_picture_is_the_image_made_smaller(looked_at: Asker) -> None:
    for each in ids(looked_at, "images"):
        answer = looked_at.request("GET", f"/images/{each}.png")
        assert answer.headers["Content-Type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert shown.width <= 1024


SET = """
mutation ($image: ID!, $objects: [ImageObjectInput!]!) {
  setImageObjects(image: $image, kind: "grain", objects: $objects) { __typename }
}
"""


def test_what_was_measured_in_an_image_is_listed_with_it(looked_at: Asker) -> None:
    pages = {each: looked_at.get(f"/images/{each}").text for each in ids(looked_at, "images")}
    image = next(each for each, page in pages.items() if "ap_width over columns" in page)
    assert "leyden measure" in looked_at.get(f"/images/{image}/layers").text
    objects = [{"areaUm2": area, "touchesFrame": False} for area in (4.0, 9.0, 16.0)]
    answer = looked_at.data(SET, image=image, objects=objects)["setImageObjects"]
    assert answer == {"__typename": "Image"}
    assert "equivalent_circle" in looked_at.get(f"/images/{image}/grains").text
    table = looked_at.get(f"/images/{image}/grains/table.csv").text.splitlines()
    assert table[0].startswith("region,way,weighting,size_um,error_um")
    assert len(table) > 1


def test_squares_of_pixels_become_their_mean(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(microscope_tiff.tiff(4, 2))  # 0 1 2 3 over 4 5 6 7
    with Image.open(io.BytesIO(picture(path, 1, (4, 2), 2))) as shown:
        assert np.asarray(shown).tolist() == [[2, 4]]  # of 2.5 and 4.5, to even


@law(50)
@given(st.floats(1e-4, 1e3), st.integers(64, 20_000))
def test_a_bar_is_round_and_at_most_a_quarter(pixel_um: float, width: int) -> None:
    seen = seen_of(width, width)
    bar = bar_of(pixel_um * seen.step, seen.width)
    assert seen.width <= 1024
    assert 0.1 * 0.25 * seen.width <= bar.width <= 0.25 * seen.width + 0.1
    assert bar.words.split()[0].strip("0.")[:1] in {"1", "2", "5"}


@law(30)
@given(
    st.lists(st.floats(0, 180), min_size=1, max_size=40),
    st.lists(st.floats(0, 180), max_size=8),
    st.sampled_from(["square_root", "linear", "log"]),
)
def test_any_pattern_is_a_picture(angles: list[float], lines: list[float], scale: str) -> None:
    two_theta = np.sort(np.array(angles))
    kinds = [("phase", "ghost", "foreign", "unassigned")[place % 4] for place in range(len(lines))]
    phases = ["rutile" if kind == "phase" else None for kind in kinds]
    found = Lines(np.array(lines), kinds, phases, [None] * len(lines))
    pattern = Pattern(two_theta, 10.0 * two_theta, "counts", two_theta, found)
    drawn = diffraction(pattern, ["rutile"], scale=scale)
    ET.fromstring(drawn.figure.svg(alone=True))  # noqa: S314 # our own
    assert len(drawn.table) == len(angles)
