"""The embedding cache: a hit loads nothing, content decides, and a bad cache harms nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.tiny_encoders import write_student, write_teacher

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.encoders import (
    cache,
    cached_image_embeddings,
    cached_text_embeddings,
    load_text_encoder,
)

TEXTS = ("red heart", "dog face", "cat face")


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("assets")
    write_teacher(directory / "emoji" / "teacher")
    write_student(directory / "emoji" / "students" / "mclip", seed=1)
    write_student(directory / "emoji" / "students" / "tomclip", seed=2)
    return directory


@pytest.fixture
def folder(assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns this test's cache folder; it does not exist yet."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(assets))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embeddings"


@pytest.fixture
def no_loading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Returns a function after which loading any encoder fails the test."""

    def refuse(name: str, *, device: str) -> None:
        pytest.fail(f"{name} was loaded although its vectors are in the cache")

    def forbid() -> None:
        monkeypatch.setattr(cache, "load_text_encoder", refuse)
        monkeypatch.setattr(cache, "load_image_encoder", refuse)

    return forbid


def pixels(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, 32, 32, 4), dtype=np.uint8)


def same(one: Embeddings, other: Embeddings) -> bool:
    names = ("ids", "labels", "languages", "modality", "encoder", "unit_norm")
    return np.array_equal(one.vectors, other.vectors) and all(
        getattr(one, name) == getattr(other, name) for name in names
    )


@pytest.mark.parametrize("name", ["emoji-teacher", "mclip"])
@pytest.mark.parametrize("normalise", [True, False])
def test_the_cache_returns_what_the_encoder_returns(
    folder: Path, name: str, normalise: bool
) -> None:
    ids = ("a", "b", "c")
    direct = load_text_encoder(name).embed_texts(TEXTS, language="en", ids=ids, normalise=normalise)
    first = cached_text_embeddings(name, TEXTS, language="en", ids=ids, normalise=normalise)
    second = cached_text_embeddings(name, TEXTS, language="en", ids=ids, normalise=normalise)
    assert same(first, direct)
    assert same(second, direct)


def test_a_hit_loads_no_model_whatever_the_names_and_the_norm(
    no_loading: Callable[[], None],
) -> None:
    cached_text_embeddings("mclip", TEXTS, ids=("a", "b", "c"))
    cached_image_embeddings("mclip", "noto", pixels())
    no_loading()
    found = cached_text_embeddings("mclip", TEXTS, labels=("x", "y", "z"), normalise=False)
    assert (found.labels, found.unit_norm) == (("x", "y", "z"), False)
    images = cached_image_embeddings("emoji-teacher", "noto", pixels())
    assert (images.encoder, images.modality) == ("emoji-teacher", "image")


def test_another_encoder_text_language_or_picture_has_a_file_of_its_own(folder: Path) -> None:
    cached_text_embeddings("mclip", TEXTS)
    cached_text_embeddings("tomclip", TEXTS)
    cached_text_embeddings("mclip", TEXTS[:2])
    cached_text_embeddings("mclip", ("red heart dog face", "cat face"))
    cached_text_embeddings("mclip", TEXTS, language="fr")
    cached_image_embeddings("mclip", "noto", pixels())
    cached_image_embeddings("mclip", "noto", pixels(1))
    cached_image_embeddings("mclip", "noto", [Image.fromarray(one) for one in pixels()])
    assert len(list(folder.iterdir())) == 8


def test_ids_that_do_not_fit_are_refused_on_a_hit_too(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(InputError, match="1 ids came for 3 vectors"):
            cached_text_embeddings("mclip", TEXTS, ids=("only one",))


@pytest.mark.parametrize(
    "damage", ["truncated", "empty", "text", "npy", "other array", "NaN", "rows"]
)
def test_a_broken_cache_file_is_computed_again(folder: Path, damage: str) -> None:
    expected = cached_text_embeddings("mclip", TEXTS)
    (path,) = folder.iterdir()
    data = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("not an archive")
    elif damage == "npy":
        with path.open("wb") as stream:
            np.save(stream, expected.vectors)
    elif damage == "other array":
        np.savez(path, other=expected.vectors)
    elif damage == "NaN":
        np.savez(path, vectors=expected.vectors * np.nan)
    else:
        np.savez(path, vectors=expected.vectors[:2])
    assert same(cached_text_embeddings("mclip", TEXTS), expected)
    assert path.read_bytes() == data


def test_a_pickle_in_the_cache_is_never_run(folder: Path) -> None:
    expected = cached_text_embeddings("mclip", TEXTS)
    (path,) = folder.iterdir()
    np.savez(path, vectors=np.array([print], dtype=object), allow_pickle=True)
    assert same(cached_text_embeddings("mclip", TEXTS), expected)


def test_a_cache_that_cannot_be_written_costs_the_file_and_not_the_result(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        found = cached_text_embeddings("mclip", TEXTS)
    assert same(found, load_text_encoder("mclip").embed_texts(TEXTS))
    assert "cannot be written" in caplog.text


def test_a_full_disk_leaves_no_half_written_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(cache.np, "savez", no_space)
    assert len(cached_text_embeddings("mclip", TEXTS)) == 3
    assert list(folder.iterdir()) == []


def test_progress_is_passed_on(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    cached_text_embeddings("mclip", TEXTS, on_progress=lambda *step: seen.append(step))
    assert seen == [(3, 3)]
