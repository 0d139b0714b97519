"""Workspaces on disk: data sets of one's own, each a folder with its name, replaced whole or not.

| file | holds |
|---|---|
| workspace.json | version, sources with their SHA-256, counts, findings |
| items.parquet | item, label, group, picture (file name in pictures/, "" for none) |
| captions.parquet | item, language, text |
| pairs.parquet | caption, caption_multi, multi_language_code, id: as training reads pairs |
| pictures/ | the picture files, unchanged, numbered |
| vectors/ | vectors as `tomclip embed` writes them |
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from tomclip import __version__
from tomclip.core.errors import InputError
from tomclip.core.files.atomic import directory_replaced, write_errors, write_json_atomically
from tomclip.core.files.file_names import is_file_name, require_file_name
from tomclip.core.files.manifests import sha256_of
from tomclip.core.paths import user_path, workspaces_directory
from tomclip.encoders.stored.saving import save_embeddings
from tomclip.runs.status import utc_now
from tomclip.workspaces.building.contents import Contents
from tomclip.workspaces.pairs import pairs_of
from tomclip.workspaces.workspace import (
    CAPTIONS,
    FACTS,
    ITEMS,
    PAIRS,
    PICTURES,
    PREFIX,
    SCHEMA,
    VECTORS,
    Workspace,
    read_workspace,
)

_LOCK = ".lock"
_LOGGER = logging.getLogger(__name__)


def list_workspaces() -> tuple[Workspace, ...]:
    """Returns the workspaces of this machine by name; a damaged one is logged and passed over."""
    root = workspaces_directory()
    if not root.is_dir():
        return ()
    found = []
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or not (path / FACTS).is_file():
            continue
        try:
            found.append(read_workspace(path))
        except InputError as error:
            _LOGGER.warning("%s", error)
    return tuple(found)


def open_workspace(name: str | Path) -> Workspace:
    """Returns a workspace by its name, with or without "workspace:", or by its folder.

    Raises:
        InputError: when there is none, listing those there are, or it is damaged.
    """
    plain = str(name).removeprefix(PREFIX)
    path = workspaces_directory() / plain
    if is_file_name(plain) and (path / FACTS).is_file():
        return read_workspace(path)
    if (user_path(plain) / FACTS).is_file():
        return read_workspace(user_path(plain))
    there = ", ".join(one.name for one in list_workspaces()) or "none yet"
    raise InputError(
        f"there is no workspace {plain!r} (there are: {there}); make one with 'tomclip workspace "
        "create FILE --name NAME'"
    )


def require_name(name: str) -> str:
    """Returns a workspace's name in NFC; raises InputError for what cannot be a folder's."""
    return require_file_name(name, "a workspace")


def write_workspace(
    name: str, contents: Contents, sources: Sequence[Path], *, replace: bool = False
) -> Workspace:
    """Returns a data set after it was written as a workspace, whole or not at all.

    Args:
        name: Its name.
        contents: The data.
        sources: The files they came from, recorded with their SHA-256.
        replace: Whether an earlier workspace of this name gives way, as its next version.

    Raises:
        InputError: when the name is none or taken, or the disk refuses; an earlier workspace of
            this name stays as it was.
    """
    path = workspaces_directory() / require_name(name)
    with _locked(), write_errors(path, InputError):
        earlier = read_workspace(path) if (path / FACTS).is_file() else None
        if path.exists() and (earlier is None or not replace):
            raise InputError(
                f"there is a workspace {path.name!r} already; choose another name, or replace it "
                "(--replace)"
            )
        with directory_replaced(path) as staging:
            _write(staging, contents, sources, earlier)
    return read_workspace(path)


def rename_workspace(name: str, new: str) -> Workspace:
    """Returns a workspace under its new name.

    Raises:
        InputError: when there is none of the name, the new one is none or taken, or the disk
            refuses.
    """
    path = _own_folder(name)
    target = workspaces_directory() / require_name(new)
    with _locked(), write_errors(target, InputError):
        if target.exists():
            raise InputError(f"there is a workspace {target.name!r} already; choose another name")
        os.rename(path, target)
    return read_workspace(target)


def delete_workspace(name: str) -> None:
    """Removes a workspace from the disk; it cannot be brought back, so ask before.

    Raises:
        InputError: when there is none of the name, or the disk refuses.
    """
    path = _own_folder(name)
    hidden = path.with_name(f".{path.name}-deleted-{os.getpid()}")
    with _locked(), write_errors(path, InputError):
        os.rename(path, hidden)
        shutil.rmtree(hidden)


def _own_folder(name: str) -> Path:
    path = open_workspace(name).path
    if path.parent.resolve() != workspaces_directory().resolve():
        raise InputError(f"{path} is not in {workspaces_directory()}; move that folder by hand")
    return path


@contextmanager
def _locked() -> Iterator[None]:
    root = workspaces_directory()
    with write_errors(root, InputError):
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / _LOCK, timeout=60):
            yield


def _write(
    staging: Path, contents: Contents, sources: Sequence[Path], earlier: Workspace | None
) -> None:
    pictures = _copied_pictures(staging / PICTURES, contents)
    names = [pictures.get(item, "") for item in contents.items["item"]]
    contents.items.assign(picture=names).to_parquet(staging / ITEMS, index=False)
    contents.captions.to_parquet(staging / CAPTIONS, index=False)
    pairs = pairs_of(contents.captions)
    if len(pairs):
        pairs.to_parquet(staging / PAIRS, index=False)
    if contents.vectors:
        (staging / VECTORS).mkdir()
    for part in contents.vectors:
        save_embeddings(part, staging / VECTORS / f"{part.modality}.npz")
    write_json_atomically(staging / FACTS, _facts(contents, sources, earlier, len(pairs)))


def _copied_pictures(folder: Path, contents: Contents) -> dict[str, str]:
    """Returns the file name of every item's picture after it was copied, numbered by the items."""
    if not contents.pictures:
        return {}
    folder.mkdir()
    written = {}
    for number, item in enumerate(contents.items["item"], start=1):
        if (source := contents.pictures.get(item)) is not None:
            written[item] = f"{number:06d}{source.suffix.lower()}"
            shutil.copyfile(source, folder / written[item])
    return written


def _facts(
    contents: Contents, sources: Sequence[Path], earlier: Workspace | None, pairs: int
) -> dict[str, Any]:
    """Returns what workspace.json holds: this version's facts, and one line of each earlier one."""
    counts = contents.captions["language"].value_counts()
    history = list(earlier.versions) if earlier else []
    version: Mapping[str, Any] = {
        "version": len(history) + 1,
        "made_at": utc_now(),
        "tomclip": __version__,
        "sources": [_source(path) for path in sources],
        "items": len(contents.items),
        "texts": len(contents.captions),
        "pictures": len(contents.pictures),
    }
    return {
        "schema": SCHEMA,
        "languages": {code: int(counts[code]) for code in contents.languages},
        "pairs": pairs,
        "vectors": {part.modality: list(part.vectors.shape) for part in contents.vectors},
        "findings": [
            {
                "kind": one.kind,
                "language": one.language,
                "count": one.count,
                "examples": list(one.examples),
            }
            for one in contents.findings
        ],
        "versions": [*history, version],
    }


def _source(path: Path) -> dict[str, Any]:
    if path.is_dir():
        return {"name": path.name, "folder": True}
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
