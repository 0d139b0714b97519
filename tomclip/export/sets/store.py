"""The sets of a person on disk, one file each; every change is read, made and written at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import write_errors
from tomclip.core.files.file_names import is_file_name, require_file_name
from tomclip.core.paths import figure_sets_directory, user_path
from tomclip.core.reading.characters import composed
from tomclip.export.sets.files import SUFFIX, panel_count, read_set, write_set
from tomclip.export.sets.panel import Panel, PanelSet

FIRST_NAME = "figures"
"""The set that figures go to before a person chose another."""


def set_names() -> tuple[str, ...]:
    """Returns the names of the saved sets in order, damaged ones too."""
    root = figure_sets_directory()
    if not root.is_dir():
        return ()
    found = (one.name for one in root.iterdir() if not one.name.startswith("."))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def open_set(name: str) -> PanelSet:
    """Returns a saved set by its name, or the set in a file by its path.

    Raises:
        InputError: when there is none, listing those there are, or it is damaged.
    """
    if is_file_name(plain := composed(name)) and (path := _path(plain)).is_file():
        return read_set(path)
    if name.endswith(SUFFIX) and user_path(name).is_file():
        return read_set(user_path(name))
    there = ", ".join(set_names()) or "none yet"
    raise InputError(
        f"there is no set of figures {name!r} (there are: {there}); add figures to one in the "
        "studio, or name a file that ends with .figures"
    )


def count_panels(name: str) -> int:
    """Returns how many panels a set holds; 0 where there is none of that name."""
    path = _path(require_set_name(name))
    return panel_count(path) if path.is_file() else 0


def require_set_name(name: str) -> str:
    """Returns a set's name in NFC; raises InputError for what cannot be a file's."""
    return require_file_name(name, "a set")


def save_set(panels: PanelSet, *, replace: bool = False) -> PanelSet:
    """Returns the set after it was written under its name.

    Raises:
        InputError: when the name is none, or taken and not to be replaced, or the disk refuses.
    """
    path = _path(require_set_name(panels.name))
    with _locked():
        if path.exists() and not replace:
            raise InputError(
                f"there is a set {path.name.removesuffix(SUFFIX)!r} already; choose another name"
            )
        write_set(path, panels)
    return read_set(path)


def add_panel(name: str, panel: Panel) -> PanelSet:
    """Returns the set with the panel at its end; a set that is not there yet is begun."""
    return _changed(name, lambda found: (*found.panels, panel), begin=True)


def put_panel(name: str, panel: Panel, place: int) -> PanelSet:
    """Returns the set with the panel before the one at `place` (from 0), as when undoing."""
    return _changed(name, lambda found: (*found.panels[:place], panel, *found.panels[place:]))


def remove_panel(name: str, panel: str) -> PanelSet:
    """Returns the set without the panel of this id."""
    return _changed(name, lambda found: tuple(one for one in found.panels if one.id != panel))


def move_panel(name: str, panel: str, by: int) -> PanelSet:
    """Returns the set with the panel of this id `by` places later, negative for earlier."""

    def moved(found: PanelSet) -> tuple[Panel, ...]:
        places = [one.id for one in found.panels]
        if panel not in places:
            return found.panels
        left = [one for one in found.panels if one.id != panel]
        at = min(max(places.index(panel) + by, 0), len(left))
        return (*left[:at], found.panels[places.index(panel)], *left[at:])

    return _changed(name, moved)


def retitle_panel(name: str, panel: str, title: str) -> PanelSet:
    """Returns the set with another title for the panel of this id."""

    def retitled(found: PanelSet) -> Sequence[Panel]:
        return [one.retitled(title) if one.id == panel else one for one in found.panels]

    return _changed(name, retitled)


def keep_settings(name: str, settings: Mapping[str, Any]) -> PanelSet:
    """Returns the set with how it was arranged, as JSON values."""
    path = _path(require_set_name(name))
    with _locked():
        found = read_set(path)
        if dict(found.settings) == dict(settings):
            return found
        kept = PanelSet(found.name, found.panels, dict(settings))
        write_set(path, kept)
    return kept


def rename_set(name: str, new: str) -> str:
    """Returns the new name of a set, in NFC.

    Raises:
        InputError: when there is none of the name, the new one is none or taken, or the disk
            refuses.
    """
    path, target = _there(name), _path(require_set_name(new))
    with _locked(), write_errors(target, InputError):
        if target.exists():
            raise InputError(f"there is a set {new.strip()!r} already; choose another name")
        os.rename(path, target)
    return target.name.removesuffix(SUFFIX)


def delete_set(name: str) -> None:
    """Removes a set from the disk; it cannot be brought back, so ask before."""
    path = _there(name)
    with _locked(), write_errors(path, InputError):
        path.unlink()


def _changed(
    name: str, change: Callable[[PanelSet], Sequence[Panel]], *, begin: bool = False
) -> PanelSet:
    path = _path(require_set_name(name))
    with _locked():
        found = PanelSet(name) if begin and not path.exists() else read_set(path)
        kept = PanelSet(found.name, tuple(change(found)), found.settings)
        write_set(path, kept)
    return kept


def _there(name: str) -> Path:
    path = _path(require_set_name(name))
    if not path.is_file():
        there = ", ".join(set_names()) or "none yet"
        raise InputError(f"there is no set {name!r} (there are: {there})")
    return path


def _path(name: str) -> Path:
    return figure_sets_directory() / f"{name}{SUFFIX}"


@contextmanager
def _locked() -> Iterator[None]:
    root = figure_sets_directory()
    with write_errors(root, InputError):
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock", timeout=60):
            yield
