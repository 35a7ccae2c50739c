"""docs/settings.md."""

from pathlib import Path

import pytest

from schema.error import LeydenError
from schema.settings import Settings
from schema.settings_page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_what_the_settings_say_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page()


def test_every_setting_has_a_row_with_its_meaning() -> None:
    rows = [line for line in settings_page().splitlines() if line.startswith("| `LEYDEN_")]
    assert len(rows) == len(Settings.model_fields)
    for row, (name, field) in zip(rows, Settings.model_fields.items(), strict=True):
        assert row.startswith(f"| `LEYDEN_{name.upper()}` |")
        assert field.description
        assert row.endswith(f"{field.description} |")


def test_what_the_page_says_a_setting_takes_is_what_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "| `LEYDEN_QUERY_WORKERS` | a whole number from 1 to 64 | `2` |" in settings_page()
    monkeypatch.setenv("LEYDEN_QUERY_WORKERS", "64")
    assert Settings().query_workers == 64
    monkeypatch.setenv("LEYDEN_QUERY_WORKERS", "65")
    with pytest.raises((ValueError, LeydenError)):
        Settings()
