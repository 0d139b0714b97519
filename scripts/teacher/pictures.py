"""Training pictures of the teacher and their augmentation, batched on tensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from emoji_data.sources import (
    SECOND_STYLE,
    SHIPPED,
    SIDE,
    TRAINING_ONLY,
    IconSet,
    Rendering,
    install_packages,
    render_all,
)

from teacher.model import MEAN, STD
from tomclip.data.emoji import EmojiDataset

# How often a drawing in black ink is taken, against one in colour.
INK_SHARE = 0.3
SETS = len(SHIPPED) - 1 + len(TRAINING_ONLY)
_INK = ("emojione-monotone", "fluent-contrast", "noto-monochrome")


def training_pictures(
    dataset: EmojiDataset, rows: np.ndarray, packages: Path, *, sets: int = SETS
) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns uint8 (renderings, n, 4, side, side) RGBA and how often each is taken.

    The second, float32 (renderings, n), is 0 where a rendering does not draw a concept.

    The held-out rendering and the second style are left out. Sets that do not draw every concept
    join in from their packages; rendered sheets are kept in `packages`. `sets` takes the first
    of `SHIPPED` and `TRAINING_ONLY`, in this order.
    """
    shipped = [r.name for r in SHIPPED if r.name != dataset.held_out_rendering][:sets]
    further = TRAINING_ONLY[: sets - len(shipped)]
    stacks = [dataset.rendering(name)[rows] for name in shipped]
    stacks += [drawings(dataset, rendering, packages)[rows] for rendering in further]
    pictures = torch.from_numpy(np.stack(stacks)).permute(0, 1, 4, 2, 3).contiguous()
    names = [*shipped, *(rendering.name for rendering in further)]
    shares = torch.tensor([INK_SHARE if name in _INK else 1.0 for name in names])
    return pictures, shares[:, None] * (pictures[:, :, 3].amax(dim=(2, 3)) > 0)


def test_pictures(
    dataset: EmojiDataset, packages: Path
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Returns (n, side, side, 4) uint8 pictures and which exist, by rendering nobody trains on."""
    name = dataset.held_out_rendering
    held_out = np.array(dataset.rendering(name))
    second = drawings(dataset, SECOND_STYLE, packages)
    return {
        name: (held_out, np.ones(len(held_out), dtype=bool)),
        SECOND_STYLE.name: (second, second[..., 3].max(axis=(1, 2)) > 0),
    }


def drawings(dataset: EmojiDataset, rendering: Rendering, packages: Path) -> np.ndarray:
    """Returns a set's (n, side, side, 4) drawings of all concepts, zeros where it has none."""
    path = packages / f"{rendering.name}-{SIDE}.npy"
    if not path.is_file():
        icons = IconSet(install_packages(packages), rendering)
        np.save(path, render_all(icons, list(dataset.concepts["id"])))
    return np.load(path)


class Augmentation:
    """Random background, placement, colour and blur; now and then two renderings blended."""

    def __init__(self, generator: torch.Generator, *, side: int) -> None:
        self.generator, self.side = generator, side

    def __call__(self, rgba: torch.Tensor, partner: torch.Tensor) -> torch.Tensor:
        """Returns normalised (n, 3, side, side) pictures from two uint8 RGBA renderings each."""
        count = len(rgba)
        first, second = self._composite(rgba), self._composite(partner)
        share = torch.where(self._chance(count, 0.3), self._uniform(count, 0.0, 0.6), 0.0)
        picture = first + share.view(-1, 1, 1, 1) * (second - first)
        picture = self._colour(self._place(picture))
        return (picture.clamp(0, 1) - MEAN) / STD

    def _uniform(self, count: int, low: float, high: float) -> torch.Tensor:
        return torch.rand(count, generator=self.generator) * (high - low) + low

    def _chance(self, count: int, probability: float) -> torch.Tensor:
        return torch.rand(count, generator=self.generator) < probability

    def _composite(self, rgba: torch.Tensor) -> torch.Tensor:
        values = rgba.float() / 255
        count = len(values)
        colour = torch.rand(count, 3, 1, 1, generator=self.generator)
        background = torch.where(self._chance(count, 0.6).view(-1, 1, 1, 1), 1.0, colour)
        alpha = values[:, 3:]
        return values[:, :3] * alpha + background * (1 - alpha)

    def _place(self, picture: torch.Tensor) -> torch.Tensor:
        count = len(picture)
        angle = torch.deg2rad(self._uniform(count, -18, 18))
        zoom = self._uniform(count, 0.75, 1.25)
        stretch = self._uniform(count, 0.85, 1.18)
        cos, sin = angle.cos() * zoom, angle.sin() * zoom
        theta = torch.zeros(count, 2, 3)
        theta[:, 0, 0], theta[:, 0, 1] = cos * stretch, -sin
        theta[:, 1, 0], theta[:, 1, 1] = sin, cos / stretch
        theta[:, :, 2] = torch.rand(count, 2, generator=self.generator) * 0.3 - 0.15
        grid = F.affine_grid(theta, [count, 3, self.side, self.side], align_corners=False)
        return F.grid_sample(picture, grid, padding_mode="border", align_corners=False)

    def _colour(self, picture: torch.Tensor) -> torch.Tensor:
        count = len(picture)
        grey = picture.mean(dim=1, keepdim=True)
        saturation = self._uniform(count, 0.3, 1.6)
        saturation = torch.where(self._chance(count, 0.12), 0.0, saturation).view(-1, 1, 1, 1)
        picture = grey + saturation * (picture - grey)
        gain = 1 + 0.25 * (torch.rand(count, 3, 1, 1, generator=self.generator) - 0.5)
        contrast = self._uniform(count, 0.6, 1.3).view(-1, 1, 1, 1)
        shift = self._uniform(count, -0.12, 0.12).view(-1, 1, 1, 1)
        picture = ((picture * gain - 0.5) * contrast + 0.5 + shift).clamp(0, 1)
        blurred = F.avg_pool2d(picture, 3, stride=1, padding=1, count_include_pad=False)
        return torch.where(self._chance(count, 0.25).view(-1, 1, 1, 1), blurred, picture)
