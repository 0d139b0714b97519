"""From vectors to a report: ranks of the right answers, their shares, the shape of the texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin, part_of
from tomclip.core.scores import AGAINST_ENGLISH, MEAN
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.chance import chance_of_hit
from tomclip.evaluation.metrics.ranking import hit_scores, pessimistic_ranks, require_ks
from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks
from tomclip.evaluation.report import EvaluationReport, library_versions
from tomclip.evaluation.settings import ENGLISH, EvaluationSettings
from tomclip.evaluation.shapes import shape_scores_of
from tomclip.evaluation.tasks.protocol import Task, TaskTexts
from tomclip.evaluation.vectors import TaskVectors, embedded_once

_Nested = dict[str, dict[str, Any]]


def require_answerable(task: Task, settings: EvaluationSettings) -> dict[str, TaskTexts]:
    """Returns what every asked language asks, when the settings fit the task.

    Raises:
        InputError: when a k exceeds the number of candidates, shapes are to be compared with
            English and there is none, or nothing is asked.
    """
    if not task.asked and ENGLISH not in task.languages:
        raise InputError(
            f"{task.name} has neither pictures nor English texts, so that nothing can be asked of "
            "it; add one of them, or look at its diagrams ('tomclip diagrams')"
        )
    if not task.asked and settings.references != ("english",):
        raise InputError(
            "this encoder reads texts only, so that only the shape of its texts beside its own "
            "English can be measured; ask for that (with shape, references=('english',)), or name "
            "a student that was trained from it"
        )
    if settings.references and ENGLISH not in task.languages:
        raise InputError(
            f"{task.name} has no English to compare shapes with; evaluate without shape "
            "(--no-shape)"
        )
    asked = {code: task.texts(code) for code in settings.languages}
    for texts in asked.values() if task.asked else ():
        require_ks(settings.ks, min(_candidates(name, texts) for name in task.asked))
    if task.asked and not settings.references and not any(_asked_in(task, c) for c in asked):
        raise InputError(
            f"{task.name} has texts only, and English alone is asked of it; ask for another "
            "language beside it"
        )
    return asked


def _asked_in(task: Task, language: str) -> list[str]:
    """Returns what is asked in a language: English texts are not looked for by themselves."""
    itself = AGAINST_ENGLISH if language == ENGLISH else ()
    return [name for name in task.asked if name not in itself]


def _answers(vectors: TaskVectors, task: Task, on_progress: OnProgress) -> Embeddings:
    """Returns what texts are looked for among: pictures, or the first English text of each item."""
    if set(task.asked) <= set(AGAINST_ENGLISH):
        begin(on_progress, "reading captions (en)")
        return vectors.texts(ENGLISH, on_progress).select(task.texts(ENGLISH).cloud)
    begin(on_progress, "reading pictures")
    return vectors.pictures(on_progress)


def evaluate_vectors(
    vectors: TaskVectors,
    task: Task,
    settings: EvaluationSettings,
    *,
    on_progress: OnProgress | None = None,
) -> EvaluationReport:
    """Returns every score of one encoder on a task, per language and their mean.

    Args:
        vectors: of the encoder on this task.
        task: what is asked.
        settings: how.
        on_progress: called with steps; the pictures, each language's texts and each language's
            shape are as many steps.

    Raises:
        InputError: when the settings do not fit the task, the dimensions of texts and pictures
            differ, or there are too few texts to measure a shape.
    """
    asked, vectors = require_answerable(task, settings), embedded_once(vectors)
    shapes = len(settings.languages) if settings.references else 0
    parts = 1 + len(settings.languages) + shapes
    image = None
    if task.asked:
        image = _answers(vectors, task, part_of(on_progress, 0, parts))
    part_of(on_progress, 0, parts)(1, 1)
    ranks: _Nested = {}
    for place, (code, texts) in enumerate(asked.items(), start=1):
        begin(on_progress, f"reading captions ({code})")
        text = vectors.texts(code, part_of(on_progress, place, parts))
        for name, values in _ranks(task, code, text, image, texts).items():
            ranks.setdefault(name, {})[code] = values
        part_of(on_progress, place, parts)(1, 1)
    report = EvaluationReport(
        data=task.name,
        encoder=vectors.encoder,
        subset=task.choices.get("subset", "all"),
        rendering=task.choices.get("rendering", ""),
        n_concepts=len(task.items),
        scores=(),
        settings=_recorded(task, settings, asked),
        versions=library_versions(),
        concept_ids=tuple(task.picture_ids[row] for row in task.items),
        ranks=ranks,
        owners=_owners(asked),
    )
    later = [part_of(on_progress, place, parts) for place in range(parts - shapes, parts)]
    if shapes:
        begin(on_progress, "measuring shapes")
    measured = [*_share_scores(report), *shape_scores_of(vectors, task, settings, later)]
    return replace(report, scores=_in_table_order(measured, settings))


def _ranks(
    task: Task, language: str, text: Embeddings, pictures: Embeddings | None, texts: TaskTexts
) -> dict[str, tuple[int, ...]]:
    """Returns by what is asked the rank, from 1, of the right answer to every query."""
    if pictures is None:
        return {}
    image = _taking_part(pictures, task, texts)
    ranks = {
        "zero_shot": lambda: zero_shot_ranks(text, image),
        "text_to_image": lambda: pessimistic_ranks(text, image),
        "image_to_text": lambda: pessimistic_ranks(image, text),
        "text_to_english": lambda: pessimistic_ranks(text, image),
        "english_to_text": lambda: pessimistic_ranks(image, text),
    }
    return {name: tuple(ranks[name]().tolist()) for name in _asked_in(task, language)}


def _taking_part(image: Embeddings, task: Task, texts: TaskTexts) -> Embeddings:
    """Returns the vectors of the items that a language asks about."""
    place_of = {row: place for place, row in enumerate(task.items.tolist())}
    return image.select([place_of[row] for row in texts.pictures.tolist()])


def _candidates(name: str, texts: TaskTexts) -> int:
    """Returns the largest k that leaves something to choose."""
    return len(texts.rows) if name == "zero_shot" else min(len(texts.rows), len(texts.pictures))


def _chance(name: str, texts: TaskTexts, ks: Sequence[int]) -> tuple[float, ...]:
    """Returns what guessing would score in per cent, per k."""
    if name == "zero_shot":
        return chance_of_hit(len(texts.rows), 1, ks)
    if name in ("text_to_image", "text_to_english"):
        return chance_of_hit(len(texts.pictures), 1, ks)
    labels = Counter(texts.labels[row] for row in texts.rows)
    return chance_of_hit(len(texts.rows), np.array(list(labels.values())), ks)


def _recorded(
    task: Task, settings: EvaluationSettings, asked: Mapping[str, TaskTexts]
) -> dict[str, Any]:
    """Returns what the report says beside the scores: choices, the level of chance, the prompts."""
    chance = {
        name: {
            code: list(_chance(name, texts, settings.ks))
            for code, texts in asked.items()
            if name in _asked_in(task, code)
        }
        for name in task.asked
    }
    facts = {"chance": chance, "items": task.items_title, **task.facts(settings.languages)}
    return {**settings.as_dict(), **task.choices, **facts}


def _owners(asked: Mapping[str, TaskTexts]) -> _Nested:
    found: _Nested = {}
    for code, texts in asked.items():
        for name, owners in texts.owners.items():
            found.setdefault(name, {})[code] = tuple(owners.tolist())
    return found


def _share_scores(report: EvaluationReport) -> list[Score]:
    """Returns one score per k and language of everything that was asked, and of their mean."""
    ks, seed = report.settings["ks"], report.settings["seed"]
    return [
        score
        for name, by_language in report.ranks.items()
        for code in (*by_language, MEAN)
        for score in hit_scores(
            report.hits(name, code),
            asked=name,
            language=code,
            ks=ks,
            seed=seed,
            n=len(by_language.get(code, report.concept_ids)),
        )
    ]


def _in_table_order(scores: list[Score], settings: EvaluationSettings) -> tuple[Score, ...]:
    order = {language: place for place, language in enumerate((*settings.languages, MEAN))}
    return tuple(sorted(scores, key=lambda score: order[score.language]))
