"""Ranks of the right answer under cosine similarity, and the scores that come from them.

Ranks are pessimistic: 1 + the wrong candidates that are more similar than the best right one, ties
counted against. Two candidates tie when their cosines differ by at most `TIE_TOLERANCE`, so that a
result does not hang on the rounding of a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.scores import hit_name, score_kind
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.bootstrap import bootstrap_intervals
from tomclip.geometry.distances import vectors_of

TIE_TOLERANCE = 1e-6
DEFAULT_KS: tuple[int, ...] = (1, 5, 10)
QUERIES_AT_A_TIME = 1024


def pessimistic_ranks(queries: Embeddings, candidates: Embeddings) -> np.ndarray:
    """Returns (n,) int ranks, from 1: where each query's best candidate of the same label stands.

    Candidates with the query's own label never count against it.

    Raises:
        InputError: when a query's label is no candidate's, when the dimensions differ, when a
            vector is zero, or when there is no query.
    """
    require_comparable(queries, candidates)
    query_codes, candidate_codes = _label_codes(queries, candidates)
    left, right = unit_rows(vectors_of(queries)), unit_rows(vectors_of(candidates))
    ranks = [
        _ranks_of_block(left[rows] @ right.T, query_codes[rows, None] == candidate_codes)
        for rows in np.array_split(np.arange(len(left)), -(-len(left) // QUERIES_AT_A_TIME))
    ]
    return np.concatenate(ranks)


def hits(ranks: Sequence[int] | np.ndarray, ks: Sequence[int]) -> np.ndarray:
    """Returns (n, len(ks)): 100.0 where the right answer is within the first k, else 0.0.

    The mean of a column is the top-k accuracy (or recall@k) in per cent.
    """
    return 100.0 * (np.asarray(ranks)[:, None] <= np.asarray(ks)[None, :])


def hits_per_item(
    values: np.ndarray, owners: Sequence[int] | np.ndarray, n_items: int
) -> np.ndarray:
    """Returns (n_items, k) values with the means of `values`, so that whole items are resampled.

    Several queries may belong to one item (captions to a picture) or none. The mean over queries is
    a ratio of two sums over items; each item gets its part in the linearised ratio, so that with
    one query per item the values are the hits themselves.

    Args:
        values: (n_queries, k) hits, as `hits`.
        owners: (n_queries,) the item of each query, from 0 to n_items - 1.
        n_items: number of items.

    References:
        Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 2.7 (ratios).
    """
    means = values.mean(axis=0)
    surplus = np.zeros((n_items, values.shape[1]))
    np.add.at(surplus, np.asarray(owners), values - means)
    return means + surplus * n_items / len(values)


def rank_scores(
    ranks: Sequence[int] | np.ndarray,
    *,
    asked: str,
    language: str,
    ks: Sequence[int] = DEFAULT_KS,
    seed: int = 0,
) -> tuple[Score, ...]:
    """Returns one Score in per cent per k, with its bootstrap interval over the ranked items.

    Args:
        ranks: (n,), from 1.
        asked: a key of `tomclip.core.scores.HIT_NAMES`, which names the scores.
        language: code written into the scores.
        ks: list lengths.
        seed: of the bootstrap.
    """
    return hit_scores(hits(ranks, ks), asked=asked, language=language, ks=ks, seed=seed)


def hit_scores(
    values: np.ndarray,
    *,
    asked: str,
    language: str,
    ks: Sequence[int],
    seed: int = 0,
    n: int | None = None,
) -> tuple[Score, ...]:
    """Returns one Score per column of (n, len(ks)) per-item hits in per cent, with intervals.

    Args:
        values: As `hits` or `hits_per_item`.
        asked: a key of `tomclip.core.scores.HIT_NAMES`, which names the scores.
        language: code written into the scores.
        ks: list lengths.
        seed: of the bootstrap.
        n: number of queries, where it is not the number of items.
    """
    intervals = bootstrap_intervals(values, seed=seed)
    return tuple(
        score_kind(hit_name(asked, k)).score(
            mean,
            language=language,
            n=len(values) if n is None else n,
            interval=(float(low), float(high)),
        )
        for k, mean, (low, high) in zip(ks, values.mean(axis=0), intervals, strict=True)
    )


def require_ks(ks: Sequence[int], n_candidates: int) -> tuple[int, ...]:
    """Returns `ks` when each is at least 1, is given once and is at most the number of candidates.

    Raises:
        InputError: otherwise; a k above the number of candidates would always score 100 %.
    """
    valid = bool(ks) and len(set(ks)) == len(ks)
    if not valid or min(ks) < 1 or max(ks) > n_candidates:
        raise InputError(
            f"ks are {tuple(ks)} for {n_candidates} candidates; "
            f"use each k once, from 1 to {n_candidates}"
        )
    return tuple(ks)


def require_comparable(queries: Embeddings, candidates: Embeddings) -> None:
    """Raises InputError when one side is empty or the two have different dimensions."""
    if not len(queries) or not len(candidates):
        raise InputError(
            f"{len(queries)} queries and {len(candidates)} candidates came; "
            "give at least one of each"
        )
    if queries.vectors.shape[1] != candidates.vectors.shape[1]:
        raise InputError(
            f"'{queries.encoder}' has dimension {queries.vectors.shape[1]} and "
            f"'{candidates.encoder}' {candidates.vectors.shape[1]}; "
            "use a text encoder with the image encoder that it was trained for"
        )


def _label_codes(queries: Embeddings, candidates: Embeddings) -> tuple[np.ndarray, np.ndarray]:
    code_of = {label: code for code, label in enumerate(dict.fromkeys(candidates.labels))}
    missing = [label for label in dict.fromkeys(queries.labels) if label not in code_of]
    if missing:
        shown = ", ".join(map(repr, missing[:3])) + (", ..." if len(missing) > 3 else "")
        raise InputError(
            f"{len(missing)} {queries.modality} labels have no {candidates.modality} "
            f"with the same label ({shown}); add them or leave those queries out"
        )
    codes = [np.array([code_of[label] for label in side.labels]) for side in (queries, candidates)]
    return codes[0], codes[1]


def _ranks_of_block(similarities: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    best = np.where(relevant, similarities, -np.inf).max(axis=1, keepdims=True)
    rivals = ~relevant & (similarities >= best - TIE_TOLERANCE)
    return 1 + rivals.sum(axis=1)
