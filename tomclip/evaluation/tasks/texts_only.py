"""A task as it is asked of an encoder without pictures: the shape of its texts, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tomclip.core.scores import AGAINST_ENGLISH, Reference
from tomclip.encoders import reads_pictures
from tomclip.encoders.protocol import Images
from tomclip.evaluation.tasks.protocol import Task, TaskTexts


def task_for(encoder: str, task: Task) -> Task:
    """Returns the task, or what of it can be asked of an encoder that knows no pictures.

    What is asked of texts alone can be asked of every encoder.

    Raises:
        EncoderUnavailable: when the name is unknown.
    """
    of_texts = set(task.asked) <= set(AGAINST_ENGLISH)
    return task if of_texts or reads_pictures(encoder) else TextsOnly(task)


@dataclass(frozen=True)
class TextsOnly:
    """Another task without its questions: its texts are compared with the encoder's own English."""

    whole: Task

    asked = ()

    @property
    def name(self) -> str:
        """That of the whole task."""
        return self.whole.name

    @property
    def languages(self) -> Sequence[str]:
        """Those of the whole task."""
        return self.whole.languages

    @property
    def references(self) -> tuple[Reference, ...]:
        """Its own English, where the whole task compares with any."""
        return ("english",) if self.whole.references else ()

    @property
    def choices(self) -> Mapping[str, str]:
        """Those of the whole task."""
        return self.whole.choices

    @property
    def items_title(self) -> str:
        """That of the whole task."""
        return self.whole.items_title

    @property
    def pictures(self) -> Images:
        """Those of the whole task, which nobody looks at."""
        return self.whole.pictures

    @property
    def pictures_name(self) -> str:
        """That of the whole task."""
        return self.whole.pictures_name

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """Those of the whole task."""
        return self.whole.picture_ids

    @property
    def picture_labels(self) -> tuple[str, ...]:
        """Those of the whole task."""
        return self.whole.picture_labels

    @property
    def items(self) -> np.ndarray:
        """Those of the whole task."""
        return self.whole.items

    def texts(self, language: str) -> TaskTexts:
        """Returns those of the whole task."""
        return self.whole.texts(language)

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns that of the whole task."""
        return f"texts only {self.whole.digest(languages, read)}"

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns those of the whole task."""
        return self.whole.facts(languages)
