"""Pictures into the tensors that an open_clip image tower expects."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from open_clip.transform import MaybeConvertMode, MaybeToTensor
from PIL import Image
from torch import Tensor
from torchvision.transforms import CenterCrop, Normalize, Resize

from tomclip.core.reading.pictures import on_white, upright_on_white
from tomclip.encoders.protocol import Images, StoredPictures, require_picture

MOST_THREADS = 16
Preprocess = Callable[[Any], Tensor]


def load_pictures(images: Images, rows: np.ndarray, preprocess: Preprocess) -> Tensor:
    """Returns the pictures at `rows` as `pictures_to_tensor` does.

    Pictures on disk are opened and preprocessed by several threads, and closed again.

    Raises:
        InputError: when one of them is not a picture, or its file cannot be read.
    """
    if isinstance(images, np.ndarray):
        return pictures_to_tensor(images[rows], preprocess)
    if not isinstance(images, StoredPictures):
        return pictures_to_tensor([images[int(row)] for row in rows], preprocess)

    def load(row: int) -> Tensor:
        image = images[row]
        require_picture(image, row)
        return preprocess(upright_on_white(image))

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        return torch.stack(list(pool.map(load, rows.tolist())))


def pictures_to_tensor(
    images: np.ndarray | Sequence[Image.Image], preprocess: Preprocess
) -> Tensor:
    """Returns (n, 3, size, size) float32 through the model's own preprocessing.

    An array goes through as one batch when every step of `preprocess` works on tensors; its pixels
    then differ from the PIL path by rounding only. Anything else is done picture by picture.
    """
    steps = _tensor_steps(preprocess)
    if isinstance(images, np.ndarray) and steps is not None:
        batch = torch.from_numpy(np.ascontiguousarray(on_white(images))).permute(0, 3, 1, 2)
        for step in steps:
            batch = step(batch)
        return batch
    return torch.stack([preprocess(picture) for picture in _as_rgb_pictures(images)])


def _tensor_steps(preprocess: Preprocess) -> list[Callable[[Tensor], Tensor]] | None:
    steps: list[Callable[[Tensor], Tensor]] = []
    for step in getattr(preprocess, "transforms", [preprocess]):
        if isinstance(step, Resize | CenterCrop | Normalize):
            steps.append(step)
        elif isinstance(step, MaybeToTensor):
            steps.append(lambda pixels: pixels.float() / 255)
        elif not isinstance(step, MaybeConvertMode):
            return None
    return steps


def _as_rgb_pictures(images: np.ndarray | Sequence[Image.Image]) -> Sequence[Image.Image]:
    if isinstance(images, np.ndarray):
        return [Image.fromarray(pixels) for pixels in on_white(images)]
    return [upright_on_white(picture) for picture in images]
