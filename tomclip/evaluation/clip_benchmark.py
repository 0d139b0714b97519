"""Reports as rows of the CLIP_benchmark project, so that its tables can hold ours.

That project writes one JSON object per model, data set, task and language, with shares from 0 to 1.

References:
    Cherti and Beaumont, CLIP benchmark, 2022 (github.com/LAION-AI/CLIP_benchmark).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tomclip.core.paths import user_path
from tomclip.evaluation.metrics.ranking import hits
from tomclip.evaluation.report import EvaluationReport

CLASSIFICATION, RETRIEVAL = "zeroshot_classification", "zeroshot_retrieval"
DIRECTIONS = {"text_to_image": "image_retrieval", "image_to_text": "text_retrieval"}
"""Our tasks by what is asked, and theirs by what is found."""
DATASETS = {"crossmodal_3600": "crossmodal3600"}
ACCURACY_KS = (1, 5)
PREFIXES = ("M-CLIP/", "hf-hub:", "local-dir:", "run:", "vectors:")


def clip_benchmark_rows(
    report: EvaluationReport, labels: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Returns one row per task and language; the mean over languages is left to the reader.

    Keys: dataset, model, pretrained, task, metrics, language. Metrics of classification are `acc1`,
    `acc5` (where the report has k = 5) and `mean_per_class_recall`; of retrieval
    `image_retrieval_recall@k` (texts asked) and `text_retrieval_recall@k` (pictures asked). Ties
    count against, where that project lets the order in memory decide.

    Args:
        report: with its ranks.
        labels: the class of each item, in the order of `concept_ids`; by default every item is a
            class of its own.

    Raises:
        InputError: when the report was read without its ranks.
    """
    return [
        _row(report, task, metrics, language)
        for language in report.settings["languages"]
        for task, metrics in _metrics(report, language, labels)
    ]


def model_and_pretrained(encoder: str) -> tuple[str, str]:
    """Returns open_clip's two names of "ViT-B-32/openai"; any other encoder has no second one."""
    model, slash, pretrained = encoder.rpartition("/")
    if not slash or encoder.startswith(PREFIXES) or user_path(encoder).exists():
        return encoder, ""
    return model, pretrained


def _row(
    report: EvaluationReport, task: str, metrics: Mapping[str, float], language: str
) -> dict[str, Any]:
    model, pretrained = model_and_pretrained(report.encoder)
    return {
        "dataset": DATASETS.get(report.data, report.data),
        "model": model,
        "pretrained": pretrained,
        "task": task,
        "metrics": dict(metrics),
        "language": language,
    }


def _metrics(
    report: EvaluationReport, language: str, labels: Sequence[str] | None
) -> Iterator[tuple[str, dict[str, float]]]:
    if "zero_shot" in report.ranks:
        yield CLASSIFICATION, _accuracies(report, language, labels)
    if "text_to_image" in report.ranks:
        ks = report.settings["ks"]
        yield (
            RETRIEVAL,
            {
                f"{direction}_recall@{k}": float(share)
                for task, direction in DIRECTIONS.items()
                for k, share in zip(ks, _shares(report, task, language), strict=True)
            },
        )


def _accuracies(
    report: EvaluationReport, language: str, labels: Sequence[str] | None
) -> dict[str, float]:
    by_k = dict(zip(report.settings["ks"], _shares(report, "zero_shot", language), strict=True))
    accuracies = {f"acc{k}": float(by_k[k]) for k in ACCURACY_KS if k in by_k}
    return accuracies | {"mean_per_class_recall": _mean_recall(report, language, labels)}


def _shares(report: EvaluationReport, task: str, language: str) -> np.ndarray:
    return report.hits(task, language).mean(axis=0) / 100.0


def _mean_recall(report: EvaluationReport, language: str, labels: Sequence[str] | None) -> float:
    """Returns the mean over classes of the share of their pictures that were named rightly."""
    right = hits(report.ranks["zero_shot"][language], (1,))[:, 0] / 100.0
    classes = np.asarray(report.concept_ids if labels is None else labels)
    owners = report.owners.get("zero_shot", {}).get(language)
    _, of_class = np.unique(
        classes if owners is None else classes[list(owners)], return_inverse=True
    )
    return float(np.mean(np.bincount(of_class, weights=right) / np.bincount(of_class)))
