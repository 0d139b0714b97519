"""Batches whose texts have already been through the student's frozen layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from tomclip.core.progress import OnProgress, part_of
from tomclip.encoders.student.encoder import pad_batch, token_ids
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.training.data.mixing import LoneTexts, MixedData
from tomclip.training.data.prefetch import WHOLE, Batch, PairData

READ_AT_ONCE = 16384


@dataclass(frozen=True)
class FrozenPairs:
    """The pairs of `data`, with states of frozen layers in place of token ids."""

    data: PairData
    states: FrozenStates

    @property
    def english(self) -> np.ndarray:
        """The English caption of every pair, or its digest."""
        return self.data.english

    @property
    def dimension(self) -> int:
        """Length of the teacher's vectors."""
        return self.data.dimension

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a run records of where the pairs are from."""
        return self.data.facts

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (states, their mask) of the pairs `rows[part]`, teacher vectors of all."""
        ids, mask, targets = self.data.batch(rows, part=part)
        states, mask = self.states.batch(ids, mask)
        return states.to(device), mask.to(device), targets.to(device)


def prepare_states(
    states: FrozenStates, data: PairData, *, on_progress: OnProgress | None = None
) -> None:
    """Makes the states of all texts ready, computed where no run has computed them before.

    Raises:
        RunError: when they cannot be kept on disk.
    """
    pairs = pairs_of(data)
    readings = [partial(token_rows, pairs, rows) for rows in _parts(len(pairs.english))]
    if isinstance(data, MixedData):
        lone = [texts for texts in (data.anchor, data.unpaired) if texts is not None]
        readings += [
            partial(lone_tokens, data, texts, rows)
            for texts in lone
            for rows in _parts(len(texts.texts))
        ]
    for number, read in enumerate(readings):
        states.prepare(read(), on_progress=part_of(on_progress, number, len(readings)))


def pairs_of(data: PairData) -> PairData:
    """Returns the pairs alone, where captions without a pair have joined them."""
    return data.pairs if isinstance(data, MixedData) else data


def token_rows(pairs: PairData, rows: np.ndarray) -> list[list[int]]:
    """Returns the token ids of each pair's text, special ones included, without padding."""
    ids, mask, _ = pairs.batch(rows)
    lengths = mask.sum(dim=1).tolist()
    return [row[:length].tolist() for row, length in zip(ids, lengths, strict=True)]


def lone_tokens(
    data: MixedData, texts: LoneTexts | None, rows: np.ndarray | None = None
) -> list[list[int]]:
    """Returns the token ids of each text without a pair, or of these rows of them."""
    if texts is None:
        return []
    chosen = texts.read(np.arange(len(texts.texts)) if rows is None else rows)
    return token_ids(data.tokenizer, chosen, max_tokens=data.max_tokens)


def pooled_features(states: FrozenStates, tokens: Sequence[Sequence[int]]) -> np.ndarray:
    """Returns (n, width) pooled features of texts; `states` are of that depth."""
    parts = [
        states.batch(*pad_batch([tokens[row] for row in rows], 0))[0].squeeze(1)
        for rows in _parts(len(tokens))
    ]
    return torch.cat(parts).numpy()


def _parts(n: int) -> Iterator[np.ndarray]:
    return (np.arange(first, min(first + READ_AT_ONCE, n)) for first in range(0, n, READ_AT_ONCE))
