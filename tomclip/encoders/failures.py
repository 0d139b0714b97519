"""How another library's error becomes part of one of our sentences."""

from __future__ import annotations


def first_line(error: BaseException) -> str:
    """Returns the first line of the error's message, or its class when it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
