"""Precomputed vectors as an encoder: texts and pictures are looked up, nothing is computed.

A name is "vectors:FILE" or "vectors:FOLDER", a folder being all its files together: texts of
several languages, and pictures. Which files these may be: `tomclip.encoders.stored.files`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.languages import code_or_tag
from tomclip.core.progress import OnProgress
from tomclip.core.reading.characters import composed
from tomclip.core.reading.names import names_of, require_texts
from tomclip.core.reading.pictures import visible
from tomclip.core.types import Embeddings, Modality
from tomclip.encoders.embeddings import EmbedsTexts, to_embeddings
from tomclip.encoders.protocol import Images
from tomclip.encoders.stored.files import SUFFIXES, is_vector_file, read_vectors

_LOGGER = logging.getLogger(__name__)
Key = tuple[str, str]
"""(language, text) of a text; ("", id) of a picture."""


class StoredVectors(EmbedsTexts):
    """Vectors of texts and of pictures, found by what they are of.

    `embed_texts` finds a text in its language, and raises InputError with the first unknown ones.
    Without `normalise` the vectors are as stored, which may already be of length 1.

    Raises:
        AssetError: when two parts have vectors of different lengths, or one text of one language
            (or one picture id) has two different vectors.
    """

    def __init__(self, parts: Sequence[Embeddings], *, name: str) -> None:
        self.name = name
        self.dimension = _common_dimension(parts, name)
        self._texts = _index((part for part in parts if part.modality == "text"), "text", name)
        self._images = _index((part for part in parts if part.modality == "image"), "image", name)

    @classmethod
    def from_path(cls, path: Path, *, name: str) -> StoredVectors:
        """Returns what the file, or every file of a known kind in the folder, holds.

        Raises:
            EncoderUnavailable: when there is no such file, or no vector file in the folder.
            AssetError: when a file cannot be read, or files do not fit together.
        """
        files = list(path.iterdir()) if path.is_dir() else [path]
        found = [file for file in files if is_vector_file(file)]
        known = visible(found) if path.is_dir() else found
        if len(known) < len(found):
            _LOGGER.warning("%s: %d hidden files are skipped", path, len(found) - len(known))
        if not known:
            raise EncoderUnavailable(
                f"{path} holds no vectors; name a file that 'tomclip embed' wrote "
                f"({', '.join(SUFFIXES)}) or a folder of such files"
            )
        return cls([part for file in known for part in read_vectors(file)], name=name)

    @property
    def nbytes(self) -> int:
        """Bytes of its vectors."""
        return sum(one.nbytes for side in (self._texts, self._images) for one in side.values())

    def _text_vectors(
        self, texts: Sequence[str], language: str, on_progress: OnProgress | None
    ) -> np.ndarray:
        wanted = [_key(language, text) for text in require_texts(texts)]
        vectors = self._find(self._texts, wanted, "text", language)
        if on_progress is not None:
            on_progress(len(texts), len(texts))
        return vectors

    def embed_images(
        self,
        images: Images,
        *,
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns the stored vector of every picture id; the pictures themselves are not opened.

        Raises:
            InputError: when no ids came, or with the first unknown ids and their number.
        """
        if ids is None:
            raise InputError(f"{self.name!r} finds pictures by id and none came; give `ids`")
        wanted = [_key("", one) for one in names_of(ids, "id")]
        vectors = self._find(self._images, wanted, "image", "")
        if on_progress is not None:
            on_progress(len(ids), len(ids))
        return to_embeddings(
            vectors,
            encoder=self.name,
            modality="image",
            language="",
            ids=ids,
            labels=labels,
            normalise=normalise,
        )

    def _find(
        self,
        stored: Mapping[Key, np.ndarray],
        wanted: Sequence[Key],
        modality: Modality,
        language: str,
    ) -> np.ndarray:
        missing = [name for name in dict.fromkeys(wanted) if name not in stored]
        if missing:
            first = ", ".join(repr(name) for _, name in missing[:5])
            spoken = f" in language {language!r}" if language else ""
            raise InputError(
                f"{self.name!r} has no vector of {len(missing)} of {len(wanted)} {modality}s"
                f"{spoken} ({first}{', ...' if len(missing) > 5 else ''}); embed them and add the "
                "file to its folder"
            )
        empty = np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([stored[one] for one in wanted]) if wanted else empty


def _key(language: str, name: str) -> Key:
    """Returns what a vector is found by: names are compared in NFC, languages by what they mean."""
    return code_or_tag(language) if language else "", composed(name)


def _common_dimension(parts: Sequence[Embeddings], name: str) -> int:
    if not parts:
        raise AssetError(f"{name!r} holds no vectors; give at least one part")
    sizes = {
        part.vectors.shape[1]: f"{part.modality}s of {part.encoder}" for part in reversed(parts)
    }
    if len(sizes) > 1:
        words = " and ".join(f"{size} ({whose})" for size, whose in sorted(sizes.items()))
        raise AssetError(
            f"{name!r} holds vectors of different lengths, {words}; texts and pictures must come "
            "from encoders of one space"
        )
    return next(iter(sizes))


def _index(parts: Iterable[Embeddings], modality: Modality, name: str) -> dict[Key, np.ndarray]:
    found: dict[Key, np.ndarray] = {}
    for part in parts:
        names = part.labels if modality == "text" else part.ids
        keys = map(_key, part.languages, names)
        for key, vector in zip(keys, part.vectors, strict=True):
            if not np.array_equal(found.setdefault(key, vector), vector):
                raise AssetError(
                    f"{name!r} holds two vectors of {modality} {key[1]!r}; keep the file of one "
                    "encoder in it"
                )
    return found
