"""Every setting, read from LEYDEN_ environment variables when asked, never at import."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.error import InvalidSetting


class Settings(BaseSettings):
    """Where the warehouse rests and how much it may use."""

    model_config = SettingsConfigDict(env_prefix="LEYDEN_", frozen=True, extra="ignore")

    home: Path = Field(Path(".leyden"), description="Folder that holds everything by default.")
    database_url: str = Field(
        "", description="Catalog: an SQLAlchemy URL. Empty means SQLite in LEYDEN_HOME."
    )
    lake_url: str = Field(
        "",
        description="Lake: a file:///… URL or the path of a folder; other stores are none yet. "
        "Empty means `lake` in LEYDEN_HOME.",
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the service listens on.")
    ingest_processes: int = Field(
        0, ge=0, description="Worker processes of `leyden ingest`; 0 means one per core."
    )
    memory_limit: str = Field(
        "3GB",
        description="Memory DuckDB may use before it spills to disk; empty means its own default.",
    )
    query_threads: int = Field(
        0, ge=0, description="Threads that the questions share; 0 means one per core."
    )
    query_workers: int = Field(
        2, ge=1, le=64, description="Questions DuckDB answers at once; more of them wait."
    )
    query_timeout_second: float = Field(
        30.0, gt=0, description="A question running longer is interrupted."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of the events the service logs."
    )
    request_bytes: int = Field(
        1_000_000, ge=1_000, description="Largest request body the service reads."
    )
    publish_target: str = Field(
        "",
        description="Where the service publishes for BI tools, postgresql://… or PATH.duckdb; "
        "empty means nowhere.",
    )
    publish_every_second: float = Field(
        60.0, gt=0, description="Pace at which the service publishes what has changed."
    )
    reader_password: SecretStr = Field(
        SecretStr(""),
        description="Password of the reader that `leyden publish --create-reader` makes; empty "
        "means one is made up and shown once, or the one it has is kept.",
    )
    orphan_grace_second: float = Field(
        3600.0, ge=0, description="Age at which an unreferenced lake file is swept away."
    )
    check_every_second: float = Field(
        0.0,
        ge=0,
        description="Pace at which the service checks files, catalog and base; 0 means never.",
    )
    check_percent: float = Field(
        5.0,
        gt=0,
        le=100,
        description="Share of the files that such a check hashes, in percent: those that were "
        "checked longest ago.",
    )

    @property
    def catalog_url(self) -> str:
        """Return the SQLAlchemy URL of the catalog."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'catalog.sqlite'}"

    @property
    def store_folder(self) -> Path:
        """Return the folder of the store's bases."""
        return (self.home / "store").absolute()

    @property
    def lake_folder(self) -> Path:
        """Return the folder of the lake.

        Raises:
            InvalidSetting: when its URL is that of no folder.
        """
        if not self.lake_url:
            return (self.home / "lake").absolute()
        if "://" not in self.lake_url:
            return Path(self.lake_url).absolute()
        url = urlsplit(self.lake_url)
        if url.scheme != "file" or url.netloc not in {"", "localhost"} or not url.path:
            # taken for a path it would be a folder called s3: in this one
            reason = "a lake rests in a folder: a path, or file:///path"
            raise InvalidSetting("LEYDEN_LAKE_URL", self.lake_url, reason)
        return Path(url2pathname(url.path)).absolute()
