"""Every setting, read when asked, never at import: of a call, a variable, or leyden.toml."""

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from schema.error import InvalidSetting
from schema.setting_source import HOME_NAME, PREFIX, Sources, sources


class Settings(BaseSettings):
    """Where the warehouse rests and how much it may use."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(
        Path(HOME_NAME),
        description="Folder that holds everything by default; where none is stated, the nearest "
        "`.leyden` upwards from the working folder.",
    )
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
        0,
        ge=0,
        description="Processes of `leyden ingest` and of `leyden worker`; 0 means one per core.",
    )
    serve_processes: int = Field(
        1,
        ge=0,
        description="Processes of `leyden serve` for jobs, as reading what is uploaded; 0 leaves "
        "them to `leyden worker`.",
    )
    job_failures: int = Field(
        100,
        ge=1,
        description="Times that `leyden worker` tries a job which fails for what may pass, as a "
        "full disk does; the pause doubles, from 5 s to 10 min.",
    )
    job_keep_day: float = Field(
        30.0,
        gt=0,
        description="Days for which a job that has ended is remembered; one that was set aside "
        "stays.",
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
    upload_bytes: int = Field(
        50_000_000_000, ge=1_000, description="Most bytes that are sent in one upload at once."
    )
    upload_keep_second: float = Field(
        604_800.0,
        ge=0,
        description="Age at which an upload that nobody went on with is forgotten; what was sent "
        "whole and refused stays.",
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

    watch_still_second: float = Field(
        60.0,
        ge=0,
        description="A watched file whose size and time have not changed for so long is stable, "
        "and taken in.",
    )
    watch_pace_second: float = Field(
        300.0,
        ge=0,
        description="Pace at which a watched file is taken in while it grows, as far as it is "
        "whole; 0 means only once it is stable.",
    )
    watch_shared: bool = Field(
        default=False,
        description="Whether watched folders lie at the same paths on every machine that shares "
        "the warehouse: then its workers on any of them read what arrives, else on this one.",
    )
    watch_polled: Literal["shares", "all", "none"] = Field(
        "shares",
        description="Watched folders that are looked through again and again: network shares, "
        "which tell nobody what others write there, all, or none. The others notify.",
    )
    watch_poll_second: float = Field(
        30.0, gt=0, description="Pace at which polled folders are looked through."
    )
    watch_scan_second: float = Field(
        600.0,
        gt=0,
        description="Pace at which folders that notify are looked through, too: a system that is "
        "busy may lose what it would have told.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, the strongest first."""
        del dotenv_settings, file_secret_settings
        stated = cls.sources()
        weaker = (dict(stated.stated), {"home": stated.home})
        return (
            init_settings,
            env_settings,
            *(InitSettingsSource(settings_cls, each) for each in weaker),
        )

    @classmethod
    def sources(cls) -> Sources:
        """Return what variables and leyden.toml state.

        Raises:
            InvalidSetting: when they state what no setting is called.
        """
        return sources(cls.model_fields)

    @field_validator("home", mode="before")
    @classmethod
    def _is_a_folder(cls, value: object) -> object:
        if value == "":
            reason = "it takes a folder; leave it out to look for one upwards"
            raise ValueError(reason)
        return Path(value).expanduser() if isinstance(value, str) else value

    @model_validator(mode="wrap")
    @classmethod
    def _by_name(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 # whatever is stated
        """Say in one line what is wrong and where it was stated."""
        try:
            return handler(values)
        except ValidationError as fault:
            first = fault.errors()[0]
            name = str(first["loc"][0])
            secret = cls.model_fields[name].annotation is SecretStr
            value = None if secret else str(first["input"])
            reason = first["msg"].removeprefix("Value error, ")
            raise InvalidSetting(cls.sources().place_of(name), value, reason) from None

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
            return Path(self.lake_url).expanduser().absolute()
        url = urlsplit(self.lake_url)
        if url.scheme != "file" or url.netloc not in {"", "localhost"} or not url.path:
            # taken for a path it would be a folder called s3: in this one
            reason = "a lake rests in a folder: a path, or file:///path"
            raise InvalidSetting(self.sources().place_of("lake_url"), self.lake_url, reason)
        return Path(url2pathname(url.path)).absolute()
