"""Pictures are opened in one way: upright, 8 bits a channel, transparency kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tomclip.core.errors import InputError
from tomclip.core.reading.pictures import open_picture, upright, upright_on_white, visible

GREYS = np.linspace(0, 255, 64).astype(np.uint8).reshape(8, 8)
ORIENTATION = 0x0112


def rgb(picture: Image.Image) -> np.ndarray:
    assert picture.mode == "RGB"
    return np.asarray(picture)


def file_of(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


WIDE = {
    "16 bits": (GREYS.astype(np.uint16) * 257, "PNG"),
    "16 bits, big endian": (GREYS.astype(">u2") * 257, "TIFF"),
    "integers of 8 bits": (GREYS.astype(np.int32), "TIFF"),
    "integers of 16 bits": (GREYS.astype(np.int32) * 257, "TIFF"),
    "integers of 32 bits": (GREYS * (2.0**31 - 1) / 255, "TIFF"),
    "floats up to 1": (GREYS.astype(np.float32) / 255, "TIFF"),
    "floats up to 255": (GREYS.astype(np.float32), "TIFF"),
    "floats up to 65,535": (GREYS.astype(np.float32) * 257, "TIFF"),
    "floats beyond": (GREYS.astype(np.float32) * 1e6, "TIFF"),
    "floats below 0": (GREYS.astype(np.float32) - 100, "TIFF"),
}


@pytest.mark.parametrize("name", WIDE)
def test_wider_numbers_are_scaled_and_not_clipped(name: str) -> None:
    values, kind = WIDE[name]
    if "32 bits" in name:
        values = values.astype(np.int32)
    content = file_of(Image.fromarray(values), kind)
    found = rgb(open_picture(content))
    np.testing.assert_array_equal(found, np.stack([GREYS] * 3, axis=-1))


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I;16L"])
def test_every_byte_order_of_16_bits_is_the_same_picture(mode: str) -> None:
    kind = ">u2" if mode.endswith("B") else "<u2"
    values = (GREYS.astype(kind) * 257).astype(kind)
    picture = Image.frombytes(mode, (8, 8), values.tobytes())
    np.testing.assert_array_equal(rgb(upright(picture))[..., 0], GREYS)


def test_a_dark_16_bit_picture_stays_dark() -> None:
    dark = Image.fromarray(np.full((4, 4), 200, dtype=np.uint16))
    assert rgb(upright(dark)).max() == 1


def test_floats_that_are_no_numbers_are_refused() -> None:
    content = file_of(Image.fromarray(np.full((2, 2), np.nan, dtype=np.float32)), "TIFF")
    with pytest.raises(InputError, match="NaN or infinity"):
        open_picture(content)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_that_was_turned_gives_an_upright_picture(orientation: int) -> None:
    turned = np.zeros((4, 6, 3), dtype=np.uint8)
    turned[0, 0] = (255, 0, 0)  # the corner that EXIF's orientation moves
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture = open_picture(file_of(Image.fromarray(turned), "PNG", exif=exif))
    corners = {1: (0, 0), 2: (0, 5), 3: (3, 5), 4: (3, 0), 5: (0, 0), 6: (0, 3), 7: (5, 3)}
    row, column = corners.get(orientation, (5, 0))
    assert picture.size == ((6, 4) if orientation < 5 else (4, 6))
    assert tuple(np.argwhere(rgb(picture)[..., 0] == 255)[0]) == (row, column)
    np.testing.assert_array_equal(rgb(upright(picture)), rgb(picture))


def test_a_palette_with_transparency_keeps_both() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((1, 0), 1)
    opened = open_picture(file_of(picture, "PNG", transparency=1))
    assert opened.mode == "RGBA"
    assert [opened.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0, 255), (0, 0, 255, 0)]
    on_white = upright_on_white(opened)
    assert [on_white.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0), (255, 255, 255)]


def test_a_grey_that_stands_for_transparent_is_transparent() -> None:
    values = np.array([[0, 257 * 7]], dtype=np.uint16)
    content = file_of(Image.fromarray(values), "PNG", transparency=257 * 7)
    opened = open_picture(content)
    assert [opened.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0, 255), (7, 7, 7, 0)]


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 7, (7, 7, 7)),
        ("LA", (7, 255), (7, 7, 7, 255)),
        ("La", (7, 255), (7, 7, 7, 255)),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("YCbCr", (76, 85, 255), (254, 0, 0)),
        ("RGBa", (50, 0, 0, 128), (99, 0, 0, 128)),
    ],
)
def test_every_mode_has_its_colours(mode: str, colour: Any, expected: tuple[int, ...]) -> None:
    assert upright(Image.new(mode, (1, 1), colour)).getpixel((0, 0)) == expected


def test_a_file_that_is_no_picture_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "list.png"
    path.write_text("a shopping list")
    with pytest.raises(InputError, match=r"list\.png cannot be read as a picture"):
        open_picture(path)
    with pytest.raises(InputError, match=r"gone\.png cannot be read as a picture"):
        open_picture(tmp_path / "gone.png")


def test_hidden_files_are_no_pictures(tmp_path: Path) -> None:
    names = ("b.png", "._b.png", ".DS_Store", "a.png")
    assert visible(tmp_path / name for name in names) == [tmp_path / "a.png", tmp_path / "b.png"]
