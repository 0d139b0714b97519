"""How well a linear map from multilingual-e5-small follows a teacher's space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from teacher.measures import top1
from teacher.texts import E5, sentence_vectors
from tomclip.data.emoji import EmojiDataset
from tomclip.geometry.ridge import choose_strength

STRENGTHS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)


def learnability(
    dataset: EmojiDataset,
    named: np.ndarray,
    images: np.ndarray,
    english: tuple[np.ndarray, np.ndarray],
    *,
    packages: Path,
) -> dict[str, Any]:
    """Returns top-1 of the teacher and of ridge maps from E5 on the unseen concepts, in per cent.

    Strengths are those whose map is nearest the teacher's vectors of the validation names.

    Args:
        dataset: the emoji.
        named: (1583, d) the teacher's vectors of all English names.
        images: (295, d) its unit vectors of the unseen concepts' drawings.
        english: E5's and the teacher's vectors of English texts, (n, 384) and (n, d).
        packages: where sentence vectors are kept.

    Returns:
        `teacher`; for the map fitted on the English texts `ridge` by language, their `mean` and
        both as shares of the teacher's; under `pairs` the same for a map fitted on the training
        concepts' names in all languages.
    """
    unseen, seen = dataset.rows("unseen"), dataset.rows("seen")
    validation = dataset.splits["validation"]
    own = top1(named[unseen], images)

    def vectors(code: str, rows: np.ndarray) -> np.ndarray:
        return sentence_vectors(E5, [dataset.names[code][row] for row in rows], packages)

    def reading(features: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
        chosen = choose_strength(
            features,
            targets,
            vectors("en", validation),
            named[validation],
            strengths=STRENGTHS,
        )
        reached = {c: top1(chosen.map(vectors(c, unseen)), images) for c in dataset.names}
        mean = float(np.mean(list(reached.values())))
        shares = {"english_share": reached["en"] / own, "mean": mean, "mean_share": mean / own}
        return {"strength": chosen.strength, "ridge": reached, **shares}

    pairs = [dataset.names[code][row] for code in dataset.names for row in seen]
    by_pairs = reading(
        sentence_vectors(E5, pairs, packages), np.tile(named[seen], (len(dataset.names), 1))
    )
    return {"teacher": own, **reading(*english), "pairs": by_pairs}
