"""``leyden measure``: ImageJ's table becomes objects of an image."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from ingest.intake import take_in
from leyden import app
from schema.catalog import ImageObject
from schema.catalog.connection import look
from schema.error import InvalidArgument, UnknownRecord
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.readers.samples.microscope_tiff import ZEISS, ZEISS_TAG, tiff


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a warehouse of two images: one of a Zeiss, and one without a scale."""
    for name, content in (("pellet", tiff(2048, 6, ZEISS_TAG, ZEISS)), ("bare", tiff(8, 4))):
        (tmp_path / f"{name}.tif").write_bytes(content)
    warehouse = open_warehouse(Settings(home=tmp_path / "home"))
    for path in sorted(tmp_path.glob("*.tif")):
        assert take_in(warehouse, path).reason is None
    warehouse.engine.dispose()
    (tmp_path / "Results.csv").write_text(" ,Area\n1,400\n2,900\n", encoding="utf-8")
    return tmp_path


def measured(home: Path, *words: str) -> str:
    table = str(home / "Results.csv")
    done = CliRunner().invoke(
        app, ["measure", table, *words], env={"LEYDEN_HOME": str(home / "home")}
    )
    if done.exception is not None:
        raise done.exception
    return done.stdout


def areas(home: Path) -> list[float | None]:
    warehouse = open_warehouse(Settings(home=home / "home"))
    with look(warehouse.engine) as session:
        found = list(session.scalars(select(ImageObject.area_um2).order_by(ImageObject.id)))
    warehouse.engine.dispose()
    return found


def test_grains_in_pixels_are_entered_by_the_scale_of_their_image(home: Path) -> None:
    grains = "--image", "pellet", "--kind", "grain", "--unit", "pixel", "--method", "threshold 87"
    for _ in range(2):
        assert measured(home, *grains).startswith("measure: 2 objects of kind grain, in ")
    across, down = 25.24 / 2048, 18.93 / 6
    assert areas(home) == pytest.approx([400 * across * down, 900 * across * down])


def test_what_nothing_tells_is_not_guessed(home: Path) -> None:
    with pytest.raises(InvalidArgument, match="no size of a pixel"):
        measured(home, "--image", "bare", "--kind", "pore", "--unit", "pixel")
    with pytest.raises(SystemExit):
        measured(home, "--image", "bare", "--kind", "pore")
    with pytest.raises(UnknownRecord, match="no image is called 'other'; known: bare, pellet"):
        measured(home, "--image", "other", "--kind", "pore", "--unit", "um")
    assert areas(home) == []
    measured(home, "--image", "bare", "--kind", "pore", "--unit", "um")
    assert areas(home) == [400.0, 900.0]
