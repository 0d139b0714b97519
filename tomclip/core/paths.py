"""Where the project's files, caches, data sets and runs lie.

What ships (`assets/`, `configs/`, `studies/`, `app.py`, `pages/`) lies at the top of a checkout,
and in `tomclip/shipped/` of an installed package. What is written never lies beside installed
packages.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import platformdirs

WORKSPACE_PREFIX = "workspace:"
"""Before the name of a workspace, where files and other data sets can be named too."""
_OWNER: ContextVar[str] = ContextVar("owner_of_workspaces", default="")
PACKAGE = Path(__file__).resolve().parent.parent


def is_checkout() -> bool:
    """Returns whether this package is used where its sources lie, not where it was installed."""
    return (PACKAGE.parent / "pyproject.toml").is_file() and not (PACKAGE / "shipped").is_dir()


def user_path(path: Path | str) -> Path:
    """Returns the path that a person named, with ~ as the home folder."""
    return Path(os.path.expanduser(path))


def project_directory() -> Path:
    """Returns the folder that holds `assets/`, `configs/`, `app.py` and `pages/`; only read it."""
    return PACKAGE.parent if is_checkout() else PACKAGE / "shipped"


def working_directory() -> Path:
    """Returns the folder in which processes start: the checkout, else the current folder."""
    return project_directory() if is_checkout() else Path.cwd()


def assets_directory() -> Path:
    """Returns `$TOMCLIP_ASSETS`, or the project's `assets/`."""
    return user_path(os.environ.get("TOMCLIP_ASSETS") or project_directory() / "assets")


def configs_directory() -> Path:
    """Returns the folder of the configurations that ship, each a YAML file."""
    return project_directory() / "configs"


def studies_directory() -> Path:
    """Returns the folder of the studies that ship, each a folder with its file and its results."""
    return project_directory() / "studies"


def cache_directory() -> Path:
    """Returns `$TOMCLIP_CACHE`, or `tomclip` in the user's cache folder. It may not exist yet.

    `~/.cache/tomclip`, where earlier versions kept everything, is used on as long as it exists.
    """
    earlier = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tomclip"
    usual = earlier if earlier.is_dir() else platformdirs.user_cache_path("tomclip", False)
    return user_path(os.environ.get("TOMCLIP_CACHE") or usual)


def data_directory() -> Path:
    """Returns `$TOMCLIP_DATA`, or `data` in the cache: where benchmarks lie, each in a folder."""
    return user_path(os.environ.get("TOMCLIP_DATA") or cache_directory() / "data")


def runs_directory() -> Path:
    """Returns `$TOMCLIP_RUNS`, or `runs/` in the checkout, else in the current folder.

    It may not exist yet.
    """
    return user_path(os.environ.get("TOMCLIP_RUNS") or working_directory() / "runs")


def workspaces_directory() -> Path:
    """Returns the folder of one's own data sets, `workspaces` beside the runs.

    Each is a folder with the workspace's name. It may not exist yet. Within `workspaces_owned_by`
    it is a folder of that person's own.
    """
    return _of_owner(runs_directory() / "workspaces")


def figure_sets_directory() -> Path:
    """Returns the folder of the sets of figures for papers, `figures` beside the runs.

    It may not exist yet. Within `workspaces_owned_by` it is a folder of that person's own.
    """
    return _of_owner(runs_directory() / "figures")


def _of_owner(shared: Path) -> Path:
    owner = _OWNER.get()
    return shared / f".of-{hashlib.sha256(owner.encode()).hexdigest()[:16]}" if owner else shared


@contextmanager
def workspaces_owned_by(person: str) -> Iterator[None]:
    """Keeps a person's workspaces apart from all others while the body runs; "" is everyone's.

    Args:
        person: what tells the person from others, such as the address of a login; it is stored as a
            digest.
    """
    token = _OWNER.set(person)
    try:
        yield
    finally:
        _OWNER.reset(token)
