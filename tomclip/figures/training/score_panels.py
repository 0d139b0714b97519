"""The scores of a live view: how each is titled, its unit and its direction."""

from __future__ import annotations

from typing import NamedTuple

DISTANCE = "distance"


class ScorePanel(NamedTuple):
    """How a score is titled; the unit "distance" stands for that of the context's metric."""

    title: str
    unit: str
    higher_is_better: bool = True


SCORE_PANELS: dict[str, ScorePanel] = {
    "zero_shot_top1": ScorePanel("Zero-shot top-1", "%"),
    "text_to_image_recall_at_1": ScorePanel("Text to image, recall@1", "%"),
    "wasserstein_h0_to_teacher": ScorePanel("H0 distance to the teacher", DISTANCE, False),
    "wasserstein_h1_to_teacher": ScorePanel("H1 distance to the teacher", DISTANCE, False),
    "linear_cka_to_teacher": ScorePanel("CKA with the teacher", "0 to 1"),
    "mutual_knn_to_teacher": ScorePanel("Mutual kNN with the teacher", "0 to 1"),
}
