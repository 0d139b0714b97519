"""Whether the files of a folder are still what was shipped, by its manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tomclip.core.errors import AssetError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.reading.json_text import read_json_object

MANIFEST = "manifest.json"


def sha256_of(path: Path) -> str:
    """Returns the file's SHA-256 as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(directory: Path, facts: Mapping[str, Any]) -> Path:
    """Writes `manifest.json` over the files in `directory` (not in subfolders), with `facts`."""
    files = {
        path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for path in sorted(directory.iterdir())
        if path.is_file() and path.name != MANIFEST
    }
    target = directory / MANIFEST
    write_json_atomically(target, {"schema": 1, **facts, "files": files})
    return target


def read_manifest(directory: Path) -> dict[str, Any]:
    """Returns the directory's manifest.

    Raises:
        AssetError: when it is missing or is not JSON with a `files` table.
    """
    path = directory / MANIFEST
    advice = "get the folder again, for example with 'git checkout -- assets'"
    manifest = read_json_object(path, refusal=AssetError, advice=advice)
    if not isinstance(manifest.get("files"), dict):
        raise AssetError(f"{path} has no 'files' table; restore it with 'git checkout'")
    return manifest


def verify_directory(directory: Path) -> dict[str, Any]:
    """Checks size and SHA-256 of every file the manifest names, and returns the manifest.

    Raises:
        AssetError: naming the first file that is missing, truncated or altered.
    """
    manifest = read_manifest(directory)
    for name, expected in manifest["files"].items():
        path = directory / name
        if not path.is_file():
            raise AssetError(
                f"{path} is missing; restore it with 'git checkout -- {directory.name}'"
            )
        size = path.stat().st_size
        if size != expected["bytes"]:
            raise AssetError(
                f"{path} has {size} bytes where {expected['bytes']} were shipped; "
                "restore it with 'git checkout'"
            )
        if sha256_of(path) != expected["sha256"]:
            raise AssetError(
                f"{path} was altered (its SHA-256 differs); restore it with 'git checkout'"
            )
    return manifest
