"""The teacher: what open_clip itself computes, how pictures are read, and damaged directories."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from support.tiny_encoders import DIMENSION, TEXTS, write_teacher

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.files.manifests import write_manifest
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.teacher.pictures import on_white, pictures_to_tensor

SIDE = 48


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_teacher(tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def teacher(directory: Path) -> Teacher:
    return Teacher.from_directory(directory, name="tiny")


@pytest.fixture
def own_copy(directory: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(directory, tmp_path / "copy"))


def pictures(n: int, *, channels: int = 4, side: int = SIDE) -> np.ndarray:
    """Returns smooth random pictures, uint8 (n, side, side, channels)."""
    coarse = np.random.default_rng(0).integers(0, 256, (n, 6, 6, channels), dtype=np.uint8)
    grown = [Image.fromarray(one).resize((side, side), Image.Resampling.BICUBIC) for one in coarse]
    return np.stack([np.asarray(one) for one in grown])


def reference(directory: Path) -> tuple[Any, Any, Any]:
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{directory}")
    return model.eval(), preprocess, open_clip.get_tokenizer(f"local-dir:{directory}")


@torch.inference_mode()
def test_texts_are_what_open_clip_computes(directory: Path, teacher: Teacher) -> None:
    model, _, tokenizer = reference(directory)
    texts = list(TEXTS[:6])
    raw = model.encode_text(tokenizer(texts)).numpy()
    unit = model.encode_text(tokenizer(texts), normalize=True).numpy()
    np.testing.assert_allclose(teacher.embed_texts(texts, normalise=False).vectors, raw, atol=1e-5)
    np.testing.assert_allclose(teacher.embed_texts(texts).vectors, unit, atol=1e-5)


@torch.inference_mode()
def test_pictures_are_what_open_clip_computes(directory: Path, teacher: Teacher) -> None:
    model, preprocess, _ = reference(directory)
    photos = [Image.fromarray(one) for one in pictures(5, channels=3)]
    batch = torch.stack([preprocess(photo) for photo in photos])
    expected = model.encode_image(batch, normalize=True).numpy()
    np.testing.assert_allclose(teacher.embed_images(photos).vectors, expected, atol=1e-5)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("side", [20, 32, 48, 100])
def test_an_array_is_preprocessed_like_pil_pictures(
    teacher: Teacher, channels: int, side: int
) -> None:
    array = pictures(4, channels=channels, side=side)
    batch = pictures_to_tensor(array, teacher.preprocess)
    one_by_one = pictures_to_tensor([Image.fromarray(one) for one in array], teacher.preprocess)
    assert batch.shape == one_by_one.shape == (4, 3, 32, 32)
    grey_levels = (batch - one_by_one).abs() * 0.5 * 255
    assert grey_levels.max() < 3.01
    assert grey_levels.mean() < 0.25


def test_a_preprocessing_that_needs_pil_is_given_pil(teacher: Teacher) -> None:
    seen: list[Any] = []

    def preprocess(picture: Image.Image) -> torch.Tensor:
        seen.append((picture.mode, picture.size))
        return torch.zeros(3, 2, 2)

    assert pictures_to_tensor(pictures(2), preprocess).shape == (2, 3, 2, 2)
    assert seen == [("RGB", (SIDE, SIDE))] * 2


def test_alpha_is_composited_on_white_by_hand() -> None:
    pixel = np.array([[[[100, 0, 255, 255], [100, 0, 255, 0], [100, 0, 255, 51]]]], dtype=np.uint8)
    assert on_white(pixel)[0, 0].tolist() == [[100, 0, 255], [255, 255, 255], [224, 204, 255]]


def test_a_palette_picture_with_transparency_is_composited_too(teacher: Teacher) -> None:
    clear = Image.new("P", (SIDE, SIDE))
    clear.info["transparency"] = 0
    white = Image.new("RGB", (SIDE, SIDE), "white")
    found = teacher.embed_images([clear, white]).vectors
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 8, 8, 3)), "images are float64"),
        (np.zeros((8, 8, 3), dtype=np.uint8), r"shape \(8, 8, 3\)"),
        (np.zeros((2, 8, 8, 2), dtype=np.uint8), "3 or 4"),
        (["not a picture"], "image 0 is a str"),
    ],
)
def test_other_pictures_are_refused(teacher: Teacher, images: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        teacher.embed_images(images)


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_batches_never_change_a_vector(teacher: Teacher, batch_size: int) -> None:
    array, texts = pictures(7), TEXTS[:7]
    whole = teacher.embed_images(array).vectors
    np.testing.assert_allclose(
        teacher.embed_images(array, batch_size=batch_size).vectors, whole, atol=1e-5
    )
    np.testing.assert_allclose(
        teacher.embed_texts(texts, batch_size=batch_size).vectors,
        teacher.embed_texts(texts).vectors,
        atol=1e-5,
    )


def test_embeddings_carry_their_names(teacher: Teacher) -> None:
    images = teacher.embed_images(pictures(2), ids=["1f600", "1f436"])
    assert (images.ids, images.labels) == (("1f600", "1f436"), ("1f600", "1f436"))
    assert (images.modality, images.encoder, images.languages) == ("image", "tiny", ("", ""))
    texts = teacher.embed_texts(["dog"], labels=["1f436"])
    assert (texts.ids, texts.labels, texts.languages) == (("0",), ("1f436",), ("en",))
    assert teacher.dimension == DIMENSION == texts.vectors.shape[1]


def test_nothing_in_gives_no_rows(teacher: Teacher) -> None:
    assert teacher.embed_texts([]).vectors.shape == (0, DIMENSION)
    assert teacher.embed_images([]).vectors.shape == (0, DIMENSION)


def test_the_teacher_is_frozen_in_evaluation_mode_and_full_precision(teacher: Teacher) -> None:
    assert not any(module.training for module in teacher.model.modules())
    assert not any(weight.requires_grad for weight in teacher.model.parameters())
    assert {weight.dtype for weight in teacher.model.parameters()} == {torch.float32}


def test_several_threads_get_what_one_gets(teacher: Teacher) -> None:
    expected = teacher.embed_texts(TEXTS[:6]).vectors
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: teacher.embed_texts(TEXTS[:6]).vectors, range(8)):
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_folder_without_a_configuration_is_no_teacher(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"holds no open_clip_config\.json"):
        Teacher.from_directory(tmp_path)


def test_a_teacher_without_weights_is_refused_rather_than_drawn_at_random(own_copy: Path) -> None:
    (own_copy / "open_clip_model.safetensors").rename(own_copy / "open_clip_model.bin")
    with pytest.raises(AssetError, match=r"holds no \.safetensors weights"):
        Teacher.from_directory(own_copy)


@pytest.mark.parametrize(
    "name", ["open_clip_model.safetensors", "open_clip_config.json", "tokenizer.json"]
)
def test_a_truncated_file_is_an_asset_error_that_names_the_folder(
    own_copy: Path, name: str
) -> None:
    path = own_copy / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AssetError, match=str(own_copy)):
        Teacher.from_directory(own_copy)


def test_weights_of_another_shape_are_an_asset_error(own_copy: Path) -> None:
    path = own_copy / "open_clip_config.json"
    config = json.loads(path.read_text())
    config["model_cfg"]["text_cfg"]["width"] = 32
    path.write_text(json.dumps(config))
    with pytest.raises(AssetError, match="no readable open_clip model"):
        Teacher.from_directory(own_copy)


def test_altered_weights_are_found_by_the_manifest(own_copy: Path) -> None:
    write_manifest(own_copy, {})
    path = own_copy / "open_clip_model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(AssetError, match="was altered"):
        Teacher.from_directory(own_copy)


@pytest.mark.parametrize("name", ["ViT-B-32/no-such-weights", "no-such/architecture", "/nowhere"])
def test_a_name_that_open_clip_does_not_know_says_what_is_accepted(name: str) -> None:
    with pytest.raises(EncoderUnavailable, match="use ARCHITECTURE/WEIGHTS"):
        Teacher.from_name(name)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ViT-B-32/openai", "hf download timm/vit_base_patch32_clip_224.openai"),
        ("hf-hub:no-such/model", "hf download no-such/model"),
        ("hf-hub:no-such/model@v2", "hf download no-such/model --revision v2"),
    ],
)
def test_weights_that_cannot_be_fetched_say_how_to_get_them(name: str, command: str) -> None:
    with pytest.raises(EncoderUnavailable, match=f"run '{command}' with a network"):
        Teacher.from_name(name)
