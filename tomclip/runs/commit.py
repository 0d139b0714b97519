"""Which commit of this project is running: recorded with every run."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_PROJECT = "tomclip"


def git_commit(package: Path = PACKAGE) -> str | None:
    """Returns the commit of the project's own checkout, 12 hexadecimal digits.

    "-dirty" follows when a tracked file differs from it, or the package holds a file that is not
    tracked. A repository that merely surrounds the package, as one with a virtual environment in it
    does, or that git's own environment variables name, says nothing about the project.

    Args:
        package: The folder of the package `tomclip`.

    Returns:
        None without git, and where the package is no part of a checkout of the project.
    """
    try:
        if not _is_own_checkout(package):
            return None
        described = _git(package, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
        untracked = _git(package, "ls-files", "--others", "--exclude-standard")
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return f"{described.removesuffix('-dirty')}-dirty" if untracked else described


def _is_own_checkout(package: Path) -> bool:
    """Tells whether git tracks the package, in the first level of a tree that names the project."""
    if _git(package, "rev-parse", "--show-prefix") != f"{package.name}/":
        return False
    _git(package, "ls-files", "--error-unmatch", "__init__.py")
    settings = tomllib.loads((package.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return settings.get("project", {}).get("name") == _PROJECT


def _git(folder: Path, *arguments: str) -> str:
    """Returns what git prints in the folder; a hook's variables would name another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
