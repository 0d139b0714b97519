"""Names that people give to what is kept in files."""

from __future__ import annotations

import re

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import composed

_NAME = re.compile(r"\w[\w.-]{0,63}")


def is_file_name(name: str) -> bool:
    """Returns whether a name has up to 64 letters, digits, "-", "_" and ".", the first no sign."""
    return _NAME.fullmatch(name) is not None


def require_file_name(name: str, what: str) -> str:
    """Returns a name in NFC, without space around it.

    Args:
        name: as a person gave it.
        what: is called so, for the message: "a set".

    Raises:
        InputError: for what cannot be a file's or a folder's.
    """
    plain = composed(name.strip())
    if not is_file_name(plain) or plain.endswith("."):
        raise InputError(
            f"{what} cannot be called {name!r}; use up to 64 letters, digits, -, _ and ., and "
            "begin with a letter or digit"
        )
    return plain
