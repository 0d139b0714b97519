"""Pictures opened in one way everywhere: upright, 8 bits a channel, transparency kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tomclip.core.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

_ALPHA_MODES = ("RGBA", "LA", "PA", "RGBa", "La")
_EIGHT_BITS, _SIXTEEN_BITS, _SIGNED_32_BITS = 2.0**8 - 1, 2.0**16 - 1, 2.0**31 - 1
_RANGES = {
    "I": (_EIGHT_BITS, _SIXTEEN_BITS, _SIGNED_32_BITS),
    "F": (1.0, _EIGHT_BITS, _SIXTEEN_BITS),
}


def open_picture(
    source: Path | bytes,
    *,
    name: str = "the file",
    formats: Sequence[str] | None = None,
    largest_side: int | None = None,
    still: bool = False,
) -> Image:
    """Returns the picture in a file, or in a file's bytes, as `upright` returns it.

    Of an animation it is the first frame, unless only what is `still` is read.

    Args:
        source: The file or its bytes.
        name: What a sentence about bytes calls them.
        formats: Pillow's names of the formats that are read; None reads all it knows.
        largest_side: Most pixels of a side; None is any that Pillow opens.
        still: Refuses animations.

    Raises:
        InputError: when the file is gone, is no picture or no whole one, or is too large; also for
            an animation where only what is still is read.
    """
    from PIL import Image

    name = str(source) if isinstance(source, Path) else name
    stream = source if isinstance(source, Path) else io.BytesIO(source)
    try:
        with Image.open(stream, formats=None if formats is None else list(formats)) as picture:
            _require_size(picture, largest_side)
            if still:
                _require_still(picture)
            picture.load()
            return upright(picture)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    except Exception as error:  # each format's reader has its own classes for damaged bytes
        raise _unreadable(source, name, error, formats) from error


def upright(picture: Image) -> Image:
    """Returns the picture as RGBA where it has transparency, else as RGB, turned as EXIF says.

    Wider numbers are scaled to 8 bits, never clipped: 16-bit modes by 257. The integers of mode
    "I" and the floats of mode "F" say nothing of their range: white is the least of 255, 65,535
    and 2^31 - 1 (of 1, 255 and 65,535 for floats) that is not below the largest of them. Where one
    is negative, or a float is larger, the smallest is black and the largest white.

    Raises:
        InputError: when a float is NaN or infinite, or the mode has no colours that are known.
    """
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(picture)
    if turned.mode == "RGB" and not turned.info:
        return turned
    if turned.mode in ("I", "F") or turned.mode.startswith("I;16"):
        return _from_wide(turned)
    wanted = "RGBA" if turned.mode in _ALPHA_MODES or turned.has_transparency_data else "RGB"
    try:
        converted = (turned.convert("LA") if turned.mode == "La" else turned).convert(wanted)
    except ValueError as error:
        raise InputError(
            f"a picture has the mode {turned.mode}, which has no way to RGB; save it as PNG or JPEG"
        ) from error
    return Image.fromarray(np.asarray(converted))  # without what the file said of its own colours


def on_white(pictures: np.ndarray) -> np.ndarray:
    """Returns uint8 (n, height, width, 3): RGBA composited on white, RGB as it came."""
    if pictures.shape[-1] == 3:
        return pictures
    alpha = pictures[..., 3:].astype(np.uint16)
    blended = pictures[..., :3] * alpha + 255 * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)


def upright_on_white(picture: Image) -> Image:
    """Returns `upright` as RGB, what is transparent on white."""
    from PIL import Image

    whole = upright(picture)
    return whole if whole.mode == "RGB" else Image.fromarray(on_white(np.asarray(whole)[None])[0])


def visible(paths: Iterable[Path]) -> list[Path]:
    """Returns the paths whose names do not begin with a dot, sorted.

    macOS puts a file "._NAME" beside every picture on other disks; it holds no picture.
    """
    return sorted(path for path in paths if not is_hidden(path))


def is_hidden(path: Path) -> bool:
    """Returns whether the file's name begins with a dot, as ".DS_Store" and "._NAME" do."""
    return path.name.startswith(".")


def _unreadable(
    source: Path | bytes, name: str, error: Exception, formats: Sequence[str] | None
) -> InputError:
    from PIL import UnidentifiedImageError

    if isinstance(source, Path):
        return InputError(f"{name} cannot be read as a picture; fetch the file again")
    if isinstance(error, UnidentifiedImageError):
        known = f" in {', '.join(formats)}" if formats else ""
        return InputError(f"{name} is not a picture that can be read; choose one{known}")
    return InputError(f"{name} is a damaged picture; choose another one")


def _require_size(picture: Image, largest_side: int | None) -> None:
    if largest_side is not None and max(picture.size) > largest_side:
        raise InputError(
            f"the picture is {picture.width} × {picture.height} pixels; "
            f"make it at most {largest_side} pixels wide and high"
        )


def _require_still(picture: Image) -> None:
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1:
        raise InputError(
            f"the picture is an animation of {frames} frames; save the one that you mean as PNG"
        )


def _from_wide(picture: Image) -> Image:
    """Returns a grey picture of wider numbers as RGB, or RGBA where one grey is transparent."""
    from PIL import Image

    values = np.asarray(picture).astype(np.float64)
    if not np.isfinite(values).all():
        raise InputError("a picture of floats holds NaN or infinity; save it without them")
    low, high = _range_of(values, picture.mode)
    grey = np.rint((values - low) * (_EIGHT_BITS / (high - low))).astype(np.uint8)
    channels = [grey, grey, grey]
    if (clear := picture.info.get("transparency")) is not None:
        channels.append(np.where(values == clear, 0, 255).astype(np.uint8))
    return Image.fromarray(np.stack(channels, axis=-1))


def _range_of(values: np.ndarray, mode: str) -> tuple[float, float]:
    """Returns the values that are black and white."""
    if mode.startswith("I;16"):
        return 0.0, _SIXTEEN_BITS
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    fitting = [top for top in _RANGES[mode] if high <= top]
    return (low, high) if low < 0 or not fitting else (0.0, fitting[0])
