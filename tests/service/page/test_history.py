"""What was changed of an entry is seen, taken back, and the entry removed and brought back."""

import pytest

from service.page.history import differences
from tests.service.asker import Asker
from tests.service.bench import Bench
from tests.service.page.entry.form_page import post

SHORT = "{ cells { nodes { name areaCm2 } } tests { totalCount } }"


def test_a_difference_goes_down_to_parts_by_what_they_are_called() -> None:
    before = {
        "area_cm2": 1.0,
        "note": None,
        "layers": [{"position": 1, "thickness_um": 2.0}, {"position": 2, "thickness_um": 1.0}],
        "subject": {"cell": "K1"},
    }
    after = {
        "area_cm2": 1.0,
        "note": "new",
        "layers": [{"position": 1, "thickness_um": 3.0}],
        "subject": {"cell": "K2"},
    }
    assert [*differences(before, after)] == [
        ("note", None, "new"),
        ("layers 1 thickness um", 2.0, 3.0),
        ("layers 2", "there", "not there"),
        ("subject cell", "K1", "K2"),
    ]
    assert [*differences(before, before)] == []
    assert [*differences(before, None)] == []


@pytest.mark.slow
def test_a_change_is_seen_and_taken_back(asker: Asker, warehouse: Bench) -> None:
    assert warehouse
    asker.data('mutation { updateCell(id: "1", input: {areaCm2: 3}) { __typename } }')
    page = asker.get("/history/cell/1")
    assert page.status_code == 200
    assert "area cm2" in page.text
    assert "2 → 3" in page.text
    assert '<a href="/cells/1">LFP-01</a>' in page.text
    (last, *_) = asker.data("{ revisions(first: 1) { nodes { id } } }")["revisions"]["nodes"]
    sent = {"do": "revert", "before": last["id"]}
    answer = post(asker, "/history/cell/1", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/history/cell/1")
    assert asker.data('{ cell(id: "1") { areaCm2 } }') == {"cell": {"areaCm2": 2.0}}
    assert "brought back" in asker.get("/history/cell/1").text


@pytest.mark.slow
def test_a_cell_is_removed_with_what_hangs_on_it_only_once_that_was_seen(
    asker: Asker, warehouse: Bench
) -> None:
    assert warehouse
    before = asker.data(SHORT)
    declined = post(asker, "/history/cell/1", {"do": "remove"})
    assert declined.status_code == 422
    assert "test gcpl.mpr" in declined.text
    assert "Remove it with all of these" in declined.text
    assert asker.data(SHORT) == before
    done = post(asker, "/history/cell/1", {"do": "remove", "with_all": "yes"})
    assert done.status_code == 303
    assert asker.get("/cells/1").status_code == 404
    assert asker.data(SHORT)["tests"] == {"totalCount": 2}
    removed = asker.get("/history/cell/1")
    assert "It was removed: no answer has it." in removed.text
    assert "Changes of LFP-01" in removed.text
    assert post(asker, "/history/cell/1", {"do": "revert", "with_all": "yes"}).status_code == 303
    assert asker.data(SHORT) == before


@pytest.mark.slow
def test_what_cannot_be_is_said_and_changes_nothing(asker: Asker, warehouse: Bench) -> None:
    assert warehouse
    assert asker.get("/history/nothing/1").status_code == 404
    assert "Nothing was changed since" in asker.get("/history/claim/99").text
    declined = post(asker, "/history/cell/99", {"do": "remove"})
    assert declined.status_code == 422
    assert "no cell has the id 99" in declined.text.lower()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/cells/1", "/tests/1", "/cells/1/edit"])
def test_pages_lead_to_what_was_changed(asker: Asker, path: str) -> None:
    kind = path.split("/")[1].removesuffix("s")
    assert f'href="/history/{kind}/1"' in asker.get(path).text
