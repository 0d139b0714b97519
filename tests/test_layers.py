"""Who may import whom: the package by import-linter's contracts, pages by their text."""

from __future__ import annotations

from pathlib import Path

import pytest
from import_names import imported_packages
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py")])


def test_the_package_keeps_its_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_only_calls_the_interface(path: Path) -> None:
    assert imported_packages(path) <= {"streamlit", "tomclip"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_is_thin(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < (50 if path.name == "app.py" else 120)
