"""The emoji evaluation: what is measured, on which concepts, under which settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.languages import language as known_language
from tomclip.core.scores import MEAN, Reference
from tomclip.core.types import Embeddings, Metric, Score, require_metric
from tomclip.data import EmojiDataset
from tomclip.data.emoji import Subset
from tomclip.evaluation.metrics.ranking import DEFAULT_KS, hit_scores, hits, rank_scores, require_ks
from tomclip.evaluation.metrics.retrieval import retrieval_ranks
from tomclip.evaluation.metrics.shape import (
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks
from tomclip.evaluation.report import EvaluationReport, Ranks, library_versions
from tomclip.evaluation.tasks.emoji_vectors import EmojiVectors

Progress = Callable[[int, int], None]
SUBSETS: tuple[Subset, ...] = get_args(Subset)
REFERENCES: tuple[Reference, ...] = get_args(Reference)


@dataclass(frozen=True, slots=True)
class EmojiSettings:
    """Every choice that the scores depend on, beside the encoder and the data.

    `references` names the English clouds that shapes are compared with: the encoder's own
    ("english") and the teacher's ("teacher", whose scores end in `_to_teacher`); empty leaves the
    shape scores out, which is much faster.

    Raises:
        InputError: when a language, the subset, the metric or a reference is unknown.
    """

    languages: tuple[str, ...]
    rendering: str
    subset: Subset = "all"
    ks: tuple[int, ...] = DEFAULT_KS
    references: tuple[Reference, ...] = REFERENCES
    metric: Metric = "cosine"
    max_points: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise InputError(
                f"languages are {self.languages}; name at least one, and each only once"
            )
        for code in self.languages:
            known_language(code)
        require_metric(self.metric)
        if self.subset not in SUBSETS:
            raise InputError(f"subset is {self.subset!r}; use one of {', '.join(SUBSETS)}")
        if unknown := set(self.references) - set(REFERENCES):
            raise InputError(
                f"references hold {sorted(unknown)}; use {' and '.join(REFERENCES)}, or none"
            )

    def as_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def evaluate_vectors(
    vectors: EmojiVectors,
    dataset: EmojiDataset,
    settings: EmojiSettings,
    *,
    on_progress: Progress | None = None,
) -> EvaluationReport:
    """Returns every score of one encoder on the emoji concepts, per language and their mean.

    Each concept has one picture (of `settings.rendering`) and one name per language. Zero-shot
    classifies each picture among the names of a language; retrieval ranks pictures for each name
    and names for each picture. The candidates are the concepts of the subset and no others. With
    one picture and one name per concept, zero-shot top-k equals image-to-text recall@k.

    Raises:
        InputError: when a k exceeds the number of concepts, or the rendering is unknown.
    """
    rows = dataset.rows(settings.subset)
    require_ks(settings.ks, len(rows))
    report = _steps(on_progress, 1 + 2 * len(settings.languages))
    image = vectors.images(settings.rendering, rows)
    report()
    texts = {}
    for language in settings.languages:
        texts[language] = vectors.texts(language, rows)
        report()
    ranks = _all_ranks(texts, image)
    shapes = list(_shape_scores(vectors, texts, rows, settings, report))
    return EvaluationReport(
        encoder=vectors.encoder,
        subset=settings.subset,
        rendering=settings.rendering,
        n_concepts=len(rows),
        scores=tuple(_in_table_order([*_accuracy_scores(ranks, settings), *shapes], settings)),
        settings=settings.as_dict(),
        versions=library_versions(),
        concept_ids=image.ids,
        ranks=ranks,
    )


def _steps(on_progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def report() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total)

    return report


def _all_ranks(texts: dict[str, Embeddings], image: Embeddings) -> Ranks:
    ranks: dict[str, dict[str, tuple[int, ...]]] = {}
    for language, text in texts.items():
        by_task = {"zero_shot": zero_shot_ranks(text, image)} | retrieval_ranks(
            text, image
        )._asdict()
        for task, values in by_task.items():
            ranks.setdefault(task, {})[language] = tuple(values.tolist())
    return ranks


def _accuracy_scores(ranks: Ranks, settings: EmojiSettings) -> Iterator[Score]:
    ks, seed = settings.ks, settings.seed
    for task, by_language in ranks.items():
        for language, values in by_language.items():
            yield from rank_scores(values, asked=task, language=language, ks=ks, seed=seed)
        mean = np.mean([hits(values, ks) for values in by_language.values()], axis=0)
        yield from hit_scores(mean, asked=task, language=MEAN, ks=ks, seed=seed)


def _shape_scores(
    vectors: EmojiVectors,
    texts: dict[str, Embeddings],
    rows: np.ndarray,
    settings: EmojiSettings,
    report: Callable[[], None],
) -> Iterator[Score]:
    """Yields shape scores per reference and language; own English is not compared with itself."""
    references = _reference_shapes(vectors, texts, rows, settings)
    found: dict[str, list[Score]] = {}
    for language, text in texts.items():
        shape = _shape(text, settings) if references else None
        for reference, target in references.items():
            if shape is None or (reference, language) == ("english", "en"):
                continue
            scores = shape_scores_between(
                target, shape, language=language, seed=settings.seed, against=reference
            )
            for score in scores:
                found.setdefault(score.name, []).append(score)
                yield score
        report()
    yield from (_mean_score(scores) for scores in found.values())


def _reference_shapes(
    vectors: EmojiVectors,
    texts: dict[str, Embeddings],
    rows: np.ndarray,
    settings: EmojiSettings,
) -> dict[Reference, CloudShape]:
    clouds: dict[Reference, Callable[[], Embeddings]] = {
        "english": lambda: texts.get("en") or vectors.texts("en", rows),
        "teacher": lambda: vectors.teacher_english(rows),
    }
    return {name: _shape(clouds[name](), settings) for name in settings.references}


def _shape(cloud: Embeddings, settings: EmojiSettings) -> CloudShape:
    rows = sample_rows(len(cloud), max_points=settings.max_points, seed=settings.seed)
    return cloud_shape(cloud, rows, metric=settings.metric)


def _mean_score(scores: list[Score]) -> Score:
    return replace(scores[0], value=float(np.mean([s.value for s in scores])), language=MEAN)


def _in_table_order(scores: list[Score], settings: EmojiSettings) -> list[Score]:
    order = {language: place for place, language in enumerate((*settings.languages, MEAN))}
    return sorted(scores, key=lambda score: order[score.language])
