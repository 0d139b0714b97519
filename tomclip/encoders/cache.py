"""Vectors kept on disk, found again by content: same encoder files, same items, same vectors.

A broken cache file is computed again; a cache that cannot be written costs time, never the result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tomclip.core.files.cache import array_cache, array_parts, content_key
from tomclip.core.progress import OnProgress
from tomclip.core.reading.names import require_texts
from tomclip.core.reading.pictures import upright
from tomclip.core.types import Embeddings
from tomclip.encoders.device import choose_device
from tomclip.encoders.embeddings import text_embeddings, to_embeddings
from tomclip.encoders.protocol import Images, StoredPictures, check_images
from tomclip.encoders.registry import (
    encoder_fingerprint,
    image_encoder_name,
    is_stored,
    load_image_encoder,
    load_text_encoder,
)

SCHEMA = "1"
VECTORS = array_cache("embeddings", "vectors")


def cached_text_embeddings(
    name: str,
    texts: Sequence[str],
    *,
    language: str = "en",
    ids: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    normalise: bool = True,
    on_progress: OnProgress | None = None,
) -> Embeddings:
    """Returns what `load_text_encoder(name).embed_texts` returns; a hit loads no model.

    Raises:
        EncoderUnavailable: when `name` is unknown, or its weights are needed and cannot be had.
        AssetError: when the encoder's files are needed and damaged.
        InputError: when `texts` is no list of texts, or ids or labels differ in number from them.
    """

    def embed() -> np.ndarray:
        encoder = load_text_encoder(name, device=choose_device())
        return encoder.embed_texts(
            texts, language=language, normalise=False, on_progress=on_progress
        ).vectors

    parts = ("text", json.dumps([language, *require_texts(texts)]))
    return text_embeddings(
        embed() if is_stored(name) else _through_disk(name, parts, len(texts), embed),
        texts,
        encoder=name,
        language=language,
        ids=ids,
        labels=labels,
        normalise=normalise,
    )


def cached_image_embeddings(
    name: str,
    key: str,
    images: Images,
    ids: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    *,
    normalise: bool = True,
    on_progress: OnProgress | None = None,
) -> Embeddings:
    """Returns what `load_image_encoder(name).embed_images` returns; a hit loads no model.

    Args:
        name: A teacher, or a student, which stands for its teacher.
        key: What the pictures are ("noto"). The pixels, or the fingerprint of pictures on disk,
            count too, so a stale key does no harm.
        images: As `Teacher.embed_images`.
        ids: One per picture; row numbers by default.
        labels: One per picture; the ids by default.
        normalise: Divide every vector by its length.
        on_progress: Called with (pictures done, pictures in all) after every batch.

    Raises:
        EncoderUnavailable, AssetError, InputError: as `cached_text_embeddings`.
    """
    teacher = image_encoder_name(name)

    def embed() -> np.ndarray:
        encoder = load_image_encoder(teacher, device=choose_device())
        return encoder.embed_images(
            images, ids=ids, normalise=False, on_progress=on_progress
        ).vectors

    def through_disk() -> np.ndarray:
        parts = ("image", key, content_key(*_picture_bytes(images)))
        return _through_disk(teacher, parts, len(images), embed)

    return to_embeddings(
        embed() if is_stored(teacher) else through_disk(),
        encoder=teacher,
        modality="image",
        language="",
        ids=ids,
        labels=labels,
        normalise=normalise,
    )


def _through_disk(
    name: str, parts: tuple[str, ...], n: int, embed: Callable[[], np.ndarray]
) -> np.ndarray:
    def key() -> str:
        return content_key(SCHEMA, encoder_fingerprint(name), *parts)

    vectors = VECTORS.get(key())
    if vectors is None or len(vectors) != n:
        vectors = embed()
        VECTORS.put(key(), vectors)  # a model just downloaded has another fingerprint than before
    return vectors


def _picture_bytes(images: Images) -> Iterable[str | bytes]:
    if isinstance(images, np.ndarray):
        return array_parts(images)
    if isinstance(images, StoredPictures):
        return [f"stored {len(images)}", images.fingerprint()]
    pictures = (upright(one) for one in check_images(images))  # pixels and palette, turned by EXIF
    return [part for one in pictures for part in (f"{one.mode}{one.size}", one.tobytes())]
