"""What the groups of settings share: their strictness, and kinds of values."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from tomclip.core.errors import TomclipError
from tomclip.core.languages import code_or_tag, parse_language

LONGEST_NAME = 80
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
Weight = Annotated[float, Field(ge=0.0, le=1e4)]


def _language_code(tag: Any) -> Any:
    """Returns the code of a language tag; what is none is left for the data to refuse."""
    try:
        return code_or_tag(tag) if isinstance(tag, str) else parse_language(tag)
    except TomclipError as error:
        raise ValueError(str(error)) from error


LanguageCode = Annotated[str, BeforeValidator(_language_code)]


class OptionalGroup:
    """A group of settings that a file may leave out, or set to null."""

    @model_validator(mode="before")
    @classmethod
    def _nothing(cls, values: Any) -> Any:
        return {} if values is None else values
