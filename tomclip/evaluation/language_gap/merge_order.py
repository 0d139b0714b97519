"""Whether classes that merge early in a language's H0 tree are those whose pictures are confused.

The tree is that of the texts alone; which pairs are confused the pictures decide. The plain
distance between two texts stands beside the distance at which they merge: the tree is made from
it, and has to tell more to be worth its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from tomclip.core.files.cache import ContentCache
from tomclip.core.progress import OnProgress, begin
from tomclip.core.scores import MEAN
from tomclip.core.types import Embeddings, Metric, require_metric
from tomclip.evaluation.cache import report_key
from tomclip.evaluation.language_gap.class_hits import require_classes
from tomclip.evaluation.language_gap.confusions import confusions, shown_pictures
from tomclip.evaluation.language_gap.pair_auc import pair_auc, tells_apart
from tomclip.evaluation.metrics.bootstrap import bootstrap_intervals
from tomclip.evaluation.settings import EvaluationSettings, asked_languages
from tomclip.evaluation.tasks.protocol import Task
from tomclip.evaluation.vectors import TaskVectors, registered_vectors
from tomclip.geometry import distance_matrix
from tomclip.topology import merge_heights

PREDICTORS = ("merge", "distance", "merge_minus_distance")
"""Columns of one AUC each: of merge heights, of text-text distances, and the first less the other.
"""
SCHEMA = 2


def merge_order_values(
    text: Embeddings, image: Embeddings, *, metric: Metric = "cosine"
) -> tuple[np.ndarray, int]:
    """Returns (m, 2) numbers of each class, and how many pairs are confused.

    The mean of the first column is the AUC of merge heights against confused or not over all pairs
    of classes, that of the second the AUC of distances; see `pair_auc`. All are NaN where no pair,
    or every pair, is confused: there is nothing to tell then.

    Args:
        text: one row per class, at least three, `labels` holding the class ids.
        image: pictures, `labels` holding the class ids.
        metric: of the distances between texts. Pictures are named by cosine.

    Raises:
        InputError: as `confusions` and `pair_auc`.
    """
    confused = confusions(text, image).confused_pairs()
    pairs = int(np.triu(confused).sum())
    if not tells_apart(confused):
        return np.full((len(text), 2), np.nan), pairs
    distances = distance_matrix(text, metric=metric)
    predictors = (merge_heights(distances), distances.values)
    values = np.column_stack([pair_auc(one, confused) for one in predictors])
    return values, pairs


def merge_order_table(
    encoder: str,
    task: Task,
    *,
    languages: Sequence[str] | None = None,
    metric: Metric = "cosine",
    seed: int = 0,
    use_cache: bool = True,
    on_progress: OnProgress | None = None,
) -> pd.DataFrame:
    """Returns how well each language's merge order predicts which classes are confused.

    Args:
        encoder: a name that `tomclip.encoders.load_text_encoder` knows, or a directory.
        task: one that classifies pictures.
        languages: codes; by default all that the task can be asked in.
        metric: of the distances between texts.
        seed: of the bootstrap over classes.
        use_cache: whether an earlier table may be read.
        on_progress: called with (languages done, languages in all).

    Returns:
        A row per language with `language`, `classes`, `pairs`, `confused` (pairs of which a picture
        of one is taken for the other), and for each of `PREDICTORS` its AUC in [0, 1], or their
        difference, with `_low` and `_high`, the 95 % interval over classes. Last comes the mean of
        the languages; without an interval where they do not name the same classes. A language
        in which no pair, or every pair, is confused has NaN and does not count in the mean.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
        InputError: when the task has no classes, a language is not its own, or as `pair_auc`.
    """
    codes = asked_languages(require_classes(task), languages)
    key = _key(encoder, task, codes, require_metric(metric), seed)
    if use_cache and (stored := TABLES.get(key)) is not None:
        return stored
    vectors = _pictures_once(registered_vectors(encoder, task))
    found: dict[str, tuple[np.ndarray, int]] = {}
    for done, code in enumerate(codes):
        begin(on_progress, f"comparing texts ({code})")
        shown = shown_pictures(vectors, task, code)
        found[code] = merge_order_values(vectors.texts(code, None), shown, metric=metric)
        if on_progress is not None:
            on_progress(done + 1, len(codes))
    table = _table(found, seed, same=_same_classes(task, codes))
    TABLES.put(_key(encoder, task, codes, metric, seed), table)
    return table


def _pictures_once(vectors: TaskVectors) -> TaskVectors:
    return replace(vectors, pictures=cache(vectors.pictures))


def _same_classes(task: Task, codes: Sequence[str]) -> bool:
    texts = [task.texts(code) for code in codes]
    return len({tuple(one.labels[row] for row in one.rows) for one in texts}) == 1


def _table(found: Mapping[str, tuple[np.ndarray, int]], seed: int, *, same: bool) -> pd.DataFrame:
    table = pd.DataFrame(
        {"language": code, **_counts(values, confused), **_estimates(values, seed)}
        for code, (values, confused) in found.items()
    )
    told = [values for values, _ in found.values() if np.isfinite(values).all()]
    last = table[list(PREDICTORS)].mean().to_dict()
    if same and told:
        last = _estimates(np.mean(told, axis=0), seed)
    counts = table[["classes", "pairs", "confused"]].mean().round().astype(int)
    mean = pd.DataFrame([{"language": MEAN, **counts.to_dict(), **last}])
    return pd.concat([table, mean.reindex(columns=table.columns)], ignore_index=True)


def _counts(values: np.ndarray, confused: int) -> dict[str, int]:
    m = len(values)
    return {"classes": m, "pairs": m * (m - 1) // 2, "confused": confused}


def _estimates(values: np.ndarray, seed: int) -> dict[str, float]:
    columns = np.column_stack([values, values[:, 0] - values[:, 1]])
    if not np.isfinite(columns).all():
        return {f"{name}{end}": np.nan for name in PREDICTORS for end in ("", "_low", "_high")}
    intervals = bootstrap_intervals(columns, seed=seed)
    found: dict[str, float] = {}
    for name, mean, (low, high) in zip(PREDICTORS, columns.mean(axis=0), intervals, strict=True):
        found |= {name: float(mean), f"{name}_low": float(low), f"{name}_high": float(high)}
    return found


def _key(encoder: str, task: Task, codes: tuple[str, ...], metric: Metric, seed: int) -> str:
    settings = EvaluationSettings(languages=codes, references=(), metric=metric, seed=seed)
    facts = ["merge order", SCHEMA, report_key(encoder, task, settings)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _read(content: bytes) -> pd.DataFrame:
    return pd.DataFrame(json.loads(content))


def _written(table: pd.DataFrame) -> bytes:
    return json.dumps(table.to_dict("list")).encode()


TABLES = ContentCache("merge_orders", ".json", _read, _written)
