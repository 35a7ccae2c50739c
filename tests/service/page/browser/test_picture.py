"""The pictures of the pages that the documentation shows: docs/page-*.png, by `make pictures`."""

import os
import re
from pathlib import Path
from typing import Any, Final

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DOCS: Final = Path(__file__).parents[4] / "docs"
SHOWN: Final = {
    "page-cell.png": ("cells", 'names: ["synthetic-lfp-100uA"]', "?per=gram", "capacity"),
    "page-test.png": ("tests", 'names: ["synthetic-lfp-100uA"]', "?from=0&to=21", ""),
    "page-spectrum.png": (
        "spectra",
        'where: {test: {name: {eq: "synthetic-wetted-50uA-0-impedance-000h"}}}, first: 1',
        "",
        "",
    ),
    "page-diffraction.png": (
        "diffractionScans",
        'where: {test: {name: {eq: "synthetic-pellet-1-diffraction"}}}, first: 1',
        "",
        "",
    ),
    "page-photoemission.png": ("tests", 'names: ["synthetic-cycled-surface"]', "", ""),
    "page-study.png": ("studies", 'names: ["synthetic-prussian-blue"]', "", "claims"),
}
"""Each picture: the list its object stands in, which it is, what is chosen, the part to go to."""
_FOLDERS: Final = {"diffractionScans": "diffraction"}
"""Where the pages of a list are, when not under its own name."""
LARGEST_BYTES: Final = 150_000


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_pictured(visitor: Any, look: Any, name: str, tmp_path: Path) -> None:  # noqa: ANN401 # fixtures
    kind, which, chosen, part = SHOWN[name]
    (node,) = visitor.data(f"{{ {kind}({which}) {{ nodes {{ id }} }} }}")[kind]["nodes"]
    tab = look.tab(viewport={"width": 1080, "height": 780}, color_scheme="light")
    tab.goto(f"/{_FOLDERS.get(kind, kind)}/{node['id']}{chosen}")
    tab.wait_for_load_state("networkidle")
    if part:
        tab.locator(f"#{part}").evaluate("it => it.scrollIntoView()")
    path = Path(os.environ.get("LEYDEN_PICTURES", tmp_path)).absolute() / name
    tab.screenshot(path=path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < LARGEST_BYTES


def test_what_is_kept_is_what_is_made_and_stands_in_the_readme() -> None:
    stored = {path.name for path in DOCS.glob("page-*.png")}
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert stored == SHOWN.keys()
    assert set(re.findall(r"\]\(docs/(page-[^)]+)\)", readme)) == stored
    assert all((DOCS / name).stat().st_size < LARGEST_BYTES for name in stored)
