"""Where settings come from: variables, the nearest leyden.toml, the nearest .leyden; in that order.

Nearest is upwards from the working folder, as git looks. What no setting is called is refused.
"""

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schema.error import InvalidSetting, UnknownSetting

PREFIX: Final = "LEYDEN_"
HOME_NAME: Final = ".leyden"
FILE_NAME: Final = "leyden.toml"
_OF_CLIENT: Final = {"URL"}
_OF_COMPOSE: Final = {"POSTGRES_PASSWORD", "POSTGRES_PORT"}
_OF_TESTS: Final = {
    *("CASES", "EXPORTS", "KILLS", "MUTATIONS", "PATTERNS", "PICTURES", "PYIMPSPEC", "SEED"),
    *("TEST_POSTGRES_FOLDER", "TEST_POSTGRES_URL"),
}
OF_OTHERS: Final = frozenset(PREFIX + each for each in _OF_CLIENT | _OF_COMPOSE | _OF_TESTS)
"""Variables that other programs of this house read, and that may stand beside ours."""
_PATHS: Final = ("home", "lake_url", "publish_target")
_RELATIVE_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Sources:
    """What is stated outside of a call.

    Attributes:
        variables: by the names of settings.
        file: the nearest leyden.toml, None where there is none.
        stated: in that file; paths in it begin at its folder.
    """

    variables: Mapping[str, str]
    file: Path | None
    stated: Mapping[str, Any]

    @property
    def names_home(self) -> bool:
        """Return whether somebody states where the home is."""
        return "home" in self.variables or "home" in self.stated

    @property
    def home(self) -> Path:
        """Return the home where nobody states one: the nearest, else where one would be made."""
        nearest = next((each for each in _upwards(HOME_NAME) if each.is_dir()), None)
        return nearest or self.new_home

    @property
    def new_home(self) -> Path:
        """Return where a home is made: beside leyden.toml, else in the working folder."""
        folder = self.file.parent if self.file else Path.cwd()
        return folder / HOME_NAME

    def place_of(self, name: str) -> str:
        """Return what to call a setting so that whoever stated it finds it."""
        if name not in self.variables and name in self.stated:
            return f"{self.file}: {name}"
        return PREFIX + name.upper()

    @property
    def home_origin(self) -> str:
        """Return how the home came to be known, as people read it."""
        if "home" in self.variables:
            return f"by {PREFIX}HOME"
        if "home" in self.stated:
            return f"by {self.file}"
        if self.home.is_dir():
            return f"the nearest {HOME_NAME} upwards from {Path.cwd()}"
        return f"no {HOME_NAME} upwards from {Path.cwd()}"


def sources(known: Collection[str]) -> Sources:
    """Return what is stated of the settings that are known.

    Raises:
        UnknownSetting: when something else is stated.
        InvalidSetting: when leyden.toml cannot be read.
    """
    variables = {
        name.upper().removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX) and name.upper() not in OF_OTHERS
    }
    for name in sorted(variables.keys() - known):
        raise UnknownSetting(name, known)
    file = next((each for each in _upwards(FILE_NAME) if each.is_file()), None)
    stated = _read(file) if file else {}
    for name in sorted(stated.keys() - known):
        raise UnknownSetting(name, known, file)
    for name, value in stated.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InvalidSetting(f"{file}: {name}", str(value), "it takes a text or a number")
    return Sources(variables, file, stated)


def _upwards(name: str) -> Iterator[Path]:
    here = Path.cwd()
    return (folder / name for folder in (here, *here.parents))


def _read(file: Path) -> dict[str, Any]:
    try:
        stated = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InvalidSetting(str(file), None, f"it cannot be read as TOML: {fault}") from fault
    return {name: _from_folder(name, value, file.parent) for name, value in stated.items()}


def _from_folder(name: str, value: object, folder: Path) -> object:
    """Return a value whose path, if it is one and relative, begins at a folder."""
    if not isinstance(value, str) or not value:
        return value
    if name in _PATHS and "://" not in value:
        return str(folder / Path(value).expanduser())
    if name == "database_url" and value.startswith(_RELATIVE_SQLITE):
        return f"{_RELATIVE_SQLITE}{folder / value.removeprefix(_RELATIVE_SQLITE)}"
    return value
