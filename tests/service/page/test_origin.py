"""Only a page of ours changes anything."""

from typing import Any

import pytest

OURS = "http://leyden"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://leyden.elsewhere.example"},
        {"Origin": "http://leyden:8081"},
        {"Origin": "ftp://leyden"},
        {"Origin": "http://[", "Sec-Fetch-Site": "same-origin"},
        {"Origin": OURS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": OURS, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_change_that_another_site_sends_is_refused(
    declining: Any,  # noqa: ANN401 # a fixture
    headers: dict[str, str],
) -> None:
    before = declining.data("{substances {totalCount}}")
    for address in ("/substances/new", "/cells/1/edit", "/tests/1/assign"):
        response = declining.request("POST", address, data={"name": "Li"}, headers=headers)
        assert response.status_code == 403, address
        assert "<main" in response.text
    assert declining.data("{substances {totalCount}}") == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OURS},
        {"Origin": OURS, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://leyden"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_change_by_a_page_of_ours_is_made(
    warehouse: Any,  # noqa: ANN401, ARG001 # a fixture; it is changed
    asker: Any,  # noqa: ANN401 # a fixture
    headers: dict[str, str],
) -> None:
    response = asker.request("POST", "/substances/new", data={"name": "Li"}, headers=headers)
    assert response.status_code == 303
    assert asker.data('{substance(name: "Li") {name}}') == {"substance": {"name": "Li"}}
