"""Texts to vectors through a tokenizer and a torch model: one loop for every text encoder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from tomclip.core.progress import OnProgress
from tomclip.core.reading.names import require_texts
from tomclip.core.types import Embeddings
from tomclip.encoders.embed import Precision, consecutive, encode_batches, model_bytes, to_device
from tomclip.encoders.embeddings import to_embeddings


class TokenEncoder:
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

    def embed_texts(
        self,
        texts: Sequence[str],
        *,
        language: str = "en",
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        batch_size: int = 256,
        precision: Precision = "fp32",
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns one vector per text; which other texts came with it makes no difference.

        Args:
            texts: Any language; beyond `max_tokens` tokens a text is cut.
            language: Code recorded with every row.
            ids: One per text; row numbers by default.
            labels: One per text; the texts themselves by default.
            normalise: Divide every vector by its length.
            batch_size: Texts per forward pass; texts of like length share one. Halved when memory
                runs out.
            precision: "bf16" or "fp16" runs the model under autocast; the vectors stay float32.
            on_progress: Called with (texts done, texts in all) after every batch.

        Raises:
            InputError: when `texts` is no list of texts.
            EncoderUnavailable: when not even one text fits in the device's memory.
        """
        tokens = self.token_ids(require_texts(texts))
        longest_first = np.argsort([-len(row) for row in tokens], kind="stable")

        def encode(rows: np.ndarray) -> Tensor:
            batch = self.inputs([tokens[row] for row in rows])
            return self._model(*(to_device(part, self.device) for part in batch))

        vectors = encode_batches(
            encode,
            consecutive(longest_first, batch_size),
            dimension=self.dimension,
            device=self.device,
            precision=precision,
            on_progress=on_progress,
        )
        return to_embeddings(
            vectors,
            encoder=self.name,
            modality="text",
            language=language,
            ids=ids,
            labels=texts if labels is None else labels,
            normalise=normalise,
        )

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
