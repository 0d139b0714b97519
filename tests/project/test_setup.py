"""What `make` does before it installs anything: find a Python, make an environment, keep it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")


def make_environment(
    directory: Path, python: str = "", path: str = os.environ["PATH"]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "make_environment.sh"), str(directory), python],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def old_python(folder: Path) -> Path:
    """Writes a `python3` that says it is Python 3.10.2 and refuses every program."""
    path = folder / "python3"
    path.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.10.2" || exit 1\n')
    path.chmod(0o755)
    return path


def test_an_old_python_is_refused_with_what_to_do(tmp_path: Path) -> None:
    old_python(tmp_path)
    outcome = make_environment(tmp_path / "env", path=str(tmp_path))
    assert outcome.returncode == 1
    assert "python3 is: Python 3.10.2" in outcome.stderr
    assert "make app PYTHON=" in outcome.stderr
    assert not (tmp_path / "env").exists()


def test_a_named_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    outcome = make_environment(tmp_path / "env", python=str(old_python(tmp_path)))
    assert outcome.returncode == 1
    assert "is Python 3.10.2: give the path of Python 3.11, 3.12 or 3.13" in outcome.stderr


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    outcome = make_environment(tmp_path, python=sys.executable)
    assert outcome.returncode == 1
    assert "make app VENV=" in outcome.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_an_environment_is_made_once_and_then_kept(tmp_path: Path) -> None:
    directory = tmp_path / "a folder with spaces" / "env"
    first = make_environment(directory, python=sys.executable)
    assert first.returncode == 0, first.stderr
    assert "Making the environment" in first.stdout
    second = make_environment(directory, python=sys.executable)
    assert (second.returncode, second.stdout) == (0, "")


def test_a_second_call_of_make_installs_nothing(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    for name in ("installed", "installed-dev"):
        (tmp_path / name).touch()
    command = ["make", "--dry-run", "install-dev", f"VENV={tmp_path}"]
    plan = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip" not in plan.stdout


def test_an_environment_whose_python_is_gone_is_installed_anew(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "removed")
    (tmp_path / "installed").touch()
    command = ["make", "--dry-run", "install", f"VENV={tmp_path}"]
    plan = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip" in plan.stdout


@pytest.mark.parametrize("package", ["losses", "topology", "geometry", "evaluation"])
def test_the_check_of_every_change_measures_the_core_in_the_one_test_run(
    package: str, tmp_path: Path
) -> None:
    last = (ROOT / ".ci" / "run").read_text().splitlines()[-1].split()
    assert last == ["make", "test", "COVERED=1"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    command = ["make", "--dry-run", "tests", *last[2:], f"VENV={tmp_path}"]
    plan = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (run,) = (line for line in plan.stdout.splitlines() if "pytest -n" in line)
    assert f"--cov=tomclip/{package} " in run
    assert "--cov-fail-under=90" in run


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("status", [0, 1])
def test_encoders_that_cannot_be_had_stop_nothing(tmp_path: Path, status: int) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n[ "$1" = -m ] && exit {status} || exit 0\n')
    python.chmod(0o755)
    (tmp_path / "env" / "installed").touch()
    marker = tmp_path / "env" / "asked-for-encoders"
    command = ["make", "-C", str(ROOT), f"VENV={tmp_path / 'env'}", str(marker)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ("the studio goes on without them" in outcome.stdout) is bool(status)
    assert marker.is_file()
