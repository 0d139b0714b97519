"""One sentence for what pydantic reports."""

from __future__ import annotations

from pydantic import ValidationError

from tomclip.config.fields import LONGEST_NAME

_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def refusal(error: ValidationError) -> str:
    """Returns the first fault: its key, what is accepted, what came, and how many more follow."""
    first, count = error.errors()[0], error.error_count()
    where = ".".join(str(part) for part in first["loc"]) or "configuration"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "unexpected_keyword_argument":
        message = "is not a known key"
    elif first["type"] in ("string_too_short", "string_too_long"):
        message = f"use 1 to {LONGEST_NAME} characters"
    elif (bound := message.removeprefix("Input should be ")) != message and first[
        "type"
    ] in _BOUNDS:
        message = f"use a number {bound}"
    more = f" (and {count - 1} more)" if count > 1 else ""
    given = "" if isinstance(first["input"], dict) else f" (came: {first['input']!r})"
    return f"{where}: {message}{given}{more}"
