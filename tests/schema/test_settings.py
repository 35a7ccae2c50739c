"""Every setting is described and read from its variable."""

from pathlib import Path

import pytest

from schema.error import InvalidSetting
from schema.settings import Settings


def test_every_setting_has_a_description() -> None:
    undocumented = [name for name, field in Settings.model_fields.items() if not field.description]
    assert undocumented == []


def test_the_catalog_and_the_lake_rest_in_home_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEYDEN_HOME", "/somewhere")
    settings = Settings()
    assert settings.catalog_url == "sqlite:////somewhere/catalog.sqlite"
    assert settings.lake_folder == Path("/somewhere/lake")


def test_each_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEYDEN_DATABASE_URL", "postgresql://db/leyden")
    monkeypatch.setenv("LEYDEN_LAKE_URL", "/lake")
    settings = Settings()
    assert settings.catalog_url == "postgresql://db/leyden"
    assert settings.lake_folder == Path("/lake")
    assert Settings(lake_url="file:///my%20lake").lake_folder == Path("/my lake")


@pytest.mark.parametrize("url", ["s3://bucket/lake", "file://host/lake", "file://"])
def test_a_lake_elsewhere_than_in_a_folder_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting, match="LEYDEN_LAKE_URL"):
        _ = Settings(lake_url=url).lake_folder
