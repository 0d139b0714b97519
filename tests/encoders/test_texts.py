"""A text is no list of texts, whichever encoder reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.tiny_encoders import write_student, write_teacher

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.encoders import cached_text_embeddings, load_text_encoder
from tomclip.encoders.stored.saving import save_embeddings
from tomclip.targets.encoding import encode_targets

WAYS: dict[str, Callable[[str, Any, Path], object]] = {
    "teacher": lambda _, texts, __: load_text_encoder("emoji-teacher").embed_texts(texts),
    "student": lambda _, texts, __: load_text_encoder("mclip").embed_texts(texts),
    "stored": lambda stored, texts, _: load_text_encoder(stored).embed_texts(texts),
    "cached": lambda _, texts, __: cached_text_embeddings("mclip", texts),
    "cached, stored": lambda stored, texts, _: cached_text_embeddings(stored, texts),
    "targets": lambda _, texts, folder: encode_targets(texts, "emoji-teacher", folder / "targets"),
}


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("assets")
    write_teacher(directory / "emoji" / "teacher")
    write_student(directory / "emoji" / "students" / "mclip")
    vectors = np.eye(3, dtype=np.float32)
    letters = tuple("cat")
    stored = Embeddings(vectors, letters, letters, ("en",) * 3, "text", "letters", True)
    save_embeddings(stored, directory / "letters.npz")
    return directory


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("texts", "words"),
    [("cat", "give"), (["cat", None], "1 is None"), ([3.0], "0 is 3.0"), (["\ud800"], "half a")],
)
def test_it_is_refused(
    assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    texts: Any,
    words: str,
) -> None:
    monkeypatch.setenv("TOMCLIP_ASSETS", str(assets))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    with pytest.raises(InputError, match=words):
        WAYS[way](f"vectors:{assets / 'letters.npz'}", texts, tmp_path)
