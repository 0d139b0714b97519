"""The tiny assets: 60 concepts, a teacher and two students."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny_assets import write_assets


@pytest.fixture(scope="session")
def tiny_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_assets(tmp_path_factory.mktemp("baseline-assets"))


@pytest.fixture(autouse=True)
def machine(tiny_assets: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the tiny assets in place, and no run."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tiny_assets))
