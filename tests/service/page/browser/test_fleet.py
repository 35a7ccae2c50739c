"""Pages of a warehouse of a thousand cells: nobody is kept out of what is long, either."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.fleet import fill
from schema.settings import Settings
from schema.warehouse import open_warehouse

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELLS = 1_000
CYCLES = 20
ADDRESSES = (
    *("/", "/cells", "/cells?sort=-cycle_life&columns=cycle_life,area_cm2", "/cells/500"),
    *("/tests", "/tests/500", "/spectra", "/studies", "/search?q=fleet", "/jobs", "/watch"),
    f"/compare?cells={','.join(map(str, range(1, 51)))}",
)
HOW = (
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"viewport": {"width": 390, "height": 844}},
)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a warehouse of a thousand cells."""
    settings = Settings(home=tmp_path_factory.mktemp("fleet"))
    warehouse = open_warehouse(settings)
    fill(warehouse, CELLS, CYCLES)
    warehouse.engine.dispose()
    return settings


def test_nobody_is_kept_out_of_a_thousand_cells(
    fleet: Settings, look_at: Callable[[Settings], Any], axe: str
) -> None:
    look = look_at(fleet)
    for how in HOW:
        tab = look.tab(**how)
        for address in ADDRESSES:
            answer = tab.goto(address)
            assert answer.ok, address
            tab.wait_for_load_state("networkidle")
            tab.evaluate(axe)
            kept_out = "axe.run().then(found => found.violations.map(each => each.id))"
            assert (address, tab.evaluate(kept_out)) == (address, [])
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert (address, tab.evaluate(wide)) == (address, False)
        tab.close()
