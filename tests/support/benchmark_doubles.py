"""Benchmarks in memory that the encoder doubles of `emoji_doubles` can answer."""

from __future__ import annotations

import numpy as np
from support.emoji_doubles import N_CONCEPTS

from tomclip.data import Caption, ClassificationBenchmark, RetrievalBenchmark

LANGUAGES = ("en", "ko", "de")
PICTURES_A_CLASS = 2


def pictures_of(concepts: np.ndarray) -> np.ndarray:
    """Returns one picture per concept, which the doubles know by its pixels."""
    return np.broadcast_to(
        concepts.astype(np.uint8)[:, None, None, None], (len(concepts), 2, 2, 3)
    ).copy()


def tiny_classification(*, unnamed: int = 0) -> ClassificationBenchmark:
    """Returns 40 classes of two pictures each; Korean leaves the last `unnamed` classes out."""
    classes = np.arange(N_CONCEPTS)
    names = tuple(f"thing {row}" for row in classes)
    fewer = (*names[: N_CONCEPTS - unnamed], *("",) * unnamed)
    labels = np.repeat(classes, PICTURES_A_CLASS)
    return ClassificationBenchmark(
        name="cifar100",
        pictures=pictures_of(labels),
        picture_ids=tuple(f"picture{row}" for row in range(len(labels))),
        picture_labels=tuple(f"class{label}" for label in labels),
        class_ids=tuple(f"class{label}" for label in classes),
        class_names={"en": names, "ko": fewer, "de": names},
    )


def tiny_retrieval(*, captions: int = 1) -> RetrievalBenchmark:
    """Returns 40 pictures; German has `captions` of every second picture and one of the others."""
    return RetrievalBenchmark(
        name="xflickr_co",
        pictures=pictures_of(np.arange(N_CONCEPTS)),
        picture_ids=tuple(f"p{row}" for row in range(N_CONCEPTS)),
        captions={code: _captions(code, captions if code == "de" else 1) for code in LANGUAGES},
    )


def _captions(language: str, most: int) -> tuple[Caption, ...]:
    return tuple(
        Caption(f"{language}-p{row}-{number}", f"p{row}", f"{language} caption of {row}")
        for row in range(N_CONCEPTS)
        for number in range(most if row % 2 == 0 else 1)
    )
