"""Named icons that join the teacher's lesson: ink of any colour, each on its name among all."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from teacher.pictures import Augmentation

SHARE = 0.5
"""Icons a batch, against the drawings of emoji in it; their loss weighs as much."""
SAME_NAME = 0.9
DARKEST_INK, LIGHTEST_INK = 0.0, 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Icons:
    """Pictures of icons and which name each has.

    Attributes:
        pictures: (n, side, side, 4) uint8 RGBA, read from the disk as they are needed.
        kinds: (n,) rows of `names`.
        names: the different names, in the order of their first picture.
    """

    pictures: np.ndarray
    kinds: torch.Tensor
    names: list[str]

    @classmethod
    def read(cls, directory: Path) -> Icons:
        """Reads `icons.npy` and `icons.csv`, as `scripts/icon_pictures.py` writes them."""
        pictures = np.load(directory / "icons.npy", mmap_mode="r")
        with (directory / "icons.csv").open(encoding="utf-8", newline="") as file:
            named = [row["name"] for row in csv.DictReader(file)]
        if len(named) != len(pictures):
            raise SystemExit(
                f"{directory} has {len(pictures)} pictures and {len(named)} names; write both "
                "again by python scripts/icon_pictures.py"
            )
        place = {name: kind for kind, name in enumerate(dict.fromkeys(named))}
        return cls(pictures, torch.tensor([place[name] for name in named]), list(place))


class IconLesson:
    """Loss of a batch of icons: each finds its name among all names of icons.

    A name that is drawn often is taken less often than its pictures are many, by the square root.
    Names whose vectors are alike (cosine above `SAME_NAME`) are no wrong answers for each other.
    Draws from a generator of its own, so that the emoji of a run are those of a run without icons.
    """

    def __init__(self, icons: Icons, names: torch.Tensor, *, batch_size: int, seed: int) -> None:
        self.icons, self.names = icons, names
        self.count = round(SHARE * batch_size)
        counts = Counter(icons.kinds.tolist())
        self._shares = torch.tensor([counts[kind] ** -0.5 for kind in icons.kinds.tolist()])
        self.generator = torch.Generator().manual_seed(seed)

    def batch(self, side: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns augmented (count, 3, side, side) pictures and the rows of their names."""
        rows = torch.multinomial(self._shares, self.count, generator=self.generator)
        order = rows.sort().values
        rgba = torch.from_numpy(self.icons.pictures[order.numpy()]).permute(0, 3, 1, 2).float()
        inks = torch.rand(len(order), 3, 1, 1, generator=self.generator)
        inks = DARKEST_INK + (LIGHTEST_INK - DARKEST_INK) * inks
        rgba[:, :3] = 255 - (255 - rgba[:, :3]) * (1 - inks)
        augment = Augmentation(self.generator, side=side)
        return augment(rgba, rgba), self.icons.kinds[order]

    def loss(
        self, images: torch.Tensor, kinds: torch.Tensor, scale: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        """Returns the cross-entropy of (count, d) unit vectors against all names."""
        own = self.names[kinds]
        alike = own @ self.names.T > SAME_NAME
        alike[torch.arange(len(kinds)), kinds] = False
        logits = (scale * images @ self.names.T).masked_fill(alike, -scale.item())
        return F.cross_entropy(logits, kinds, label_smoothing=smoothing)
