"""Fixed points that captions are compared with: the teacher's vectors of pictures."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from tomclip.config import TrainConfig
from tomclip.core.reading.numbers import unit_rows
from tomclip.data import load_emoji
from tomclip.encoders.cache import cached_image_embeddings


def landmark_vectors(config: TrainConfig, *, device: str = "cpu") -> torch.Tensor | None:
    """Returns the vectors that `loss.landmarks` names, None where it names none.

    "emoji" are the training concepts of the run's split, whatever `share` says: of each the mean
    of its pictures' vectors in every rendering that encoders may be trained on, in unit length.

    Args:
        config: Of the run.
        device: Where the vectors go.

    Returns:
        (concepts, dimension) float32 unit vectors.

    Raises:
        EncoderUnavailable, AssetError: when the teacher cannot be loaded.
    """
    if config.loss.landmarks is None:
        return None
    return _of_pictures(config.teacher, config.data.fold).to(device)


@lru_cache(maxsize=2)
def _of_pictures(teacher: str, fold: int | None) -> torch.Tensor:
    dataset = load_emoji(fold=fold)
    rows = dataset.splits["train"]
    total = sum(
        cached_image_embeddings(teacher, name, dataset.rendering(name)).vectors[rows]
        for name in dataset.renderings
        if name != dataset.held_out_rendering
    )
    return torch.from_numpy(unit_rows(np.asarray(total, np.float32)))
