"""Batches made ready while the device works on those before them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch

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


class Sampler(Protocol):
    """What says which rows are next, and can go on where it was."""

    @property
    def epoch(self) -> float:
        """Passes over the pairs so far."""
        ...

    def next_batch(self) -> np.ndarray:
        """Returns the rows of the next batch."""
        ...

    def twin(self) -> Sampler:
        """Returns a sampler that will draw the same batches."""
        ...

    def state(self) -> dict[str, Any]:
        """Returns what `restore` needs to continue with the very next batch."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken."""
        ...


class BatchLoader:
    """Batches in the order of a sampler; for a CUDA card they are made ahead, in a thread.

    One thread is enough: a batch of 256 captions takes a few milliseconds, of which the tokenizer
    holds no lock that training needs. On a CPU there is none: its torch would keep threads of its
    own, which wait by turning and take the cores from training (a third of its speed on two).

    The batches are those that `sampler` gives from its present state on, which stays as it is, so
    that it says where training is.

    Args:
        data: What the batches are made of.
        sampler: Which pairs are next.
        device: Where the batches go; for a CUDA card through pinned memory, without waiting.
        part: This process's share of a batch's texts.
    """

    def __init__(
        self, data: PairData, sampler: Sampler, *, device: str, part: slice = WHOLE
    ) -> None:
        self._data, self._device, self._part = data, device, part
        self._sampler = sampler.twin()
        self._thread = None if device == "cpu" else _thread_on_the_same_card()
        self._ready: deque[Future[Batch]] = deque()

    def __next__(self) -> Batch:
        """Returns the next batch, on the device."""
        if self._thread is None:
            return self._load(self._sampler.next_batch())
        while len(self._ready) <= AHEAD:
            self._ready.append(self._thread.submit(self._pinned, self._sampler.next_batch()))
        batch = self._ready.popleft().result()
        ids, mask, targets = (part.to(self._device, non_blocking=True) for part in batch)
        return ids, mask, targets

    def close(self) -> None:
        """Ends the thread; what it has begun is dropped."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def _load(self, rows: np.ndarray) -> Batch:
        return self._data.batch(rows, part=self._part)

    def _pinned(self, rows: np.ndarray) -> Batch:
        ids, mask, targets = (part.pin_memory() for part in self._load(rows))
        return ids, mask, targets


def _thread_on_the_same_card() -> ThreadPoolExecutor:
    """Returns a pool of one thread that uses this thread's card, which it would not by itself."""
    use_card = partial(torch.cuda.set_device, torch.cuda.current_device())
    return ThreadPoolExecutor(1, "batches", initializer=use_card)
