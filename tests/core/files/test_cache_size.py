"""Kept values take no more than their limit; the least recently used go, and nothing else does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.command_line import tomclip
from typer.testing import CliRunner

from tomclip.cli.application import application
from tomclip.core.errors import InputError
from tomclip.core.files import cache_size
from tomclip.core.files.cache import ContentCache

VALUES = ContentCache("maps", ".bin", bytes, bytes)
OTHERS = ContentCache("captions", ".bin", bytes, bytes)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv(cache_size.LIMIT_VARIABLE, "0.00001")  # 10,000 bytes
    return tmp_path / "cache"


def age(cache: ContentCache[bytes], key: str, minutes: float) -> None:
    then = time.time() - 60 * minutes
    os.utime(cache.path(key), (then, then))


def keep(count: int, size: int = 1_500) -> None:
    """Keeps values of one size, the first the oldest."""
    for number in range(count):
        VALUES.put(f"{number}", bytes(size))
        age(VALUES, f"{number}", 100 - number)


def kept() -> set[str]:
    return {one.path.stem for one in cache_size.kept_files("maps")}


def test_the_least_recently_used_go_until_nine_tenths_of_the_limit_are_left() -> None:
    keep(6)
    assert VALUES.get("0") == bytes(1_500)  # used now
    VALUES.put("new", bytes(1_500))
    assert kept() == {"0", "2", "3", "4", "5", "new"}
    assert VALUES.get("1") is None


def test_nothing_goes_below_the_limit() -> None:
    keep(6)
    assert cache_size.trim(limit=9_000) == 0
    assert len(kept()) == 6


def test_what_was_used_a_moment_ago_stays_even_above_the_limit() -> None:
    for number in range(9):
        VALUES.put(f"{number}", bytes(1_500))
    assert len(kept()) == 9


def test_other_folders_of_the_cache_are_left_alone(folder: Path) -> None:
    OTHERS.put("table", bytes(50_000))
    age(OTHERS, "table", 500)
    keep(9)
    assert OTHERS.get("table") == bytes(50_000)
    assert len(kept()) == 6  # of nine, which are 13,500 bytes
    assert cache_size.clear() == 6 * 1_500
    assert kept() == set()
    assert (folder / "captions" / "table.bin").is_file()


def test_a_value_that_another_process_removed_meanwhile_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(6)
    files = cache_size.kept_files("maps")
    VALUES.path("0").unlink()
    monkeypatch.setattr(cache_size, "kept_files", lambda *folders: files)
    assert cache_size.trim(limit=8_000) == 3_000
    assert [VALUES.path(key).exists() for key in "0123"] == [False, False, True, True]


def test_without_a_limit_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache_size.LIMIT_VARIABLE, "inf")
    monkeypatch.setattr(cache_size, "trim", lambda limit: pytest.fail("it was looked at"))
    assert VALUES.put("0", bytes(10))


@pytest.mark.parametrize("text", ["much", "-1", "nan"])
def test_a_limit_that_is_no_number_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache_size.LIMIT_VARIABLE, text)
    with pytest.raises(InputError, match=r"TOMCLIP_CACHE_LIMIT_GB is .*; use a number of GB"):
        cache_size.limit_bytes()


def test_the_command_shows_sizes_and_clears_after_a_question() -> None:
    keep(2)
    shown = tomclip("cache", "show")
    assert "maps" in shown.output
    assert "trimmed" in shown.output
    asked = CliRunner().invoke(application, ["cache", "clear"], input="n\n")
    assert asked.exit_code != 0
    assert "Remove 0.0 MB of kept values? [y/N]" in asked.output
    assert len(kept()) == 2
    assert "0.0 MB removed" in tomclip("cache", "clear", "--yes").output
    assert kept() == set()
