"""JSON as people edit it: a byte order mark is dropped, a key comes once, NaN is no number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from tomclip.core.errors import InputError, TomclipError
from tomclip.core.reading.text import read_text


def parse_json(text: str) -> Any:
    """Returns the values in a text.

    Raises:
        InputError: with what is wrong, as the rest of a sentence that begins with the text's name:
            no JSON and in which line, a key that comes twice, NaN or a number too large.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
        where = f" in line {error.lineno}" if "\n" in text.strip() else ""
        raise InputError(
            f"is not JSON ({what if text.strip() else 'it is empty'}{where})"
        ) from error
    except RecursionError as error:
        raise InputError("is not JSON that is read (it is nested too deeply)") from error


def read_json(
    path: Path, *, refusal: type[TomclipError] = InputError, advice: str = "get it again"
) -> Any:
    """Returns what a JSON file holds.

    Args:
        path: The file.
        refusal: Class of the error.
        advice: What a person can do about a file that is none.

    Raises:
        TomclipError: of the class `refusal`, in one sentence that names the file, when it is
            missing (the error's cause is a FileNotFoundError then), not UTF-8, or refused by
            `parse_json`.
    """
    try:
        text = read_text(path)
    except InputError as error:
        raise refusal(_unreadable(path, error, advice)) from error.__cause__
    try:
        return parse_json(text)
    except InputError as error:
        raise refusal(f"{path} is damaged: it {error}; {advice}") from error


def _unreadable(path: Path, error: InputError, advice: str) -> str:
    match error.__cause__:
        case FileNotFoundError():
            return f"{path} is missing; {advice}"
        case OSError(strerror=str() as reason):
            return f"{path} is damaged: it cannot be read ({reason}); {advice}"
    return str(error)


def read_json_object(
    path: Path, *, refusal: type[TomclipError] = InputError, advice: str = "get it again"
) -> dict[str, Any]:
    """Returns what a JSON file of names and values holds; raises as `read_json` does."""
    values = read_json(path, refusal=refusal, advice=advice)
    if not isinstance(values, dict):
        raise refusal(f"{path} is damaged: it holds no JSON object; {advice}")
    return values


def json_if_there(
    path: Path, *, refusal: type[TomclipError] = InputError, advice: str = "get it again"
) -> dict[str, Any] | None:
    """Returns what `read_json_object` does, or None when there is no such file."""
    try:
        return read_json_object(path, refusal=refusal, advice=advice)
    except refusal as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _single_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"has the key {twice!r} twice")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"holds {name}, which is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise InputError(f"holds {digits[:20]}, which is too large a number")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_single_keys, parse_constant=_refuse_constant, parse_float=_finite
)
