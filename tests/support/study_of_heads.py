"""A small study of heads: a tiny prior, two conditions, chosen settings, closed forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import yaml
from support.tiny_encoders import write_teacher
from support.tiny_training import write_backbone

PAIRS, ENGLISH = "pairs", "pairs and English"
FORMS: dict[str, dict[str, Any]] = {
    "point-wise": {},
    "distances": {"loss.distance_matrix_weight": 1.0, "loss.metric": "cosine"},
    "as published": {"loss.recipe": "paper", "loss.distance_matrix_weight": 0.01},
}
PLAIN = {"ridge": "ridge", "centred": "centring and ridge", "repaired": "low-rank repair"}


def study_values(folder: Path) -> dict[str, Any]:
    """Returns the study as its file says it; what it needs is written into the folder."""
    torch.manual_seed(0)
    base = {
        "teacher": str(write_teacher(folder / "teacher")),
        "data": {"languages": ["en", "ko", "de"], "share": 0.05},
        "student": {
            "start_from": str(write_backbone(folder / "backbone")),
            "max_tokens": 30,
            "head": "ridge",
            "trainable": "head",
        },
        "optimiser": {"steps": 20, "batch_size": 16, "warmup_steps": 0},
        "validation": {"every_steps": 5},
    }
    (folder / "base.yaml").write_text(yaml.safe_dump(base))
    return {
        "base": str(folder / "base.yaml"),
        "baseline": "point-wise",
        "folds": [0, 1],
        "seeds": [0, 1],
        "forms": FORMS,
        "plain": PLAIN,
        "conditions": {
            PAIRS: {},
            ENGLISH: {
                "changes": {"data.english_anchor.captions": "emoji"},
                "settings_of": PAIRS,
                "forms": ["point-wise", "distances"],
            },
        },
        "contrasts": {"English": [PAIRS, ENGLISH]},
        "choose": {
            "folds": [0],
            "seeds": [100],
            "multiples": [1, 100],
            "learning_rates": [0.001, 0.1],
            "keep_weights": ["as published"],
        },
    }
