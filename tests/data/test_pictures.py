"""Pictures that stay on disk: opened one by one, told apart without being opened."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from PIL import Image
from support.tiny_benchmarks import tiny_benchmark

from tomclip.core.errors import InputError
from tomclip.data import PictureFiles, check_benchmark, load_benchmark
from tomclip.data.pictures import as_stored


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return tiny_benchmark(monkeypatch, "xtd10", tmp_path / "xtd10")


def pictures_in(folder: Path, languages: tuple[str, ...] | None = None) -> PictureFiles:
    pictures = load_benchmark("xtd10", folder, languages=languages).pictures
    assert isinstance(pictures, PictureFiles)
    return pictures


def test_a_picture_that_was_cut_off_is_named_when_it_is_opened(folder: Path) -> None:
    path = next(folder.glob("val2014/*.jpg"))
    path.write_bytes(path.read_bytes()[:100])
    pictures = pictures_in(folder)
    assert pictures[0].size == (32, 24)
    with pytest.raises(InputError, match=rf"{path.name} cannot be read as a picture"):
        pictures[4]


def test_only_a_thorough_check_opens_the_pictures(folder: Path) -> None:
    path = next(folder.glob("val2014/*.jpg"))
    path.write_bytes(b"no picture")
    assert check_benchmark("xtd10", folder).passed
    thorough = check_benchmark("xtd10", folder, open_pictures=True)
    assert [path.name in problem for problem in thorough.findings.problems] == [True]


def test_a_fingerprint_changes_with_the_pictures_alone(folder: Path, tmp_path: Path) -> None:
    before = pictures_in(folder).fingerprint()
    assert pictures_in(folder, ("de",)).fingerprint() == before
    moved = folder.rename(tmp_path / "moved")
    assert pictures_in(moved).fingerprint() == before
    Image.new("RGB", (64, 64)).save(next(moved.glob("val2014/*.jpg")))
    assert pictures_in(moved).fingerprint() != before


def test_a_slice_is_still_unread(folder: Path) -> None:
    pictures = pictures_in(folder)
    part = pictures[1:3]
    assert part.paths == pictures.paths[1:3]
    pictures.paths[1].unlink()
    with pytest.raises(InputError, match="is missing"):
        part.fingerprint()


def test_pictures_keep_their_own_mode(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    picture = PictureFiles([tmp_path / "clear.png"], tmp_path)[0]
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0)) == (255, 0, 0, 0)


def test_files_are_found_however_the_disk_spells_their_accents(tmp_path: Path) -> None:
    stored = tmp_path / unicodedata.normalize("NFD", "légende.png")
    stored.touch()
    (tmp_path / "plain.png").touch()
    asked = [tmp_path / "légende.png", tmp_path / "plain.png", tmp_path / "ä.png"]
    assert as_stored(asked) == [stored, *asked[1:]]
