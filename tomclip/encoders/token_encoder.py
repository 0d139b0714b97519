"""Texts to vectors through a tokenizer and a torch model: one loop for every text encoder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from tomclip.core.reading.names import require_texts
from tomclip.encoders.embed import EmbedsTextsInBatches, Rows, model_bytes, to_device


class TokenEncoder(EmbedsTextsInBatches):
    """A model over token ids with its tokenizer. Safe to use from several threads.

    Args:
        model: Takes (ids, attention mask), both (n, tokens) int64, and gives (n, dimension).
        tokenizer: Pads on the right.
        name: The name that finds the encoder again.
        dimension: Length of one vector.
        max_tokens: Longest text, special tokens included; the rest is cut.
        device: Where it computes.
    """

    def __init__(
        self,
        model: nn.Module,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        dimension: int,
        max_tokens: int,
        device: str = "cpu",
    ) -> None:
        self.name = name
        self.tokenizer = tokenizer
        self.device = device
        self.max_tokens = max_tokens
        self._model = model.eval().to(device)
        self._dimension = dimension
        self._tokenizer_lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return self._dimension

    @property
    def nbytes(self) -> int:
        """Bytes of its parameters and buffers."""
        return model_bytes(self._model)

    def _text_batches(
        self, texts: Sequence[str], language: str
    ) -> tuple[np.ndarray, Callable[[Rows], Tensor]]:
        tokens = self.token_ids(require_texts(texts))

        def encode(rows: Rows) -> Tensor:
            batch = self.inputs([tokens[row] for row in rows])
            return self._model(*(to_device(part, self.device) for part in batch))

        return np.array([len(row) for row in tokens], dtype=int), encode

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns each text's ids, special tokens included, at most `max_tokens` and not padded."""
        with self._tokenizer_lock:
            return token_ids(self.tokenizer, texts, max_tokens=self.max_tokens)

    def inputs(self, tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Returns what the model takes of a batch of texts: padded ids and their mask."""
        return pad_batch(tokens, cast(int, self.tokenizer.pad_token_id))


def token_ids(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], *, max_tokens: int
) -> list[list[int]]:
    """Returns each text's ids, special tokens included, at most `max_tokens` and not padded."""
    if not texts:
        return []
    return tokenizer(list(texts), truncation=True, max_length=max_tokens)["input_ids"]  # type: ignore[return-value]


def pad_batch(tokens: Sequence[Sequence[int]], pad_token_id: int) -> tuple[Tensor, Tensor]:
    """Returns (ids, attention mask), both (n, longest row) int64, padded on the right."""
    width = max(map(len, tokens), default=0)
    ids = torch.full((len(tokens), width), pad_token_id)
    mask = torch.zeros((len(tokens), width), dtype=torch.int64)
    for row, values in enumerate(tokens):
        ids[row, : len(values)] = torch.tensor(values)
        mask[row, : len(values)] = 1
    return ids, mask
