"""The recorded commit is the project's own, or none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tomclip.runs.commit import git_commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write_package(folder: Path, *, name: str = "tomclip") -> Path:
    """Returns the package in a folder that looks like the project's."""
    (folder / "tomclip").mkdir(parents=True)
    (folder / "tomclip" / "__init__.py").write_text('"""A package."""\n')
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    return folder / "tomclip"


def commit_all(folder: Path) -> str:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return git(folder, "rev-parse", "--short=12", "HEAD")


@pytest.fixture(autouse=True)
def no_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_clean_checkout_is_its_commit_even_when_it_is_tagged(tmp_path: Path) -> None:
    package = write_package(tmp_path)
    commit = commit_all(tmp_path)
    git(tmp_path, "tag", "v1")
    assert len(commit) == 12
    assert git_commit(package) == commit


def test_changed_and_new_files_of_the_package_are_noted(tmp_path: Path) -> None:
    package = write_package(tmp_path)
    commit = commit_all(tmp_path)
    (tmp_path / "notes.txt").write_text("not of the package")
    assert git_commit(package) == commit
    (package / "new.py").write_text("x = 1\n")
    assert git_commit(package) == f"{commit}-dirty"
    (package / "new.py").unlink()
    (package / "__init__.py").write_text("x = 1\n")
    assert git_commit(package) == f"{commit}-dirty"


def test_a_repository_round_an_installed_package_is_not_the_projects(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("somebody's own")
    (tmp_path / ".gitignore").write_text(".venv\n")
    commit_all(tmp_path)
    site_packages = tmp_path / ".venv" / "lib" / "site-packages"
    assert git_commit(write_package(site_packages)) is None


def test_a_copy_within_another_project_is_not_the_projects(tmp_path: Path) -> None:
    deeper = write_package(tmp_path / "one" / "vendored")
    other = write_package(tmp_path / "two", name="thesis")
    commit_all(tmp_path / "one")
    commit_all(tmp_path / "two")
    assert git_commit(deeper) is None
    assert git_commit(other) is None


def test_the_current_folder_and_gits_variables_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    write_package(other)
    commit_all(other)
    package = write_package(tmp_path / "installed")
    monkeypatch.chdir(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert git_commit(package) is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = write_package(tmp_path)
    commit_all(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert git_commit(package) is None
