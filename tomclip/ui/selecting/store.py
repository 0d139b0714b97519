"""Selections on disk: those that a person named, and those too large for a link.

They lie beside the person's workspaces, a folder for each data set, so that nobody else sees them.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import workspaces_directory
from tomclip.core.reading.characters import composed
from tomclip.ui.selecting.item_sets import ItemSelection

FOLDER, LARGE = ".selections", ".large"
MOST_LARGE = 200
DIGITS = 16
_NAME = re.compile(r"\w[\w .-]{0,39}")


def named_selections(data: str) -> tuple[str, ...]:
    """Returns the names of the selections that a person keeps of a data set, in order."""
    folder = _folder(data)
    return tuple(sorted(path.stem for path in folder.glob("[!.]*.json"))) if folder.is_dir() else ()


def save_selection(name: str, selection: ItemSelection, data: str) -> str:
    """Returns the name under which a selection was kept; an earlier one of the name gives way.

    Raises:
        InputError: when the name is none, or the disk refuses.
    """
    plain = composed(name.strip())
    if not plain:
        raise InputError("the selection has no name yet; type one")
    if not _NAME.fullmatch(plain) or plain.endswith("."):
        raise InputError(
            f"a selection cannot be called {name[:60]!r}; use up to 40 letters, digits, spaces, -, "
            "_ and ., and begin with a letter or digit"
        )
    _write(_folder(data) / f"{plain}.json", selection, data)
    return plain


def open_selection(name: str, data: str) -> ItemSelection:
    """Returns the selection that was named so.

    Raises:
        InputError: when there is none of the name, or its file is damaged.
    """
    named = named_selections(data)
    if name not in named:
        there = ", ".join(named) or "none yet"
        raise InputError(
            f"there is no selection {name[:60]!r} (there are: {there}); choose another"
        )
    return _read(_folder(data) / f"{name}.json", name)


def delete_selection(name: str, data: str) -> None:
    """Removes a named selection; one that is not there is no error.

    Raises:
        InputError: when the disk refuses.
    """
    if name in named_selections(data):
        path = _folder(data) / f"{name}.json"
        with write_errors(path, InputError):
            path.unlink(missing_ok=True)


def keep_large(selection: ItemSelection, data: str) -> str:
    """Returns the name of the file that keeps a selection for a link; it is made of its content.

    The newest 200 are kept.

    Raises:
        InputError: when the disk refuses.
    """
    name = hashlib.sha256(json.dumps(_content(selection, data)).encode()).hexdigest()[:DIGITS]
    path = _folder(data) / LARGE / f"{name}.json"
    if not path.is_file():
        _write(path, selection, data)
        _forget_old(path.parent)
    return name


def kept_large(name: str, data: str) -> ItemSelection:
    """Returns the selection of a link whose items are kept in a file.

    Raises:
        InputError: when the file is not here, as on another machine or for another person, or is
            damaged.
    """
    path = _folder(data) / LARGE / f"{name}.json"
    if not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", name) or not path.is_file():
        raise InputError(
            "The link's selection is too large for a link and is kept where it was made; it is not "
            "here, so nothing is selected."
        )
    return _read(path, name)


def _forget_old(folder: Path) -> None:
    found = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[MOST_LARGE:]:
        path.unlink(missing_ok=True)


def _folder(data: str) -> Path:
    """Returns the folder of a data set, whatever characters its name has."""
    readable = re.sub(r"[^\w-]+", "-", data)[-40:]
    digest = hashlib.sha256(data.encode()).hexdigest()[:8]
    return workspaces_directory() / FOLDER / f"{readable}-{digest}"


def _content(selection: ItemSelection, data: str) -> dict[str, Any]:
    return {
        "data": data,
        "form": selection.form,
        "language": selection.language,
        "first": selection.first,
        "items": list(selection.ids),
    }


def _write(path: Path, selection: ItemSelection, data: str) -> None:
    with write_errors(path, InputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(path, _content(selection, data))


def _read(path: Path, name: str) -> ItemSelection:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return ItemSelection(
            tuple(map(str, found["items"])), found["form"], found["language"], int(found["first"])
        )
    except (OSError, ValueError, TypeError, KeyError, InputError) as error:
        raise InputError(f"the selection {name!r} is damaged ({path.name}); delete it") from error
