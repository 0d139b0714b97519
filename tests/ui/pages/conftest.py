"""What every page stands on in tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tomclip.ui.computing import maps


@pytest.fixture(autouse=True)
def tiny_studio(assets: Path, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the tiny assets in place, no run and no benchmark; compiles nothing ahead."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(assets))
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(maps, "compile_umap", lambda: None)
