"""The closed-form baselines of a group, fitted on the features that its heads are trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tomclip.baselines.choosing import Choice, chosen_procrustes, chosen_ridge
from tomclip.baselines.low_rank import chosen_low_rank
from tomclip.baselines.vectors import FittingVectors
from tomclip.core.reading.numbers import unit_rows
from tomclip.evaluation.settings import ENGLISH
from tomclip.studies.study import Plain
from tomclip.training.heads.shared_start import Beginning

ToVectors = Callable[[np.ndarray, str], np.ndarray]
"""Turns (n, width) features of texts in a language into (n, dimension) vectors."""
_CHOOSE: Mapping[Plain, Callable[[FittingVectors], Choice]] = {
    "ridge": chosen_ridge,
    "procrustes": chosen_procrustes,
    "centring and ridge": chosen_ridge,
}


def fit_plain(kind: Plain, beginning: Beginning) -> ToVectors:
    """Returns a closed-form map, its strength and the anchor's weight chosen on validation.

    As `tomclip.baselines.fit_baseline` fits it: from unit features to the teacher's unit vectors,
    with the English captions of the beginning's data as the anchor where there are some. "centring
    and ridge" first takes away the mean of each language's training captions, of a language without
    any the mean of them all. "low-rank repair" adds a correction of low rank to the ridge map
    in each language that has pairs, as `tomclip.baselines.low_rank.chosen_low_rank` does.

    Args:
        kind: Which map.
        beginning: Whose pairs, English captions and validation captions it reads.
    """
    pairs = len(beginning.languages)
    taught = unit_rows(beginning.features[: len(beginning.targets)].cpu().numpy())
    means = _means(taught[:pairs], beginning.languages) if kind == "centring and ridge" else {}
    targets = unit_rows(beginning.targets.cpu().numpy())
    validation = beginning.validation
    vectors = FittingVectors(
        features=_centred(taught[:pairs], beginning.languages, means),
        targets=targets[:pairs],
        validation=_centred(
            unit_rows(beginning.validation_features.cpu().numpy()),
            validation.pairs.languages,
            means,
        ),
        candidates=unit_rows(validation.targets.numpy()),
        right=validation.target_rows,
        anchor_features=_centred(taught[pairs:], (ENGLISH,) * (len(taught) - pairs), means),
        anchor_targets=targets[pairs:],
    )
    if kind == "low-rank repair":
        repair = chosen_low_rank(vectors, beginning.languages, validation.pairs.languages)
        return lambda features, language: repair(unit_rows(features), language)
    found = _CHOOSE[kind](vectors).map

    def apply(features: np.ndarray, language: str) -> np.ndarray:
        return found(_centred(unit_rows(features), (language,) * len(features), means))

    return apply


def _means(rows: np.ndarray, languages: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Returns each language's mean, and under "" that of all rows."""
    codes = np.asarray(languages)
    means = {code: rows[codes == code].mean(axis=0) for code in dict.fromkeys(languages)}
    return {**means, "": rows.mean(axis=0)}


def _centred(
    rows: np.ndarray, languages: tuple[str, ...], means: Mapping[str, np.ndarray]
) -> np.ndarray:
    if not means or not len(rows):
        return rows
    return rows - np.stack([means.get(code, means[""]) for code in languages])
