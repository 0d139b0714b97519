"""Who may import whom: the package by import-linter's contracts, pages by their text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.import_names import imported_packages

SCRIPTS = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py")])


def test_the_package_keeps_its_layers() -> None:
    # In a process of its own: import-linter turns off the loggers of the process that it runs in.
    lint = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    linted = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_only_calls_the_interface(path: Path) -> None:
    assert imported_packages(path) <= {"streamlit", "tomclip"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_is_thin(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < (50 if path.name == "app.py" else 120)
