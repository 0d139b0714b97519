"""Which caption pairs make a batch: every caption once an epoch, in a language drawn anew."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tomclip.core.errors import ConfigError


class CaptionSampler:
    """Endless batches of pair rows; no English caption twice in a batch.

    As in M-CLIP's data an English caption meets one translation at a time. A batch without equal
    captions is a cloud without equal teacher points, which the topological terms ask for. Memory is
    a few integers a pair.

    Args:
        english: English caption of every pair, or its digest; pairs with equal captions are its
            translations.
        batch_size: Pairs in a batch.
        seed: Decides every batch.

    Raises:
        ConfigError: when there are fewer different captions than `batch_size`.
    """

    def __init__(self, english: Sequence[str] | np.ndarray, *, batch_size: int, seed: int) -> None:
        captions, inverse, self._counts = np.unique(
            np.asarray(english), return_inverse=True, return_counts=True
        )
        if len(captions) < batch_size:
            raise ConfigError(
                f"optimiser.batch_size is {batch_size}, but the data hold only "
                f"{len(captions)} different captions; use at most that many"
            )
        # The rows of caption c are `_rows[_first[c]]` and the `_counts[c] - 1` that follow.
        self._rows = np.argsort(inverse, kind="stable")
        self._first = np.cumsum(self._counts) - self._counts
        self._batch_size = batch_size
        self._generator = torch.Generator().manual_seed(seed)
        self._drawn = 0
        self._shuffle()

    @property
    def epoch(self) -> float:
        """Passes over the captions so far."""
        return self._drawn / len(self._counts)

    def next_batch(self) -> np.ndarray:
        """Returns (batch_size,) pair rows. An epoch's remainder that fills no batch is dropped."""
        if len(self._order) - self._position < self._batch_size:
            self._shuffle()
        chosen = self._order[self._position : self._position + self._batch_size]
        self._position += len(chosen)
        self._drawn += len(chosen)
        draws = torch.rand(len(chosen), generator=self._generator).double().numpy()
        return self._rows[self._first[chosen] + (draws * self._counts[chosen]).astype(np.int64)]

    def twin(self) -> CaptionSampler:
        """Returns a sampler that will draw the same batches, on the same arrays."""
        twin = copy.copy(self)
        twin._generator = torch.Generator()
        twin._generator.set_state(self._generator.get_state())
        return twin

    def state(self) -> dict[str, Any]:
        """Returns what `restore` needs to continue with the very next batch.

        The running order is not in it but the generator's state that it was drawn from.
        """
        return {
            "generator": self._generator.get_state(),
            "shuffled_by": self._shuffled_by,
            "position": self._position,
            "drawn": self._drawn,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken."""
        self._generator.set_state(state["shuffled_by"])
        self._shuffle()
        self._generator.set_state(state["generator"])
        self._position, self._drawn = state["position"], state["drawn"]

    def _shuffle(self) -> None:
        self._shuffled_by = self._generator.get_state()
        self._order = torch.randperm(len(self._counts), generator=self._generator).numpy()
        self._position = 0
