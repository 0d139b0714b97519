"""Batches made ready while the device works on those before them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch

from tomclip.training.batches import CaptionSampler

AHEAD = 3
WHOLE = slice(None)
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Token ids and attention mask of a process's texts, and the teacher's vectors of all texts."""


class PairData(Protocol):
    """Caption pairs that a batch can be made of."""

    @property
    def english(self) -> np.ndarray:
        """The English caption of every pair, or its digest."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the teacher's vectors."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a run records of where the pairs are from; empty for those that ship."""
        ...

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (ids, attention mask) of the pairs `rows[part]`, teacher vectors of all."""
        ...


class BatchLoader:
    """Reads, tokenises and pads a few batches ahead, in a thread.

    A thread is enough: a batch of 256 captions takes a few milliseconds, of which the tokenizer
    holds no lock that training needs. The batches are those that `sampler` gives from its present
    state on, which stays as it is, so that it says where training is.

    Args:
        data: What the batches are made of.
        sampler: Which pairs are next.
        device: Where the batches go; for a CUDA card through pinned memory, without waiting.
        part: This process's share of a batch's texts.
    """

    def __init__(
        self, data: PairData, sampler: CaptionSampler, *, device: str, part: slice = WHOLE
    ) -> None:
        self._data, self._device, self._part = data, device, part
        self._sampler = sampler.twin()
        self._thread = ThreadPoolExecutor(1, "batches", initializer=_same_card(device))
        self._ready: deque[Future[Batch]] = deque(self._begin() for _ in range(AHEAD))

    def __next__(self) -> Batch:
        """Returns the next batch, on the device."""
        batch = self._ready.popleft().result()
        self._ready.append(self._begin())
        ids, mask, targets = (part.to(self._device, non_blocking=True) for part in batch)
        return ids, mask, targets

    def close(self) -> None:
        """Ends the thread; what it has begun is dropped."""
        self._thread.shutdown(cancel_futures=True)

    def _begin(self) -> Future[Batch]:
        return self._thread.submit(self._load, self._sampler.next_batch())

    def _load(self, rows: np.ndarray) -> Batch:
        batch = self._data.batch(rows, part=self._part)
        if self._device == "cpu":
            return batch
        ids, mask, targets = (part.pin_memory() for part in batch)
        return ids, mask, targets


def _same_card(device: str) -> Callable[[], None] | None:
    """Returns what makes another thread use this thread's card, which it would not by itself."""
    if device == "cpu":
        return None
    return partial(torch.cuda.set_device, torch.cuda.current_device())
