"""How what a study declares is read: no word that is not known, nothing for what is blank."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Declared(BaseModel):
    """What is declared, and nothing else; what is left blank is not said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unsaid(cls, written: Any) -> Any:  # noqa: ANN401 — whatever somebody wrote
        if written is None:
            return {}
        if isinstance(written, dict):
            return {key: value for key, value in written.items() if value is not None}
        return written
