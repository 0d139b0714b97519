"""A tiny emoji data set and encoders whose answers are known, for tests of what stands on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tomclip.core.errors import EncoderUnavailable
from tomclip.core.types import Embeddings
from tomclip.data import EmojiDataset
from tomclip.encoders.info import EncoderInfo

N_CONCEPTS = 40
SPLITS = ("train",) * 20 + ("validation",) * 6 + ("unseen",) * 14
CODES = ("en", "ko", "de")
DIMENSION = 8
NOISE = {"teacher": 0.0, "baseline": 0.4, "better": 0.15}


def tiny_dataset(directory: Path | None = None, *, fold: int | None = None) -> EmojiDataset:
    """Returns 40 concepts in three languages; concept i is the picture whose pixels are all i."""
    ids = [f"id{i:02d}" for i in range(N_CONCEPTS)]
    concepts = pd.DataFrame(
        {
            "id": ids,
            "emoji": ids,
            "category": "category",
            "subcategory": "subcategory",
            "stem": ids,
            "split": SPLITS,
        }
    )
    pictures = np.arange(N_CONCEPTS, dtype=np.uint8)[:, None, None, None]
    sheet = np.broadcast_to(pictures, (N_CONCEPTS, 2, 2, 4)).copy()
    return EmojiDataset(
        concepts=concepts,
        names={code: tuple(f"{code} {i}" for i in range(N_CONCEPTS)) for code in CODES},
        keywords={code: ((),) * N_CONCEPTS for code in CODES},
        images={"noto": sheet, "held-out": sheet},
        splits={
            split: np.flatnonzero(np.array(SPLITS) == split)
            for split in ("train", "validation", "unseen")
        },
        held_out_rendering="held-out",
        attribution=(),
    )


def concept_vectors() -> np.ndarray:
    """Returns one unit vector per concept, the same in every call."""
    vectors = np.random.default_rng(7).normal(size=(N_CONCEPTS, DIMENSION))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def as_embeddings(
    vectors: np.ndarray,
    labels: Sequence[str],
    *,
    modality: str = "text",
    language: str = "",
    encoder: str = "double",
    ids: Sequence[str] | None = None,
) -> Embeddings:
    """Returns embeddings whose ids are their labels unless they are given."""
    return Embeddings(
        vectors=np.asarray(vectors, dtype=np.float32),
        ids=tuple(labels if ids is None else ids),
        labels=tuple(labels),
        languages=(language,) * len(labels),
        modality=modality,  # type: ignore[arg-type]
        encoder=encoder,
        unit_norm=False,
    )


@dataclass
class EncoderDoubles:
    """Stands for `tomclip.encoders`: a picture is its concept's vector, a text a noisy one.

    The noise is the encoder's (`NOISE`) and differs between languages. `calls` counts embeddings,
    `titles` are those that are not the names.
    """

    calls: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def install(self, patch: pytest.MonkeyPatch) -> EncoderDoubles:
        """Puts the doubles and the tiny data set where evaluation and the command line look."""
        from tomclip import data, encoders
        from tomclip.evaluation import cache as report_cache
        from tomclip.evaluation import vectors
        from tomclip.evaluation.readings import encoders as named
        from tomclip.evaluation.tasks import emoji, texts_only

        for module in (data, emoji):
            patch.setattr(module, "load_emoji", tiny_dataset)
        for module in (encoders, vectors, report_cache):
            for name in ("cached_text_embeddings", "cached_image_embeddings"):
                patch.setattr(module, name, getattr(self, name), raising=False)
            for name in ("image_encoder_name", "encoder_fingerprint", "encoder_revision"):
                patch.setattr(module, name, getattr(self, name), raising=False)
        for module in (encoders, report_cache):
            patch.setattr(module, "image_encoder_or_itself", self.image_encoder_name)
        for module in (encoders, vectors, texts_only):
            patch.setattr(module, "reads_pictures", self.reads_pictures)
        for name in ("find_encoder", "encoder_fingerprint"):
            patch.setattr(named, name, getattr(self, name))
        return self

    def find_encoder(self, name: str) -> EncoderInfo:
        title = self.titles.get(self._known(name), name)
        return EncoderInfo(name, "student", Path(name), teacher="teacher", title=title)

    def cached_text_embeddings(
        self,
        name: str,
        texts: Sequence[str],
        *,
        language: str = "en",
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Embeddings:
        self.calls.append(f"{name} text {language}")
        rows = [int(re.findall(r"\d+", text)[-1]) for text in texts]
        noise = np.random.default_rng(CODES.index(language)).normal(size=(N_CONCEPTS, DIMENSION))
        vectors = concept_vectors() + NOISE[self._known(name)] * noise
        labels = labels or tuple(texts)
        return as_embeddings(vectors[rows], labels, language=language, encoder=name, ids=ids)

    def cached_image_embeddings(
        self,
        name: str,
        key: str,
        images: np.ndarray,
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Embeddings:
        self.calls.append(f"{name} image {key}")
        vectors = concept_vectors()[images[:, 0, 0, 0]]
        assert labels is not None
        return as_embeddings(vectors, labels, modality="image", encoder=name)

    def reads_pictures(self, name: str) -> bool:
        return bool(self._known(name))

    def image_encoder_name(self, name: str) -> str:
        self._known(name)
        return "teacher"

    def encoder_revision(self, name: str) -> str | None:
        self._known(name)
        return "commit of the teacher" if name == "teacher" else None

    def encoder_fingerprint(self, name: str) -> str:
        return f"files of {self._known(name)}"

    def _known(self, name: str) -> str:
        if name not in NOISE:
            raise EncoderUnavailable(f"there is no encoder {name!r}; use {', '.join(NOISE)}")
        return name
