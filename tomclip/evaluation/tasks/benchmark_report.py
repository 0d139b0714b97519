"""The report of an encoder on a benchmark, from the vectors of its pictures and texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tomclip.core.scores import MEAN
from tomclip.core.types import Embeddings, Score
from tomclip.data import Benchmark, ClassificationBenchmark
from tomclip.data import language as known_language
from tomclip.evaluation.metrics.ranking import hit_scores
from tomclip.evaluation.report import EvaluationReport, library_versions
from tomclip.evaluation.tasks.benchmark_settings import BenchmarkSettings
from tomclip.evaluation.tasks.benchmark_shape import benchmark_shape_scores
from tomclip.evaluation.tasks.benchmark_texts import LanguageTexts, chance_in, ranks_in


def benchmark_report(
    encoder: str,
    benchmark: Benchmark,
    settings: BenchmarkSettings,
    texts: Mapping[str, LanguageTexts],
    vectors: Mapping[str, Embeddings],
    image: Embeddings,
) -> EvaluationReport:
    """Returns every score of one encoder, per language and their mean.

    Args:
        encoder: name written into the report.
        benchmark: what was embedded.
        settings: of the evaluation.
        texts: of the languages in `settings`, and of English where it is a reference.
        vectors: of `texts`, by the same codes.
        image: vectors of all pictures, in order, labelled by `picture_labels`.

    Raises:
        InputError: when the dimensions differ, or there are too few texts to measure a shape.
    """
    asked = {code: texts[code] for code in settings.languages}
    ranks: dict[str, dict[str, tuple[int, ...]]] = {}
    for code, here in asked.items():
        for task, values in ranks_in(benchmark, vectors[code], image.select(here.pictures)).items():
            ranks.setdefault(task, {})[code] = values
    report = EvaluationReport(
        data=benchmark.name,
        encoder=encoder,
        subset="all",
        rendering="",
        n_concepts=len(benchmark),
        scores=(),
        settings=settings.as_dict() | _recorded(benchmark, asked, settings),
        versions=library_versions(),
        concept_ids=benchmark.picture_ids,
        ranks=ranks,
        owners=_by_task(asked, lambda here: here.owners),
    )
    scores = [*_accuracy_scores(report), *benchmark_shape_scores(vectors, texts, settings)]
    order = {language: place for place, language in enumerate((*settings.languages, MEAN))}
    return replace(report, scores=tuple(sorted(scores, key=lambda s: order[s.language])))


def _recorded(
    benchmark: Benchmark, asked: Mapping[str, LanguageTexts], settings: BenchmarkSettings
) -> dict[str, Any]:
    """Returns what the report says of the data: the level of chance, and the prompts."""
    chance = _by_task(asked, lambda here: chance_in(benchmark, here, settings.ks))
    facts: dict[str, Any] = {
        "chance": {
            task: {code: list(levels) for code, levels in by_language.items()}
            for task, by_language in chance.items()
        }
    }
    if isinstance(benchmark, ClassificationBenchmark):
        facts["prompts"] = {code: known_language(code).prompt for code in asked}
        facts["classes"] = {code: len(here.texts) for code, here in asked.items()}
    return facts


def _by_task(
    asked: Mapping[str, LanguageTexts], values: Callable[[LanguageTexts], Any]
) -> dict[str, dict[str, tuple[Any, ...]]]:
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for code, here in asked.items():
        for task, numbers in values(here).items():
            found.setdefault(task, {})[code] = tuple(np.asarray(numbers).tolist())
    return found


def _accuracy_scores(report: EvaluationReport) -> list[Score]:
    """Returns one score per task, k, and language, and of the mean over the languages."""
    ks, seed = report.settings["ks"], report.settings["seed"]
    return [
        score
        for task, by_language in report.ranks.items()
        for code in (*by_language, MEAN)
        for score in hit_scores(
            report.hits(task, code),
            asked=task,
            language=code,
            ks=ks,
            seed=seed,
            n=len(by_language.get(code, report.concept_ids)),
        )
    ]
