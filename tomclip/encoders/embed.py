"""Rows to batches, and batches of vectors back to rows."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from tomclip.core.errors import EncoderUnavailable, first_line
from tomclip.core.progress import OnProgress
from tomclip.core.types import Embeddings
from tomclip.encoders.embeddings import text_embeddings

Rows = np.ndarray
Precision = Literal["fp32", "bf16", "fp16"]
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_CPU_OUT_OF_MEMORY = ("DefaultCPUAllocator", "not enough memory")
_LOGGER = logging.getLogger(__name__)


def consecutive(order: np.ndarray, batch_size: int) -> list[Rows]:
    """Returns `order` cut into pieces of `batch_size`, the last one shorter."""
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def to_device(values: Tensor, device: str) -> Tensor:
    """Returns `values` on the device; to a CUDA card they go through pinned memory, unawaited."""
    if torch.device(device).type != "cuda":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)


@torch.inference_mode()
def encode_batches(
    encode: Callable[[Rows], Tensor],
    batches: Sequence[Rows],
    *,
    dimension: int,
    device: str = "cpu",
    precision: Precision = "fp32",
    on_progress: OnProgress | None = None,
) -> np.ndarray:
    """Returns (n, dimension) float32 vectors: `encode` of every batch, put back in row order.

    When memory runs out, the batch is tried again in halves and later batches are cut alike. On a
    CUDA card nothing waits for a batch: vectors flow back while the next one is computed.

    Args:
        encode: Gives (rows, dimension) for row numbers.
        batches: Row numbers; together 0 to n - 1, in any order.
        dimension: Length of one vector.
        device: Where `encode` computes.
        precision: "bf16" or "fp16" runs `encode` under autocast.
        on_progress: Called with (rows done, n) after every batch; on a CUDA card a batch counts as
            done once it is under way.

    Raises:
        EncoderUnavailable: when not even one row fits in memory.
    """
    total = sum(map(len, batches))
    pinned = torch.device(device).type == "cuda"
    encoded = torch.empty((total, dimension), pin_memory=pinned)
    done = 0
    for part in _encoded_parts(encode, batches, lambda: _autocast(device, precision)):
        encoded[done : done + len(part)].copy_(part, non_blocking=pinned)
        done += len(part)
        if on_progress is not None:
            on_progress(done, total)
    if pinned:
        torch.cuda.synchronize(device)
    vectors = np.empty((total, dimension), dtype=np.float32)
    vectors[np.concatenate([*batches, np.empty(0, dtype=int)])] = encoded.numpy()
    return vectors


class EmbedsTextsInBatches(ABC):
    """`embed_texts` of an encoder that computes on texts of like length together."""

    name: str
    device: str

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
        """Returns one vector per text, as `TextEncoder.embed_texts`; see also the class.

        Args:
            batch_size: Texts per forward pass; texts of like length share one. Halved when memory
                runs out.
            precision: "bf16" or "fp16" runs the model under autocast; the vectors stay float32.

        Raises:
            EncoderUnavailable: when not even one text fits in the device's memory.
        """
        lengths, encode = self._text_batches(texts, language)
        vectors = encode_batches(
            encode,
            consecutive(np.argsort(-lengths, kind="stable"), batch_size),
            dimension=self.dimension,
            device=self.device,
            precision=precision,
            on_progress=on_progress,
        )
        return text_embeddings(
            vectors,
            texts,
            encoder=self.name,
            language=language,
            ids=ids,
            labels=labels,
            normalise=normalise,
        )

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Length of one vector."""

    @abstractmethod
    def _text_batches(
        self, texts: Sequence[str], language: str
    ) -> tuple[np.ndarray, Callable[[Rows], Tensor]]:
        """Returns the tokens of each text, (n,) int, and what gives the vectors of some rows."""


def _encoded_parts(
    encode: Callable[[Rows], Tensor],
    batches: Sequence[Rows],
    precision: Callable[[], AbstractContextManager[object]],
) -> Iterator[Tensor]:
    """Yields the vectors of consecutive rows, one batch at a time or as many as fit."""
    fitting = max(map(len, batches), default=1)
    for batch in batches:
        waiting = batch
        while len(waiting):
            try:
                with precision():
                    part = encode(waiting[:fitting])
            except (RuntimeError, MemoryError) as error:
                fitting = _smaller(min(fitting, len(waiting)), error)
                continue
            waiting = waiting[len(part) :]
            yield part


def _smaller(size: int, error: RuntimeError | MemoryError) -> int:
    """Returns half of `size` after an error that says memory ran out; raises any other again."""
    if not is_out_of_memory(error):
        raise error
    if size == 1:
        raise EncoderUnavailable(
            f"not even one item fits in memory ({first_line(error)}); free the device, use the "
            "CPU, or choose a smaller encoder (tomclip.encoders.memory_estimate says what one "
            "needs)"
        ) from error
    _LOGGER.warning("memory ran out with %d items in a batch; going on with %d", size, size // 2)
    return size // 2


def model_bytes(model: nn.Module) -> int:
    """Returns the bytes of a model's parameters and buffers."""
    return sum(part.nbytes for part in (*model.parameters(), *model.buffers()))


def is_out_of_memory(error: BaseException) -> bool:
    """Returns whether torch or Python could not allocate memory, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return any(words in str(error) for words in _CPU_OUT_OF_MEMORY)


def _autocast(device: str, precision: Precision) -> AbstractContextManager[object]:
    if precision == "fp32":
        return nullcontext()
    return torch.autocast(torch.device(device).type, dtype=_DTYPES[precision])
