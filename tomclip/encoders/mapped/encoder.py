"""A fitted map as an encoder: texts through another encoder, and its vectors through the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tomclip.core.errors import AssetError, InputError
from tomclip.core.progress import OnProgress
from tomclip.encoders.embeddings import EmbedsTexts
from tomclip.encoders.mapped.files import Arrays, load_mapped
from tomclip.encoders.mapped.settings import MappedSettings

SourceVectors = Callable[[Sequence[str], str, OnProgress | None], np.ndarray]
"""Texts, their language and whom to tell, to (n, d_in) unit vectors of the source."""


class MappedEncoder(EmbedsTexts):
    """A plain baseline as a text encoder. Safe to use from several threads if its source is.

    `embed_texts` gives the map of the source's unit vectors; a centring takes away the mean of the
    texts' language, and raises InputError where it has none of it.

    Args:
        settings: What the map is.
        arrays: Its numbers; see `save_mapped`.
        source: Vectors of the encoder that the map stands behind, such as those of its cache: all
            baselines of one encoder share them, and this one keeps no model in memory.
        name: The name that finds this encoder again.
    """

    def __init__(
        self,
        settings: MappedSettings,
        arrays: Arrays,
        source: SourceVectors,
        *,
        name: str,
    ) -> None:
        self.name = name
        self.settings = settings
        self._arrays = dict(arrays)
        self._source = source

    @classmethod
    def from_directory(cls, directory: Path, source: SourceVectors, *, name: str) -> MappedEncoder:
        """Returns the baseline in `directory`.

        Raises:
            AssetError: as `load_mapped`.
        """
        return cls(*load_mapped(directory), source, name=name)

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return self.settings.dimension

    @property
    def teacher_name(self) -> str:
        """The encoder whose space the vectors live in; "" for a space without pictures."""
        return self.settings.teacher

    @property
    def nbytes(self) -> int:
        """Bytes of the map; its source counts by itself."""
        return sum(rows.nbytes for rows in self._arrays.values())

    def _text_vectors(
        self, texts: Sequence[str], language: str, on_progress: OnProgress | None
    ) -> np.ndarray:
        vectors = self._source(texts, language, on_progress)
        return mapped(self.settings, self._arrays, vectors, language)


def mapped(
    settings: MappedSettings, arrays: Arrays, vectors: np.ndarray, language: str
) -> np.ndarray:
    """Returns (n, dimension) float32 images of the source's unit vectors (n, d_in).

    Raises:
        InputError: when a centring has no mean of the language.
        AssetError: when the source's vectors have another length than the map reads.
    """
    reads = arrays["means"].shape[1] if settings.kind == "centring" else len(arrays["weight"])
    if vectors.shape[1] != reads:
        raise AssetError(
            f"{settings.source!r} gives vectors of {vectors.shape[1]} numbers and this baseline "
            f"reads {reads}; fit it again"
        )
    rows = np.asarray(vectors, dtype=np.float32)
    if settings.kind != "centring":
        return rows @ arrays["weight"] + arrays["bias"]
    if language not in settings.languages:
        raise InputError(
            f"language is {language!r}, and this centring knows the mean of "
            f"{', '.join(settings.languages)}; fit one on captions in that language"
        )
    return rows - arrays["means"][settings.languages.index(language)] + arrays["centre"]
