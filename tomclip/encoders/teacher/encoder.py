"""The teacher: an open_clip model. Its text tower sets the targets, its image tower judges."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from open_clip.factory import LOCAL_DIR_PREFIX
from torch import Tensor, nn

from tomclip.core.progress import OnProgress
from tomclip.core.reading.names import require_texts
from tomclip.core.types import Embeddings
from tomclip.encoders.embed import (
    EmbedsTextsInBatches,
    Precision,
    Rows,
    consecutive,
    encode_batches,
    model_bytes,
    to_device,
)
from tomclip.encoders.embeddings import to_embeddings
from tomclip.encoders.protocol import Images, check_images
from tomclip.encoders.teacher.files import open_directory, open_published
from tomclip.encoders.teacher.flores import flores_code
from tomclip.encoders.teacher.pictures import Preprocess, load_pictures
from tomclip.encoders.teacher.text_lengths import encode_tokens, needed_tokens


class Teacher(EmbedsTextsInBatches):
    """A frozen open_clip model with its tokenizer and preprocessing. Safe to use from threads.

    `embed_texts` tells the language to tokenizers that mark that of a text (NLLB-CLIP), and raises
    InputError for one that they do not know. With `normalise=False` it gives a student's targets.
    """

    def __init__(
        self,
        model: nn.Module,
        preprocess: Preprocess,
        tokenizer: Any,
        *,
        name: str,
        device: str = "cpu",
    ) -> None:
        self.name = name
        self.model = model.eval().requires_grad_(False).to(device)
        self.preprocess = preprocess
        self.tokenizer = tokenizer
        self.device = device
        self._tokenizer_lock = threading.Lock()
        self._dimension = self._measured_dimension()

    @classmethod
    def from_directory(
        cls, directory: Path | str, *, name: str | None = None, device: str = "cpu"
    ) -> Teacher:
        """Returns the model in an open_clip `local-dir:` directory, fp32.

        Raises:
            EncoderUnavailable, AssetError: as `open_directory`.
        """
        directory = Path(directory)
        parts = open_directory(directory)
        return cls(*parts, name=name or f"{LOCAL_DIR_PREFIX}{directory}", device=device)

    @classmethod
    def from_name(cls, name: str, *, device: str = "cpu") -> Teacher:
        """Returns a published model: "ViT-B-32/openai" or "hf-hub:OWNER/MODEL[@REVISION]".

        Weights come from the machine's cache, or are downloaded into it.

        Raises:
            EncoderUnavailable, AssetError: as `open_published`.
        """
        return cls(*open_published(name), name=name, device=device)

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return self._dimension

    @property
    def nbytes(self) -> int:
        """Bytes of its parameters and buffers."""
        return model_bytes(self.model)

    def _text_batches(
        self, texts: Sequence[str], language: str
    ) -> tuple[np.ndarray, Callable[[Rows], Tensor]]:
        tokens = self._tokens(texts, language)
        lengths = needed_tokens(self.model, tokens)

        def encode(rows: Rows) -> Tensor:
            batch = tokens[torch.from_numpy(rows), : int(lengths[rows].max())]
            return encode_tokens(self.model, to_device(batch, self.device))

        return lengths, encode

    def embed_images(
        self,
        images: Images,
        *,
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        batch_size: int = 128,
        precision: Precision = "fp32",
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns one vector per picture.

        Args:
            images: uint8 (n, height, width, 3 | 4), n PIL images, or `StoredPictures`, of which
                one batch is open at a time; alpha is composited on white.
            ids: One per picture; row numbers by default.
            labels: One per picture; the ids by default.
            normalise: Divide every vector by its length.
            batch_size: Pictures per forward pass; halved when memory runs out.
            precision: "bf16" or "fp16" runs the model under autocast; the vectors stay float32.
            on_progress: Called with (pictures done, pictures in all) after every batch.

        Raises:
            InputError: when `images` is none of these, or a picture cannot be read.
            EncoderUnavailable: when not even one picture fits in the device's memory.
        """
        check_images(images)
        vectors = encode_batches(
            lambda rows: self._encode_images(load_pictures(images, rows, self.preprocess)),
            consecutive(np.arange(len(images)), batch_size),
            dimension=self.dimension,
            device=self.device,
            precision=precision,
            on_progress=on_progress,
        )
        return to_embeddings(
            vectors,
            encoder=self.name,
            modality="image",
            language="",
            ids=ids,
            labels=labels,
            normalise=normalise,
        )

    @torch.inference_mode()
    def _measured_dimension(self) -> int:
        tokens = self._tokens([""], "en").to(self.device)
        return encode_tokens(self.model, tokens).shape[1]

    def _tokens(self, texts: Sequence[str], language: str) -> Tensor:
        with self._tokenizer_lock:
            self._tell_language(language)
            return self.tokenizer(list(require_texts(texts)) or [""])[: len(texts)]

    def _tell_language(self, language: str) -> None:
        """Sets the language of NLLB's tokenizer, which puts its token before every text.

        open_clip's `set_language` changes the token only until the tokenizer's next call, which
        sets it back to `src_lang`.
        """
        tokenizer = getattr(self.tokenizer, "tokenizer", None)
        if hasattr(tokenizer, "set_src_lang_special_tokens"):
            cast(Any, tokenizer).src_lang = flores_code(language)

    def _encode_images(self, pixels: Tensor) -> Tensor:
        return self.model.encode_image(to_device(pixels, self.device))  # type: ignore[operator]
