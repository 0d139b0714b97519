"""Where the project's files, caches, data sets and runs lie."""

from __future__ import annotations

import os
from pathlib import Path


def user_path(path: Path | str) -> Path:
    """Returns the path that a person named, with ~ as the home folder."""
    return Path(os.path.expanduser(path))


def project_directory() -> Path:
    """Returns the folder that holds `tomclip/`, `assets/` and `configs/`."""
    return Path(__file__).resolve().parent.parent.parent


def assets_directory() -> Path:
    """Returns `$TOMCLIP_ASSETS`, or the project's `assets/`."""
    return user_path(os.environ.get("TOMCLIP_ASSETS") or project_directory() / "assets")


def cache_directory() -> Path:
    """Returns `$TOMCLIP_CACHE`, or `tomclip` in the user's cache folder. It may not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return user_path(os.environ.get("TOMCLIP_CACHE") or Path(base) / "tomclip")


def data_directory() -> Path:
    """Returns `$TOMCLIP_DATA`, or `data` in the cache: where benchmarks lie, each in a folder."""
    return user_path(os.environ.get("TOMCLIP_DATA") or cache_directory() / "data")


def runs_directory() -> Path:
    """Returns `$TOMCLIP_RUNS`, or `runs/` in the project. It may not exist yet."""
    return user_path(os.environ.get("TOMCLIP_RUNS") or project_directory() / "runs")
