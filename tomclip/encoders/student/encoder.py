"""The student as an encoder: multilingual texts in, vectors of the teacher's space out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from tomclip.core.progress import OnProgress
from tomclip.core.reading.names import require_texts
from tomclip.core.types import Embeddings
from tomclip.encoders.embed import Precision, consecutive, encode_batches, model_bytes, to_device
from tomclip.encoders.embeddings import to_embeddings
from tomclip.encoders.student.files import load_student_model, save_student
from tomclip.encoders.student.model import StudentModel, new_student
from tomclip.encoders.student.settings import StudentSettings, read_settings

__all__ = [
    "Student",
    "StudentModel",
    "StudentSettings",
    "load_student_model",
    "new_student",
    "pad_batch",
    "read_settings",
    "save_student",
    "token_ids",
]


class Student:
    """A trained student with its tokenizer. Safe to use from several threads."""

    def __init__(
        self,
        model: StudentModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        device: str = "cpu",
    ) -> None:
        self.name = name
        self.model = model.eval().to(device)
        self.tokenizer = tokenizer
        self.device = device
        self._tokenizer_lock = threading.Lock()

    @classmethod
    def from_directory(
        cls, directory: Path | str, *, name: str | None = None, device: str = "cpu"
    ) -> Student:
        """Returns the student in `directory`; `name` defaults to the path.

        Raises:
            EncoderUnavailable, AssetError: as `load_student_model`.
        """
        model, tokenizer = load_student_model(directory)
        return cls(model, tokenizer, name=name or str(directory), device=device)

    @property
    def dimension(self) -> int:
        """Length of one vector: the teacher's."""
        return self.model.settings.dimension

    @property
    def teacher_name(self) -> str:
        """The encoder whose space the student lives in."""
        return self.model.settings.teacher

    @property
    def nbytes(self) -> int:
        """Bytes of its parameters and buffers."""
        return model_bytes(self.model)

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
        with self._tokenizer_lock:
            tokens = token_ids(
                self.tokenizer, require_texts(texts), max_tokens=self.model.settings.max_tokens
            )
        padding = cast(int, self.tokenizer.pad_token_id)
        longest_first = np.argsort([-len(row) for row in tokens], kind="stable")

        def encode(rows: np.ndarray) -> Tensor:
            batch = pad_batch([tokens[row] for row in rows], padding)
            return self.model(*(to_device(part, self.device) for part in batch))

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


def token_ids(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], *, max_tokens: int
) -> list[list[int]]:
    """Returns each text's ids, special tokens included, at most `max_tokens` and not padded."""
    if not texts:
        return []
    return tokenizer(list(texts), truncation=True, max_length=max_tokens)["input_ids"]  # type: ignore[return-value]


def pad_batch(tokens: Sequence[Sequence[int]], pad_token_id: int) -> tuple[Tensor, Tensor]:
    """Returns (ids, attention mask), both (n, longest row) int64, padded on the right."""
    width = max(map(len, tokens))
    ids = torch.full((len(tokens), width), pad_token_id)
    mask = torch.zeros((len(tokens), width), dtype=torch.int64)
    for row, values in enumerate(tokens):
        ids[row, : len(values)] = torch.tensor(values)
        mask[row, : len(values)] = 1
    return ids, mask
