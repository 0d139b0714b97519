"""Rows to batches, and batches of vectors back to rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from tomclip.encoders.protocol import Progress

Rows = np.ndarray


def consecutive(order: np.ndarray, batch_size: int) -> list[Rows]:
    """Returns `order` cut into pieces of `batch_size`, the last one shorter."""
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


@torch.inference_mode()
def encode_batches(
    encode: Callable[[Rows], Tensor],
    batches: Sequence[Rows],
    *,
    dimension: int,
    on_progress: Progress | None = None,
) -> np.ndarray:
    """Returns (n, dimension) float32 vectors: `encode` of every batch, put back in row order."""
    total = sum(map(len, batches))
    vectors = np.empty((total, dimension), dtype=np.float32)
    done = 0
    for rows in batches:
        vectors[rows] = encode(rows).float().cpu().numpy()
        done += len(rows)
        if on_progress is not None:
            on_progress(done, total)
    return vectors
