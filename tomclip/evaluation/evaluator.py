"""Evaluations by encoder name: one road for the pages, the command line and the notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tomclip.core.progress import OnProgress
from tomclip.core.scores import Reference
from tomclip.core.types import Metric
from tomclip.evaluation.cache import find_report, report_key, store_report, with_revisions
from tomclip.evaluation.comparison import compare_reports
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.scoring import evaluate_vectors, require_answerable
from tomclip.evaluation.settings import EvaluationSettings, asked_languages
from tomclip.evaluation.tasks.protocol import Task
from tomclip.evaluation.tasks.texts_only import task_for
from tomclip.evaluation.vectors import registered_vectors

if TYPE_CHECKING:
    from tomclip.evaluation.comparison_table import ComparisonTable


def evaluate(
    encoder: str,
    task: Task,
    *,
    languages: Sequence[str] | None = None,
    ks: Sequence[int] | None = None,
    references: Sequence[Reference] | None = None,
    metric: Metric = "cosine",
    max_points: int = 300,
    seed: int = 0,
    use_cache: bool = True,
    on_progress: OnProgress | None = None,
) -> EvaluationReport:
    """Returns the scores of one encoder on a task, per language and their mean.

    Of what the task asks: `zero_shot_top{k}` over the pictures, `text_to_image_recall_at_{k}` over
    the texts, `image_to_text_recall_at_{k}` over the pictures, each by its best text; and how far
    the shape of every language's texts is from English. Cosine similarity; ties count against.
    Intervals are at 95 % and resample whole items, with all their texts. The mean over languages
    counts every language alike. The report is kept on disk and found again while the encoder's
    files, the data, the settings and the library versions stay the same; for the shipped encoders
    that on the emoji ships. A cache that cannot be written is no error.

    Of an encoder that knows no pictures only the shapes are measured, against its own English.

    Args:
        encoder: a name that `tomclip.encoders.load_text_encoder` knows, or a directory.
        task: from `emoji_task`, `load_task` or `benchmark_task`, or one of your own.
        languages: codes, in the order of the table; by default all that the task can be asked in.
        ks: list lengths of top-k and recall@k; by default 1, 5 and 10, or those that a task of few
            candidates has as `ks`.
        references: English clouds that shapes are compared with; by default the task's, empty
            leaves the shape scores out.
        metric: of diagrams and neighbours. Ranking always uses cosine.
        max_points: most texts that a diagram is computed on.
        seed: of the sample and the bootstrap.
        use_cache: whether an earlier report may be read.
        on_progress: as `evaluate_vectors`.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
        InputError: when a setting is unknown or out of range, a picture cannot be read, or an
            encoder that knows no pictures is asked for more than its own shape.
    """
    task = task_for(encoder, task)
    settings = EvaluationSettings(
        languages=asked_languages(task, languages),
        ks=tuple(getattr(task, "ks", DEFAULT_KS) if ks is None else ks),
        references=task.references if references is None else tuple(references),
        metric=metric,
        max_points=max_points,
        seed=seed,
    )
    require_answerable(task, settings)
    if use_cache and (stored := find_report(encoder, task, settings)) is not None:
        return stored
    vectors = registered_vectors(encoder, task)
    report = with_revisions(evaluate_vectors(vectors, task, settings, on_progress=on_progress))
    # The key is made only now: weights that were fetched meanwhile have changed the fingerprint.
    store_report(report_key(encoder, task, settings), report)
    return report


def compare(
    baseline: str,
    others: Sequence[str],
    task: Task,
    *,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> ComparisonTable:
    """Returns the table of `compare_reports` for encoders given by name, each evaluated in turn.

    Args:
        baseline: name of the encoder that differences are taken from.
        others: names of the encoders to compare with it.
        task: what they are evaluated on.
        on_progress: called with (encoders done, encoders in all).
        settings: as the keywords of `evaluate`.

    Raises:
        EncoderUnavailable, InputError: as `evaluate`; also when `others` is empty.
    """
    reports = evaluate_each([baseline, *others], task, on_progress=on_progress, **settings)
    return compare_reports(reports[0], reports[1:])


def evaluate_each(
    encoders: Sequence[str],
    task: Task,
    *,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> list[EvaluationReport]:
    """Returns the report of every encoder, in their order, each evaluated in turn.

    Args:
        encoders: names of the encoders.
        task: what they are evaluated on.
        on_progress: called with (encoders done, encoders in all).
        settings: as the keywords of `evaluate`.

    Raises:
        EncoderUnavailable, InputError: as `evaluate`.
    """
    reports = []
    for place, name in enumerate(encoders, start=1):
        reports.append(evaluate(name, task, **settings))
        if on_progress is not None:
            on_progress(place, len(encoders))
    return reports
