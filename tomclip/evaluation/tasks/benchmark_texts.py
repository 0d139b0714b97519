"""What a language asks of a benchmark: its texts, which pictures take part, what is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.results import ArrayRecord
from tomclip.core.types import Embeddings
from tomclip.data import Benchmark, ClassificationBenchmark, RetrievalBenchmark
from tomclip.evaluation.chance import chance_of_hit
from tomclip.evaluation.metrics.retrieval import retrieval_ranks
from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LanguageTexts(ArrayRecord):
    """The texts of one language: a prompt per class, or the captions of the pictures.

    `labels` say which class or picture each text belongs to. `pictures` are the rows of the
    pictures that take part: all of them, or those whose class has a name. `cloud` are the rows of
    the texts whose shape is measured: one per class, or the first caption of each picture.
    `owners[task]` gives the picture of every query of a task, where those are not `pictures` all
    in order.
    """

    language: str
    texts: tuple[str, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    pictures: np.ndarray
    cloud: np.ndarray
    owners: Mapping[str, np.ndarray]


def picture_labels(benchmark: Benchmark) -> tuple[str, ...]:
    """Returns what a text must be labelled with to be right for each picture."""
    if isinstance(benchmark, ClassificationBenchmark):
        return benchmark.picture_labels
    return benchmark.picture_ids


def texts_in(benchmark: Benchmark, language: str) -> LanguageTexts:
    """Returns the benchmark's texts in a language that `asked_languages` accepted.

    Raises:
        InputError: when the language names classes but has no prompt to put them in.
    """
    if isinstance(benchmark, ClassificationBenchmark):
        return _class_texts(benchmark, language)
    return _caption_texts(benchmark, language)


def ranks_in(
    benchmark: Benchmark, text: Embeddings, image: Embeddings
) -> dict[str, tuple[int, ...]]:
    """Returns by task the rank, from 1, of the right answer to every query.

    Args:
        benchmark: decides the tasks: zero-shot classification, or retrieval in both directions.
        text: the vectors of `LanguageTexts.texts`.
        image: the vectors of `LanguageTexts.pictures`.
    """
    if isinstance(benchmark, ClassificationBenchmark):
        return {"zero_shot": tuple(zero_shot_ranks(text, image).tolist())}
    ranks = retrieval_ranks(text, image)._asdict()
    return {task: tuple(values.tolist()) for task, values in ranks.items()}


def chance_in(
    benchmark: Benchmark, texts: LanguageTexts, ks: Sequence[int]
) -> dict[str, tuple[float, ...]]:
    """Returns by task what guessing would score in per cent, per k."""
    if isinstance(benchmark, ClassificationBenchmark):
        return {"zero_shot": chance_of_hit(len(texts.texts), 1, ks)}
    captions = np.array(list(Counter(texts.labels).values()))
    return {
        "text_to_image": chance_of_hit(len(texts.pictures), 1, ks),
        "image_to_text": chance_of_hit(len(texts.texts), captions, ks),
    }


def most_candidates(benchmark: Benchmark, texts: LanguageTexts) -> int:
    """Returns the largest k that leaves something to choose in every task."""
    if isinstance(benchmark, ClassificationBenchmark):
        return len(texts.texts)
    return min(len(texts.texts), len(texts.pictures))


def _class_texts(benchmark: ClassificationBenchmark, language: str) -> LanguageTexts:
    named = benchmark.named_classes(language)
    ids = tuple(benchmark.class_ids[row] for row in named)
    pictures = np.flatnonzero(np.isin(benchmark.picture_labels, ids))
    whole = len(pictures) == len(benchmark)
    return LanguageTexts(
        language=language,
        texts=benchmark.prompts(language),
        ids=ids,
        labels=ids,
        pictures=pictures,
        cloud=np.arange(len(ids)),
        owners={} if whole else {"zero_shot": pictures},
    )


def _caption_texts(benchmark: RetrievalBenchmark, language: str) -> LanguageTexts:
    captions = benchmark.captions[language]
    row_of = {picture: row for row, picture in enumerate(benchmark.picture_ids)}
    owners = np.array([row_of[caption.picture_id] for caption in captions])
    pictures = np.arange(len(benchmark))
    first = np.unique(owners, return_index=True)[1]
    return LanguageTexts(
        language=language,
        texts=tuple(caption.text for caption in captions),
        ids=tuple(caption.id for caption in captions),
        labels=tuple(caption.picture_id for caption in captions),
        pictures=pictures,
        cloud=first,
        owners={} if np.array_equal(owners, pictures) else {"text_to_image": owners},
    )
