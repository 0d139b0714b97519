"""Precomputed vectors as an encoder: found by text and language, or by picture id."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.types import Embeddings
from tomclip.encoders import (
    cached_image_embeddings,
    cached_text_embeddings,
    encoder_fingerprint,
    image_encoder_name,
    load_image_encoder,
    load_teacher,
    load_text_encoder,
    memory_estimate,
)
from tomclip.encoders.stored.saving import save_embeddings

PIXELS = np.zeros((2, 4, 4, 3), dtype=np.uint8)


def made(modality: str, language: str = "", *, seed: int = 0, d: int = 5, n: int = 3) -> Embeddings:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    names = tuple(f"{modality} {row}" for row in range(n))
    return Embeddings(
        vectors=vectors,
        ids=tuple(f"id-{row}" for row in range(n)),
        labels=names,
        languages=(language,) * n,
        modality=modality,  # type: ignore[arg-type]
        encoder="somebody's",
        unit_norm=False,
    )


def write(embeddings: Embeddings, path: Path) -> Path:
    """Returns `path` written by `tomclip embed`, or in the documented safetensors form."""
    if path.suffix != ".safetensors":
        save_embeddings(embeddings, path)
        return path
    facts = {
        "ids": json.dumps(embeddings.ids),
        "modality": embeddings.modality,
        "encoder": embeddings.encoder,
    }
    if embeddings.modality == "text":
        facts |= {"labels": json.dumps(embeddings.labels), "language": embeddings.languages[0]}
    save_file({"vectors": embeddings.vectors}, path, metadata=facts)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(made("text", "en", seed=1), tmp_path / "english.npz")
    write(made("text", "ko", seed=2), tmp_path / "korean.parquet")
    write(made("image", seed=3), tmp_path / "pictures.safetensors")
    (tmp_path / "notes.md").write_text("not vectors")
    return tmp_path


@pytest.mark.parametrize("suffix", [".npz", ".parquet", ".safetensors"])
def test_texts_are_found_in_any_order_in_every_format(tmp_path: Path, suffix: str) -> None:
    stored = made("text", "fr")
    encoder = load_text_encoder(f"vectors:{write(stored, tmp_path / f'v{suffix}')}")
    found = encoder.embed_texts(["text 2", "text 0"], language="fr", normalise=False)
    np.testing.assert_array_equal(found.vectors, stored.vectors[[2, 0]])
    assert (found.labels, encoder.dimension) == (("text 2", "text 0"), 5)
    unit = encoder.embed_texts(["text 1"], language="fr").vectors
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("suffix", [".npz", ".parquet", ".safetensors"])
def test_pictures_are_found_by_id_in_every_format(tmp_path: Path, suffix: str) -> None:
    stored = made("image")
    encoder = load_image_encoder(f"vectors:{write(stored, tmp_path / f'v{suffix}')}")
    found = encoder.embed_images(PIXELS, ids=["id-2", "id-1"], normalise=False)
    np.testing.assert_array_equal(found.vectors, stored.vectors[[2, 1]])
    with pytest.raises(InputError, match="finds pictures by id and none came"):
        encoder.embed_images(PIXELS)


def test_a_folder_is_all_its_files_together(folder: Path) -> None:
    name = f"vectors:{folder}"
    assert image_encoder_name(name) == name
    korean = cached_text_embeddings(name, ["text 1"], language="ko", normalise=False)
    np.testing.assert_array_equal(korean.vectors, made("text", "ko", seed=2).vectors[[1]])
    pictures = cached_image_embeddings(name, "any", PIXELS, ids=["id-0", "id-1"], normalise=False)
    np.testing.assert_array_equal(pictures.vectors, made("image", seed=3).vectors[:2])
    assert pictures.encoder == name


def test_what_is_not_there_is_named_and_counted(folder: Path) -> None:
    encoder = load_text_encoder(f"vectors:{folder}")
    with pytest.raises(InputError, match=r"2 of 3 texts in language 'en' \('cat', 'dog'\)"):
        encoder.embed_texts(["cat", "text 1", "dog"])
    with pytest.raises(InputError, match="1 of 1 texts in language 'de'"):
        encoder.embed_texts(["text 1"], language="de")
    with pytest.raises(InputError, match=r"7 of 7 images \(.*'5', \.\.\.\)"):
        load_image_encoder(f"vectors:{folder}").embed_images(PIXELS, ids=list("1234567"))


def test_sides_of_different_lengths_are_one_sentence(folder: Path) -> None:
    write(made("image", d=7), folder / "pictures.safetensors")
    with pytest.raises(AssetError, match=r"different lengths, 5 \(texts .*\) and 7 \(images"):
        load_text_encoder(f"vectors:{folder}")


def test_two_vectors_of_one_text_are_refused_and_equal_ones_are_not(folder: Path) -> None:
    write(made("text", "en", seed=1), folder / "same.npz")
    load_text_encoder(f"vectors:{folder}")
    write(made("text", "en", seed=9), folder / "other.npz")
    with pytest.raises(AssetError, match="two vectors of text 'text 0'"):
        load_text_encoder(f"vectors:{folder}")


@pytest.mark.parametrize("suffix", [".npz", ".parquet", ".safetensors"])
def test_a_truncated_file_is_named(tmp_path: Path, suffix: str) -> None:
    path = write(made("text", "en"), tmp_path / f"v{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AssetError, match=f"{path} holds no readable vectors"):
        load_text_encoder(f"vectors:{path}")


def test_no_file_and_no_model_are_one_sentence_each(folder: Path, tmp_path: Path) -> None:
    for nothing in ("vectors:/no/such/file.npz", "vectors:"):
        with pytest.raises(EncoderUnavailable, match=r"give a file of vectors \(\.npz, \.parquet"):
            load_text_encoder(nothing)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(EncoderUnavailable, match="holds no vectors; name a file"):
        load_text_encoder(f"vectors:{empty}")
    with pytest.raises(EncoderUnavailable, match="is a file of vectors; name a teacher here"):
        load_teacher(f"vectors:{folder}")
    with pytest.raises(InputError, match="holds vectors and no model"):
        memory_estimate(f"vectors:{folder}")


def test_the_fingerprint_follows_the_files(folder: Path) -> None:
    before = encoder_fingerprint(f"vectors:{folder}")
    assert encoder_fingerprint(f"vectors:{folder / 'english.npz'}") != before
    write(made("text", "en", seed=4), folder / "english.npz")
    assert encoder_fingerprint(f"vectors:{folder}") != before


def test_texts_are_found_however_accents_and_languages_are_spelled(tmp_path: Path) -> None:
    label = "légende"
    stored = replace(made("text", "zh-CN", n=1), labels=(unicodedata.normalize("NFD", label),))
    write(stored, tmp_path / "a.npz")
    encoder = load_text_encoder(f"vectors:{tmp_path / 'a.npz'}")
    for language in ("zh", "zh-Hans", "zh_CN"):
        found = encoder.embed_texts([label], language=language, normalise=False)
        np.testing.assert_array_equal(found.vectors, stored.vectors)
    with pytest.raises(InputError, match="has no vector"):
        encoder.embed_texts([label], language="zh-TW")
