"""Tables of results of ImageJ as objects of the catalog."""

from pathlib import Path

import pytest

from ingest.imagej_table import objects_in
from schema.catalog import Image
from schema.error import EmptyExport, InvalidArgument, UnreadableExport

RESULTS = """ ,Label,Area,X,Y,BX,BY,Width,Height
1,pellet.tif,400,30,30,20,20,20,20
2,pellet.tif,100,5,50,0,45,10,10
3,pellet.tif,100,50,95,45,90,10,10
"""


def image(wide: float | None = 0.5, high: float | None = 0.5) -> Image:
    return Image(width_pixel=100, height_pixel=100, pixel_width_um=wide, pixel_height_um=high)


def table(folder: Path, text: str) -> Path:
    path = folder / "Results.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_pixels_become_micrometers_by_the_size_the_image_tells(tmp_path: Path) -> None:
    found = objects_in(table(tmp_path, RESULTS), "grain", "pixel", image(0.5, 0.25))
    assert [each["area_um2"] for each in found] == [50.0, 12.5, 12.5]
    assert (found[0]["box_width_um"], found[0]["box_height_um"]) == (10.0, 5.0)
    assert [each["touches_frame"] for each in found] == [False, True, True]


def test_micrometers_stay_and_touch_the_frame_where_the_image_ends(tmp_path: Path) -> None:
    path = table(tmp_path, RESULTS)
    found = objects_in(path, "grain", "um", image(1.0, 1.0))
    assert [each["area_um2"] for each in found] == [400.0, 100.0, 100.0]
    assert [each["touches_frame"] for each in found] == [False, True, True]
    assert "touches_frame" not in objects_in(path, "grain", "um", image(None, None))[0]


def test_pixels_of_an_image_without_a_scale_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="no size of a pixel"):
        objects_in(table(tmp_path, RESULTS), "grain", "pixel", image(None, None))


def test_a_line_across_pixels_that_are_no_squares_is_as_long_as_its_angle_says(
    tmp_path: Path,
) -> None:
    lines = "Length,Angle,Crossings\n10,0,4\n10,90,2.5\n"
    path = table(tmp_path, lines)
    found = objects_in(path, "test_line", "pixel", image(0.5, 0.25))
    assert [each["length_um"] for each in found] == pytest.approx([5.0, 2.5])
    assert [each["direction_degree"] for each in found] == pytest.approx([0.0, 90.0])
    assert [each["crossing_count"] for each in found] == [4.0, 2.5]
    thick = table(tmp_path, "X,Length\n3,10\n")
    with pytest.raises(InvalidArgument, match="no column Angle"):
        objects_in(thick, "layer", "pixel", image(0.5, 0.25))
    assert objects_in(thick, "layer", "pixel", image()) == [{"position_um": 1.5, "length_um": 5.0}]


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (RESULTS, "test_line", "line 1: it has no column Length, Angle, Crossings"),
        ("Area\n4\nNaN\n", "grain", "line 3: Area is 'NaN', no number"),
        ("Area,BX\n4\n", "grain", "line 2: BX is '', no number"),
        ("Mean\n4\n", "crack", "line 1: it has none of the columns Area, Length"),
        ("", "grain", "line 1: it has no column Area"),
    ],
)
def test_what_is_missing_in_a_table_is_told_with_its_line(
    tmp_path: Path, text: str, kind: str, reason: str
) -> None:
    with pytest.raises(UnreadableExport, match=reason):
        objects_in(table(tmp_path, text), kind, "um", image())


def test_a_table_without_rows_and_a_kind_nobody_knows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        objects_in(table(tmp_path, "Area\n"), "grain", "um", image())
    with pytest.raises(InvalidArgument, match="mile"):
        objects_in(table(tmp_path, RESULTS), "grain", "mile", image())
    with pytest.raises(InvalidArgument, match="stone"):
        objects_in(table(tmp_path, RESULTS), "stone", "um", image())
