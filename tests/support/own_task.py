"""A whole task of one's own, small enough for every test that stands on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from support.benchmark_doubles import pictures_of

from tomclip.core.scores import Reference
from tomclip.evaluation import TaskTexts, task_digest

SIGNS = 16
PICTURES_A_SIGN = 3


class RoadSigns:
    """Three photographs of each of 16 road signs, of which German names only 12."""

    name = pictures_name = "road signs"
    asked = ("zero_shot", "image_to_text")
    languages = ("en", "de")
    items_title = "photographs"
    choices: Mapping[str, str] = {}
    references: tuple[Reference, ...] = ("english", "teacher")

    def __init__(self) -> None:
        signs = np.repeat(np.arange(SIGNS), PICTURES_A_SIGN)
        self.pictures = pictures_of(signs)
        self.picture_ids = tuple(f"photo {row}" for row in range(len(signs)))
        self.picture_labels = tuple(f"sign {sign}" for sign in signs)
        self.items = np.arange(len(signs))

    def texts(self, language: str) -> TaskTexts:
        signs = np.arange(12 if language == "de" else SIGNS)
        labels = tuple(f"sign {sign}" for sign in signs)
        pictures = self.items[: len(signs) * PICTURES_A_SIGN]
        owners = {name: pictures for name in self.asked}
        return TaskTexts(
            texts=tuple(f"{language} sign {sign}" for sign in signs),
            ids=labels,
            labels=labels,
            rows=signs,
            pictures=pictures,
            cloud=signs,
            owners=owners if len(pictures) < len(self.items) else {},
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        return task_digest(self, read)

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        return {"photographer": "one's own"}
