"""Evaluations by encoder name: one call for the pages, the command line and the notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tomclip.core.scores import Reference
from tomclip.core.types import Metric
from tomclip.data import load_emoji
from tomclip.data.emoji import Subset
from tomclip.evaluation.cache import find_report, report_key, store_report, with_revisions
from tomclip.evaluation.comparison import compare_evaluated
from tomclip.evaluation.metrics.ranking import DEFAULT_KS
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.tasks.emoji import (
    REFERENCES,
    EmojiSettings,
    Progress,
    evaluate_vectors,
)
from tomclip.evaluation.tasks.emoji_vectors import registered_vectors

if TYPE_CHECKING:
    import pandas as pd


def evaluate_emoji(
    encoder_name: str,
    *,
    languages: Sequence[str] | None = None,
    subset: Subset = "all",
    rendering: str | None = None,
    ks: Sequence[int] = DEFAULT_KS,
    references: Sequence[Reference] = REFERENCES,
    metric: Metric = "cosine",
    max_points: int = 300,
    seed: int = 0,
    use_cache: bool = True,
    on_progress: Progress | None = None,
) -> EvaluationReport:
    """Returns accuracy, retrieval and shape scores of one encoder on the emoji concepts.

    The report is kept on disk and found again while the encoder's files, the data, the settings
    and the library versions stay the same; for the shipped encoders it ships. A cache that
    cannot be written is no error.

    Args:
        encoder_name: a name of `tomclip.encoders.encoder_catalogue()`, or a directory.
        languages: codes, in the order of the table; all that the data set has by default.
        subset: concepts that are both asked and candidates: all, seen or unseen in training.
        rendering: the picture set; by default the one held out from the teacher's training.
        ks: list lengths of top-k and recall@k.
        references: English clouds that shapes are compared with; empty leaves shape scores out.
        metric: of diagrams and neighbours. Ranking always uses cosine.
        max_points: most concepts that a diagram is computed on.
        seed: of the sample and the bootstrap.
        use_cache: whether an earlier report may be read.
        on_progress: called with (steps done, steps in all).

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
        InputError: when a setting is unknown or out of range.
    """
    dataset = load_emoji()
    settings = EmojiSettings(
        languages=tuple(dataset.languages if languages is None else languages),
        rendering=rendering or dataset.held_out_rendering,
        subset=subset,
        ks=tuple(ks),
        references=tuple(references),
        metric=metric,
        max_points=max_points,
        seed=seed,
    )
    if use_cache and (stored := find_report(encoder_name, dataset, settings)) is not None:
        return stored
    vectors = registered_vectors(encoder_name, dataset)
    report = with_revisions(evaluate_vectors(vectors, dataset, settings, on_progress=on_progress))
    store_report(report_key(encoder_name, dataset, settings), report)
    return report


def compare_encoders(
    baseline: str,
    others: Sequence[str],
    *,
    languages: Sequence[str] | None = None,
    subset: Subset = "all",
    rendering: str | None = None,
    references: Sequence[Reference] = REFERENCES,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Returns the table of `compare_reports` for encoders given by name.

    Args:
        baseline: name of the encoder that differences are taken from.
        others: names of the encoders to compare with it.
        languages: as `evaluate_emoji`.
        subset: as `evaluate_emoji`.
        rendering: as `evaluate_emoji`.
        references: as `evaluate_emoji`.
        on_progress: called with (encoders done, encoders in all).

    Raises:
        EncoderUnavailable: when a name is unknown or its files are missing.
        InputError: when `others` is empty or a setting is unknown.
    """
    return compare_evaluated(
        [baseline, *others],
        lambda name: evaluate_emoji(
            name,
            languages=languages,
            subset=subset,
            rendering=rendering,
            references=references,
        ),
        on_progress,
    )
