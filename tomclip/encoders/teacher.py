"""The teacher: an open_clip model. Its text tower sets the targets, its image tower judges."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import open_clip
import torch
from open_clip.factory import HF_HUB_PREFIX, LOCAL_DIR_PREFIX
from safetensors import SafetensorError
from torch import Tensor, nn

from tomclip.assets import MANIFEST, verify_directory
from tomclip.encoders.batches import consecutive, encode_batches
from tomclip.encoders.failures import first_line
from tomclip.encoders.naming import to_embeddings
from tomclip.encoders.pictures import Preprocess, check_images, pictures_to_tensor
from tomclip.encoders.protocol import Images, Progress
from tomclip.errors import AssetError, EncoderUnavailable
from tomclip.types import Embeddings

CONFIG_FILE = "open_clip_config.json"
# What open_clip raises for files that do not fit together; it checks shapes with `assert`.
_BROKEN = (
    AssertionError, KeyError, OSError, RuntimeError, SafetensorError, TypeError, ValueError,
)  # fmt: skip


class Teacher:
    """A frozen open_clip model with its tokenizer and preprocessing. Safe to use from threads."""

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
        self.dimension = self._encode_texts([""]).shape[1]

    @classmethod
    def from_directory(
        cls, directory: Path | str, *, name: str | None = None, device: str = "cpu"
    ) -> Teacher:
        """Returns the model in an open_clip `local-dir:` directory, fp32, without any network.

        Raises:
            EncoderUnavailable: when `directory` holds no open_clip_config.json.
            AssetError: when a file is missing, truncated, altered or does not fit the others.
        """
        directory = Path(directory)
        _require_local_files(directory)
        source = f"{LOCAL_DIR_PREFIX}{directory}"
        try:
            parts = _open(source, None)
        except _BROKEN as error:
            raise AssetError(
                f"{directory} holds no readable open_clip model ({first_line(error)}); "
                "restore the folder"
            ) from error
        return cls(*parts, name=name or source, device=device)

    @classmethod
    def from_name(cls, name: str, *, device: str = "cpu") -> Teacher:
        """Returns a published model: "ViT-B-32/openai" or "hf-hub:OWNER/MODEL".

        Weights come from the machine's cache, or are downloaded into it.

        Raises:
            EncoderUnavailable: when open_clip does not know the name, or the weights are neither on
                this machine nor reachable.
        """
        architecture, weights = _split_name(name)
        try:
            parts = _open(architecture, weights)
        except Exception as error:  # each download library has its own class for "no network"
            raise EncoderUnavailable(
                f"the weights of {name!r} are not on this machine and cannot be fetched "
                f"({first_line(error)}); load it once with a network, or copy it to a folder in "
                "open_clip's format and name that 'local-dir:FOLDER'"
            ) from error
        return cls(*parts, name=name, device=device)

    def embed_texts(
        self,
        texts: Sequence[str],
        *,
        language: str = "en",
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        batch_size: int = 256,
        on_progress: Progress | None = None,
    ) -> Embeddings:
        """Returns one vector per text; a student's targets are those with `normalise=False`.

        Args:
            texts: Captions in the teacher's language; a text beyond its context is cut.
            language: Code recorded with every row.
            ids: One per text; row numbers by default.
            labels: One per text; the texts themselves by default.
            normalise: Divide every vector by its length.
            batch_size: Texts per forward pass.
            on_progress: Called with (texts done, texts in all) after every batch.
        """
        vectors = encode_batches(
            lambda rows: self._encode_texts([texts[int(row)] for row in rows]),
            consecutive(np.arange(len(texts)), batch_size),
            dimension=self.dimension,
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

    def embed_images(
        self,
        images: Images,
        *,
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        batch_size: int = 128,
        on_progress: Progress | None = None,
    ) -> Embeddings:
        """Returns one vector per picture.

        Args:
            images: uint8 (n, height, width, 3 | 4) or n PIL images; alpha is composited on white.
            ids: One per picture; row numbers by default.
            labels: One per picture; the ids by default.
            normalise: Divide every vector by its length.
            batch_size: Pictures per forward pass.
            on_progress: Called with (pictures done, pictures in all) after every batch.

        Raises:
            InputError: when `images` is neither form.
        """
        check_images(images)
        vectors = encode_batches(
            lambda rows: self._encode_images(_rows_of(images, rows)),
            consecutive(np.arange(len(images)), batch_size),
            dimension=self.dimension,
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
    def _encode_texts(self, texts: Sequence[str]) -> Tensor:
        with self._tokenizer_lock:
            tokens = self.tokenizer(list(texts))
        return self.model.encode_text(tokens.to(self.device))  # type: ignore[operator]

    def _encode_images(self, images: Images) -> Tensor:
        pixels = pictures_to_tensor(images, self.preprocess)
        return self.model.encode_image(pixels.to(self.device))  # type: ignore[operator]


def _rows_of(images: Images, rows: np.ndarray) -> Images:
    return images[rows] if isinstance(images, np.ndarray) else [images[int(row)] for row in rows]


def _open(source: str, weights: str | None) -> tuple[nn.Module, Preprocess, Any]:
    model, _, preprocess = open_clip.create_model_and_transforms(
        source, pretrained=weights, precision="fp32", require_pretrained=True
    )
    return model, cast(Preprocess, preprocess), open_clip.get_tokenizer(source)


def _require_local_files(directory: Path) -> None:
    if not (directory / CONFIG_FILE).is_file():
        raise EncoderUnavailable(f"{directory} holds no {CONFIG_FILE}; name an open_clip directory")
    if (directory / MANIFEST).is_file():
        verify_directory(directory)
    if not any(directory.glob("*.safetensors")):
        raise AssetError(
            f"{directory} holds no .safetensors weights; save them as open_clip_model.safetensors"
        )


def _split_name(name: str) -> tuple[str, str | None]:
    if name.startswith(HF_HUB_PREFIX):
        return name, None
    architecture, _, weights = name.rpartition("/")
    if weights not in open_clip.list_pretrained_tags_by_model(architecture):
        raise EncoderUnavailable(
            f"open_clip has no model {name!r}; use ARCHITECTURE/WEIGHTS such as 'ViT-B-32/openai' "
            "('open_clip.list_pretrained()' lists them) or 'hf-hub:OWNER/MODEL'"
        )
    return architecture, weights
