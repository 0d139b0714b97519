"""What the studio shows in tests: assets in the real format, small enough to compute with."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny_assets import write_assets


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the tiny assets of this module: 60 concepts, a teacher and two students."""
    return write_assets(tmp_path_factory.mktemp("assets"))
