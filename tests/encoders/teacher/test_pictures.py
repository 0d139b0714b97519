"""Pictures on disk: opened batch by batch, known by their fingerprint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.tiny_encoders import write_teacher

from tomclip.core.errors import InputError
from tomclip.data.pictures import PictureFiles
from tomclip.encoders import StoredPictures, cached_image_embeddings
from tomclip.encoders.teacher.encoder import Teacher


class Folder:
    """Drawn pictures that count how many are open; `broken` is one that cannot be read."""

    def __init__(self, n: int, *, state: str = "one", broken: int = -1) -> None:
        self.n, self.state, self.broken = n, state, broken
        self.opened: list[int] = []

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, row: int) -> Image.Image:
        self.opened.append(row)
        if row == self.broken:
            raise InputError(f"picture-{row}.jpg cannot be read; restore it")
        return Image.new("RGB", (32, 32), (row * 7 % 256, row * 31 % 256, 128))

    def fingerprint(self) -> str:
        return f"{self.state} {self.n}"


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Teacher:
    return Teacher.from_directory(write_teacher(tmp_path_factory.mktemp("teacher")))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_teacher(tmp_path / "assets" / "emoji" / "teacher")
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))


def test_they_are_what_a_list_of_them_is(teacher: Teacher) -> None:
    folder = Folder(9)
    assert isinstance(folder, StoredPictures)
    expected = teacher.embed_images([folder[row] for row in range(9)]).vectors
    found = teacher.embed_images(folder, batch_size=4).vectors
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_only_one_batch_is_open_at_a_time(teacher: Teacher) -> None:
    folder = Folder(10)
    seen: list[tuple[int, int]] = []
    teacher.embed_images(
        folder, batch_size=4, on_progress=lambda done, _: seen.append((done, len(folder.opened)))
    )
    assert seen == [(4, 4), (8, 8), (10, 10)]


def test_real_files_in_several_threads_keep_their_order(teacher: Teacher, tmp_path: Path) -> None:
    drawn = Folder(40)
    for row in range(40):
        drawn[row].resize((90, 60)).save(tmp_path / f"{row:02}.png")
    files = PictureFiles(sorted(tmp_path.glob("*.png")), tmp_path)
    expected = teacher.embed_images([files[row] for row in range(40)]).vectors
    found = teacher.embed_images(files, batch_size=16).vectors
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_one_that_cannot_be_read_stops_with_its_name(teacher: Teacher) -> None:
    with pytest.raises(InputError, match=r"picture-7\.jpg cannot be read"):
        teacher.embed_images(Folder(10, broken=7), batch_size=4)


def test_something_else_in_a_set_of_pictures_is_named(teacher: Teacher) -> None:
    class Wrong(Folder):
        def __getitem__(self, row: int) -> Image.Image:
            return "a path" if row == 5 else super().__getitem__(row)  # type: ignore[return-value]

    with pytest.raises(InputError, match="image 5 is a str"):
        teacher.embed_images(Wrong(8), batch_size=4)


def test_a_cached_set_is_not_opened_again_until_its_fingerprint_changes(machine: None) -> None:
    first, again, changed = Folder(5), Folder(5), Folder(5, state="other")
    vectors = cached_image_embeddings("emoji-teacher", "set", first).vectors
    found = cached_image_embeddings("emoji-teacher", "set", again).vectors
    np.testing.assert_array_equal(found, vectors)
    cached_image_embeddings("emoji-teacher", "set", changed)
    assert [len(one.opened) for one in (first, again, changed)] == [5, 0, 5]


def test_a_16_bit_copy_embeds_as_its_8_bit_copy(teacher: Teacher, tmp_path: Path) -> None:
    greys = np.random.default_rng(0).integers(0, 256, (32, 32)).astype(np.uint8)
    wide = Image.fromarray(greys.astype(np.uint16) * 257)
    wide.save(tmp_path / "wide.png")
    floats = Image.fromarray(greys.astype(np.float32) / 255)
    files = PictureFiles([tmp_path / "wide.png"], tmp_path)
    expected = teacher.embed_images([Image.fromarray(greys)]).vectors[0]
    others = teacher.embed_images([files[0], wide, floats]).vectors
    np.testing.assert_allclose(others @ expected, 1, atol=1e-6)


def test_a_turned_picture_embeds_as_the_upright_one(teacher: Teacher, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 24, 3)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(np.rot90(pixels)).save(tmp_path / "turned.png", exif=exif)
    expected = teacher.embed_images([Image.fromarray(pixels)]).vectors
    with Image.open(tmp_path / "turned.png") as turned:
        np.testing.assert_allclose(teacher.embed_images([turned]).vectors, expected, atol=1e-6)


@pytest.mark.usefixtures("machine")
def test_pictures_that_differ_in_their_palette_alone_have_vectors_of_their_own() -> None:
    pictures = [Image.new("P", (32, 32)) for _ in range(2)]
    pictures[0].putpalette([255, 0, 0])
    pictures[1].putpalette([0, 0, 255])
    red, blue = (cached_image_embeddings("emoji-teacher", "one", [one]) for one in pictures)
    assert not np.allclose(red.vectors, blue.vectors)


@pytest.mark.parametrize("images", [Image.new("RGB", (32, 32)), "cat.jpg", iter(())])
def test_one_picture_is_no_list_of_pictures(teacher: Teacher, images: Any) -> None:
    with pytest.raises(InputError, match="where a list of pictures is needed"):
        teacher.embed_images(images)
