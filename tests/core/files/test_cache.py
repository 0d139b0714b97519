"""Content known by its digest, and values kept on disk under it."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from tomclip.core.files import cache
from tomclip.core.files.cache import (
    ContentCache,
    array_cache,
    array_parts,
    content_key,
    text_digests,
)

TEXTS = ContentCache("texts", ".txt", lambda content: content.decode(), str.encode)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "texts"


def test_a_key_says_where_a_part_ends() -> None:
    keys = {content_key("ab", "c"), content_key("a", "bc"), content_key("abc"), content_key(b"")}
    assert len(keys) == 4
    assert all(len(key) == 64 for key in keys)
    assert content_key("ä") == content_key("ä".encode())


def test_arrays_of_the_same_bytes_and_another_type_or_shape_differ() -> None:
    array = np.arange(4, dtype=np.int32)
    others = [array.reshape(2, 2), array.view(np.float32), array[::-1]]
    keys = {content_key(*array_parts(one)) for one in (array, *others)}
    assert len(keys) == 4
    assert content_key(*array_parts(array)) == content_key(*array_parts(array.copy()))


def test_equal_texts_have_equal_digests() -> None:
    digests = text_digests(["cat", "dog", "cat"])
    assert digests.dtype == np.uint64
    assert digests[0] == digests[2] != digests[1]


def test_a_value_is_found_again_by_its_key_alone(folder: Path) -> None:
    assert TEXTS.get("key") is None
    assert TEXTS.put("key", "value")
    assert TEXTS.get("key") == "value"
    assert TEXTS.get("other") is None
    assert [path.name for path in folder.iterdir()] == ["key.txt"]


def test_a_damaged_file_is_a_miss_and_is_logged(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    TEXTS.put("key", "value")
    TEXTS.path("key").write_bytes(b"\xff")
    with caplog.at_level(logging.WARNING):
        assert TEXTS.get("key") is None
    assert "key.txt cannot be read" in caplog.text


def test_a_cache_that_cannot_be_written_is_no_error(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert not TEXTS.put("key", "value")
        assert TEXTS.get("key") is None
    assert "cannot be written" in caplog.text


def test_a_bug_in_what_is_kept_is_not_hidden() -> None:
    with pytest.raises(TypeError):
        TEXTS.put("key", 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("array", [np.zeros(3), np.array([[np.nan]])])
def test_an_array_of_another_kind_is_a_miss(array: np.ndarray, tmp_path: Path) -> None:
    vectors = array_cache("vectors", "vectors")
    vectors.put("key", array)
    assert vectors.get("key") is None
    vectors.put("key", np.eye(2, dtype=np.float32))
    found = vectors.get("key")
    assert found is not None
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.eye(2))


def test_the_cache_lies_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "cache_directory", lambda: tmp_path / "elsewhere")
    assert TEXTS.path("key") == tmp_path / "elsewhere" / "texts" / "key.txt"
