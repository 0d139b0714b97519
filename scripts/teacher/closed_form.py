"""A teacher in closed form: a ridge map from a fixed image trunk's features to names' vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from teacher.model import model_configuration, new_model
from teacher.pictures import test_pictures, training_pictures
from tomclip.core.files.atomic import replaced
from tomclip.data.emoji import EmojiDataset
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.geometry.ridge import LinearMap, choose_strength, fit_ridge

STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
IMAGENET = "imagenet"
IMAGENET_SIDE, IMAGENET_MEAN, IMAGENET_STD = 64, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Drawings(NamedTuple):
    """Features of drawings, (n, width), the row of each one's name, and how much each counts."""

    features: np.ndarray
    kinds: np.ndarray
    shares: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What an image trunk makes of all drawings: of the training ones, and of each test rendering.

    Attributes:
        training: kinds are concepts.
        sets: (n,) which set of drawings each of `training` is of, in the order of `--sets`.
        tests: features and concepts by rendering.
    """

    training: Drawings
    sets: np.ndarray
    tests: Mapping[str, tuple[np.ndarray, np.ndarray]]


class Trunk:
    """The image trunk of a teacher in a directory, or of ImageNet; its features are kept."""

    def __init__(self, name: str, packages: Path) -> None:
        self._name, self._packages = name, packages
        weights = Path(name) / "open_clip_model.safetensors"
        given = name if name == IMAGENET else sha256(weights.read_bytes()).hexdigest()
        self._key, self._network = given[:12], None

    def __call__(self, kind: str, pictures: np.ndarray) -> np.ndarray:
        """Returns (n, width) float32 features of (n, side, side, 4) uint8 pictures."""
        path = self._packages / f"features-{self._key}-{kind}.npy"
        if not path.is_file():
            features = self._computed(pictures)
            with replaced(path) as staged, staged.open("wb") as file:
                np.save(file, features.astype(np.float16))
        return np.load(path).astype(np.float32)

    def _computed(self, pictures: np.ndarray) -> np.ndarray:
        if self._name == IMAGENET:
            return imagenet_features(pictures)
        kept: list[torch.Tensor] = []
        teacher = Teacher.from_directory(self._name)
        head: Any = teacher.model.get_submodule("visual.head")
        head.register_forward_pre_hook(lambda _, given: kept.append(given[0].float()))
        teacher.embed_images(pictures)
        return torch.cat(kept).numpy()


@torch.inference_mode()
def imagenet_features(pictures: np.ndarray, batch_size: int = 128) -> np.ndarray:
    """Returns features that the trunk gives before any training, of pictures laid on white."""
    network = new_model(model_configuration(64, IMAGENET_SIDE)["model_cfg"]).eval()
    trunk: Any = network.visual.get_submodule("trunk")
    mean = torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1)
    std = torch.tensor(IMAGENET_STD).view(1, 3, 1, 1)
    parts = []
    for start in range(0, len(pictures), batch_size):
        rgba = torch.from_numpy(pictures[start : start + batch_size]).permute(0, 3, 1, 2) / 255
        laid = rgba[:, :3] * rgba[:, 3:] + 1 - rgba[:, 3:]
        parts.append(trunk((laid - mean) / std))
    return torch.cat(parts).numpy()


def emoji_features(trunk: Trunk, dataset: EmojiDataset, packages: Path) -> Features:
    """Returns features of the training drawings of all concepts and of the test renderings."""
    pictures, shares = training_pictures(dataset, dataset.rows("all"), packages)
    sets, concepts = np.nonzero(shares.numpy())
    drawn = pictures.permute(0, 1, 3, 4, 2).numpy()[sets, concepts]
    training = Drawings(trunk("training", drawn), concepts, shares.numpy()[sets, concepts])
    tests = {
        name: (trunk(name, pictures[exists]), np.flatnonzero(exists))
        for name, (pictures, exists) in test_pictures(dataset, packages).items()
    }
    return Features(training, sets, tests)


def chosen(drawings: Drawings, rows: np.ndarray) -> Drawings:
    """Returns the drawings in `rows`."""
    return Drawings(*(values[rows] for values in drawings))


def fit_head(drawings: Drawings, named: np.ndarray) -> LinearMap:
    """Returns the ridge map from features to the vectors of names, (concepts, d).

    Its strength is that whose map of half of the concepts' drawings suits the other half's best.
    """
    features, targets, weights = drawings.features, named[drawings.kinds], drawings.shares
    half = drawings.kinds % 2 == 0
    best = choose_strength(
        features[half],
        targets[half],
        features[~half],
        targets[~half],
        strengths=STRENGTHS,
        weights=weights[half],
    )
    return fit_ridge(features, targets, strength=best.strength, weights=weights)
