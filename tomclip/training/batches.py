"""Which caption pairs make a batch: every caption once an epoch, in a language drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tomclip.errors import ConfigError


class CaptionSampler:
    """Endless batches of pair rows; no English caption twice in a batch.

    As in M-CLIP's data an English caption meets one translation at a time. A batch without equal
    captions is a cloud without equal teacher points, which the topological terms ask for.

    Args:
        english: English caption of every pair; pairs with equal captions are its translations.
        batch_size: Pairs in a batch.
        seed: Decides every batch.

    Raises:
        ConfigError: when there are fewer different captions than `batch_size`.
    """

    def __init__(self, english: Sequence[str], *, batch_size: int, seed: int) -> None:
        captions = np.asarray(english)
        _, inverse = np.unique(captions, return_inverse=True)
        order = np.argsort(inverse, kind="stable")
        self._translations = np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1)
        if len(self._translations) < batch_size:
            raise ConfigError(
                f"optimiser.batch_size is {batch_size}, but the data hold only "
                f"{len(self._translations)} different captions; use at most that many"
            )
        self._batch_size = batch_size
        self._generator = torch.Generator().manual_seed(seed)
        self._queue: list[int] = []
        self._drawn = 0

    @property
    def epoch(self) -> float:
        """Passes over the captions so far."""
        return self._drawn / len(self._translations)

    def next_batch(self) -> np.ndarray:
        """Returns (batch_size,) pair rows. An epoch's remainder that fills no batch is dropped."""
        if len(self._queue) < self._batch_size:
            self._queue = self._shuffled()
        chosen, self._queue = self._queue[: self._batch_size], self._queue[self._batch_size :]
        self._drawn += len(chosen)
        draws = torch.rand(len(chosen), generator=self._generator).tolist()
        groups = [self._translations[caption] for caption in chosen]
        return np.array([g[int(u * len(g))] for g, u in zip(groups, draws, strict=True)])

    def state(self) -> dict[str, Any]:
        """Returns what `restore` needs to continue with the very next batch."""
        return {
            "generator": self._generator.get_state(),
            "queue": list(self._queue),
            "drawn": self._drawn,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken."""
        self._generator.set_state(state["generator"])
        self._queue, self._drawn = list(state["queue"]), state["drawn"]

    def _shuffled(self) -> list[int]:
        return torch.randperm(len(self._translations), generator=self._generator).tolist()
