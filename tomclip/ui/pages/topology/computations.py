"""What the Topology page computes beside the page, one job a question."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tomclip.data import language as known_language
from tomclip.encoders import encoder_fingerprint
from tomclip.runs import Snapshot
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice, Diagrams
from tomclip.ui.computing.jobs import Job, Report, counted

if TYPE_CHECKING:
    from tomclip.topology import AverageLandscape, ConfidenceBand, LanguageTest, LoopComparison

LEVEL = 0.95
PAIRS = 12
LANDSCAPE_SAMPLES, LANDSCAPE_LEVELS = 60, 3


def loops_job(choice: CloudChoice, here: str, there: str) -> Job[tuple[LoopComparison, ...]]:
    """Returns the loops of one language and what the same words are in another."""
    clouds = [cached.distances(choice, code) for code in (here, there)]

    def work(report: Report) -> tuple[LoopComparison, ...]:
        from tomclip.topology import compare_loops

        return compare_loops(*clouds, on_progress=counted(report))

    title = f"Loops, {known_language(here).name}"
    return cached.board("loops").start(("loops", *_key(choice), here, there), title, work)


def band_job(choice: CloudChoice, language: str, dimension: int) -> Job[ConfidenceBand]:
    """Returns the confidence band of one diagram."""
    cloud = _points(choice, language)

    def work(report: Report) -> ConfidenceBand:
        from tomclip.topology import confidence_band

        return confidence_band(
            cloud,
            homology_dimension=dimension,
            metric=choice.metric,
            level=LEVEL,
            on_progress=counted(report),
        )

    title = f"Confidence band, {known_language(language).name} H{dimension}"
    key = ("band", *_key(choice), language, dimension)
    return cached.board("significance").start(key, title, work)


def landscape_job(
    choice: CloudChoice, language: str, dimension: int, grid: np.ndarray
) -> Job[AverageLandscape]:
    """Returns the mean landscape of repeated samples of the whole subset of concepts."""
    rows = choice.candidates
    vectors = cached.texts_of(choice.encoder, language, rows, choice.data).vectors

    def work(report: Report) -> AverageLandscape:
        from tomclip.topology import average_landscape

        return average_landscape(
            vectors,
            sample_size=min(choice.max_points, len(vectors) // 2),
            samples=LANDSCAPE_SAMPLES,
            grid=grid,
            homology_dimension=dimension,
            levels=LANDSCAPE_LEVELS,
            metric=choice.metric,
            on_progress=counted(report),
        )

    title = f"Landscape, {known_language(language).name} H{dimension}"
    key = ("landscape", *_key(choice), language, dimension, grid.tobytes())
    return cached.board("landscapes").start(key, title, work)


def tests_job(choice: CloudChoice, *, scaled: bool) -> Job[tuple[LanguageTest, ...]]:
    """Returns the tests of every language against the reference, on all items of the subset.

    With `scaled` the size of the clouds is divided out.
    """
    data = cached.dataset(choice.data)
    choice, reference = choice.over(data.languages), data.reference
    rows = choice.candidates
    clouds = {
        code: cached.texts_of(choice.encoder, code, rows, choice.data).vectors
        for code in data.languages
    }

    def work(report: Report) -> tuple[LanguageTest, ...]:
        from tomclip.topology import language_difference_tests

        return language_difference_tests(
            clouds,
            reference=reference,
            metric=choice.metric,
            pairs=PAIRS,
            scaled=scaled,
            on_progress=counted(report),
        )

    key = (
        "tests",
        choice.encoder,
        encoder_fingerprint(choice.encoder),
        choice.data,
        choice.subset,
        choice.metric,
        scaled,
    )
    against = f"{len(clouds) - 1} languages against {known_language(reference).name}"
    return cached.board("significance").start(key, f"Tests of {against}", work)


def steps_job(
    recorded: Hashable,
    snapshots: Sequence[Snapshot],
    reference: Diagrams,
    dimension: int,
    measure: str,
) -> Job[pd.DataFrame]:
    """Returns the distance of every recorded diagram to the reference: step, series, value.

    `recorded` names the snapshots and changes with their files.
    """

    def work(report: Report) -> pd.DataFrame:
        from tomclip.topology import bottleneck_distance, wasserstein_distance

        distance = {"bottleneck": bottleneck_distance, "wasserstein": wasserstein_distance}[measure]
        rows = []
        for done, snapshot in enumerate(snapshots):
            report(done / len(snapshots), f"step {snapshot.step:,}")
            for code, group in snapshot.diagrams.items():
                rows.append((snapshot.step, code, distance(group[dimension], reference[dimension])))
        return pd.DataFrame(rows, columns=["step", "series", "value"])

    key = ("steps", recorded, dimension, measure)
    return cached.board("diagrams").start(key, "Distances over the training steps", work)


def _points(choice: CloudChoice, language: str) -> np.ndarray:
    return cached.texts_of(choice.encoder, language, choice.rows, choice.data).vectors


def _key(choice: CloudChoice) -> tuple[CloudChoice, str]:
    return choice, encoder_fingerprint(choice.encoder)
