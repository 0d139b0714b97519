"""Encoders that are doubles, and tables wide enough to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.emoji_doubles import EncoderDoubles


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    """Stands doubles in for the encoders, in a cache of the test's own."""
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return EncoderDoubles().install(monkeypatch)
