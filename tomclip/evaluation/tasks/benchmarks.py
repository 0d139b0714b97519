"""Published benchmarks: zero-shot classification and retrieval in many languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tomclip.core.types import Embeddings, Metric, require_metric
from tomclip.data import Benchmark
from tomclip.encoders import cached_image_embeddings, cached_text_embeddings
from tomclip.encoders.protocol import Progress
from tomclip.evaluation.cache import content_key, read_report, store_report, with_revisions
from tomclip.evaluation.comparison import compare_evaluated
from tomclip.evaluation.metrics.ranking import DEFAULT_KS, require_ks
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.tasks.benchmark_report import benchmark_report
from tomclip.evaluation.tasks.benchmark_settings import ENGLISH, BenchmarkSettings, asked_languages
from tomclip.evaluation.tasks.benchmark_texts import (
    LanguageTexts,
    most_candidates,
    picture_labels,
    texts_in,
)

if TYPE_CHECKING:
    import pandas as pd


def evaluate_benchmark(
    encoder: str,
    benchmark: Benchmark,
    *,
    languages: Sequence[str] | None = None,
    ks: Sequence[int] = DEFAULT_KS,
    shape: bool = True,
    metric: Metric = "cosine",
    max_points: int = 300,
    seed: int = 0,
    use_cache: bool = True,
    on_progress: Progress | None = None,
) -> EvaluationReport:
    """Returns the scores of one encoder on a benchmark, per language and their mean.

    Classification: `zero_shot_top{k}` over the pictures, one prompt per class and language.
    Retrieval: `text_to_image_recall_at_{k}` over the captions, and `image_to_text_recall_at_{k}`
    over the pictures, each by its best caption. Cosine similarity; ties count against. Intervals
    are at 95 % and resample pictures, with all their captions. The mean over languages counts
    every language alike. The report is kept on disk as that of `evaluate_emoji` is, and so are the
    pictures' vectors, once per image encoder.

    Args:
        encoder: a name that `tomclip.encoders.load_text_encoder` knows, or a directory.
        benchmark: from `tomclip.data.load_benchmark`.
        languages: codes, in the order of the table; by default as `asked_languages`.
        ks: list lengths of top-k and recall@k.
        shape: whether the cloud of class prompts, or of the pictures' first captions, is compared
            with the English one; only where the benchmark has English.
        metric: of diagrams and neighbours. Ranking always uses cosine.
        max_points: most texts that a diagram is computed on.
        seed: of the sample and the bootstrap.
        use_cache: whether an earlier report may be read.
        on_progress: called with (pictures and texts embedded, all of them).

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
        InputError: when a setting is unknown or out of range, or a picture cannot be read.
    """
    asked = asked_languages(benchmark, languages)
    settings = BenchmarkSettings(
        languages=asked,
        ks=tuple(ks),
        references=("english",) if shape and ENGLISH in benchmark.languages else (),
        metric=require_metric(metric),
        max_points=max_points,
        seed=seed,
    )
    read = dict.fromkeys((*asked, ENGLISH)) if settings.references else asked
    texts = {code: texts_in(benchmark, code) for code in read}
    for code in asked:
        require_ks(settings.ks, most_candidates(benchmark, texts[code]))
    digest = _digest(benchmark, texts)
    if use_cache:
        stored = read_report(content_key(encoder, digest, settings.as_dict()))
        if stored is not None:
            return stored
    image, vectors = _embedded(encoder, benchmark, texts, on_progress)
    report = with_revisions(benchmark_report(encoder, benchmark, settings, texts, vectors, image))
    # The key is made again: weights that were fetched meanwhile have changed the fingerprint.
    store_report(content_key(encoder, digest, settings.as_dict()), report)
    return report


def compare_on_benchmark(
    baseline: str,
    others: Sequence[str],
    benchmark: Benchmark,
    *,
    languages: Sequence[str] | None = None,
    shape: bool = True,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Returns the table of `compare_reports` for encoders given by name, on a benchmark.

    Args:
        baseline: name of the encoder that differences are taken from.
        others: names of the encoders to compare with it.
        benchmark: as `evaluate_benchmark`.
        languages: as `evaluate_benchmark`.
        shape: as `evaluate_benchmark`.
        on_progress: called with (encoders done, encoders in all).

    Raises:
        EncoderUnavailable, InputError: as `evaluate_benchmark`; also when `others` is empty.
    """
    return compare_evaluated(
        [baseline, *others],
        lambda name: evaluate_benchmark(name, benchmark, languages=languages, shape=shape),
        on_progress,
    )


def _embedded(
    encoder: str,
    benchmark: Benchmark,
    texts: dict[str, LanguageTexts],
    on_progress: Progress | None,
) -> tuple[Embeddings, dict[str, Embeddings]]:
    """Returns the vectors of all pictures, and of every language's texts."""
    total = len(benchmark) + sum(len(here.texts) for here in texts.values())

    def after(before: int) -> Progress:
        return lambda done, _: on_progress(before + done, total) if on_progress else None

    image = cached_image_embeddings(
        encoder,
        benchmark.name,
        benchmark.pictures,
        ids=benchmark.picture_ids,
        labels=picture_labels(benchmark),
        on_progress=after(0),
    )
    done, text = len(benchmark), {}
    for code, here in texts.items():
        text[code] = cached_text_embeddings(
            encoder,
            here.texts,
            language=code,
            ids=here.ids,
            labels=here.labels,
            on_progress=after(done),
        )
        done += len(here.texts)
        after(done)(0, total)
    return image, text


def _digest(benchmark: Benchmark, texts: dict[str, LanguageTexts]) -> str:
    """Returns a digest of the pictures, their labels and all texts that are read."""
    pictures = benchmark.pictures
    digest = hashlib.sha256()
    if isinstance(pictures, np.ndarray):
        digest.update(f"{pictures.dtype}{pictures.shape}".encode())
        digest.update(np.ascontiguousarray(pictures).tobytes())
    else:
        digest.update(pictures.fingerprint().encode())
    rows = [benchmark.name, benchmark.picture_ids, picture_labels(benchmark)]
    rows += [(code, here.texts, here.ids, here.labels) for code, here in texts.items()]
    digest.update(json.dumps(rows, ensure_ascii=False).encode())
    return digest.hexdigest()
