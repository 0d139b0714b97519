"""What encoders are asked: one protocol of emoji, benchmarks and a data set of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from tomclip.core.results import ArrayRecord
from tomclip.core.scores import Reference
from tomclip.encoders.protocol import Images


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TaskTexts(ArrayRecord):
    """What a language asks: its texts, and which pictures take part.

    Attributes:
        texts: every text that is embedded, as all subsets of the task share them.
        ids: one per text.
        labels: one per text; it is right for the pictures of the same label.
        rows: which texts take part.
        pictures: which rows of the task's pictures take part.
        cloud: which of the texts that take part are the cloud whose shape is measured; each with a
            label of its own.
        owners: by what is asked, the item of every query, where the queries are not the items one
            by one.
        wordings: further ways to say all texts, each as long as `texts`; the vector of a text is
            the mean of its unit vectors in every wording, made a unit vector again.
    """

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    rows: np.ndarray
    pictures: np.ndarray
    cloud: np.ndarray
    owners: Mapping[str, np.ndarray] = field(default_factory=dict)
    wordings: tuple[tuple[str, ...], ...] = ()


class Task(Protocol):
    """A data set that encoders are evaluated on: pictures, texts in languages, what is right.

    A data set of one's own needs such an object and nothing else: it is evaluated, compared, kept
    and shown as the others are. Pictures and texts belong together where their labels are equal.
    """

    @property
    def name(self) -> str:
        """How reports call the data set."""
        ...

    @property
    def asked(self) -> Sequence[str]:
        """What is asked, in the order of the report: keys of `tomclip.core.scores.HIT_NAMES`.

        Of a data set without pictures those of `AGAINST_ENGLISH`, and no others: its items stand
        for pictures, each by its first English text.
        """
        ...

    @property
    def languages(self) -> Sequence[str]:
        """Codes of the languages that it can be asked in."""
        ...

    @property
    def references(self) -> tuple[Reference, ...]:
        """The clouds that shapes are compared with unless others are asked for."""
        ...

    @property
    def choices(self) -> Mapping[str, str]:
        """What was chosen of the data set, such as {"subset": "unseen"}; reports record it."""
        ...

    @property
    def items_title(self) -> str:
        """What its items are called, such as "pictures"."""
        ...

    @property
    def pictures(self) -> Images:
        """Every picture that is embedded, as all subsets of the task share them."""
        ...

    @property
    def pictures_name(self) -> str:
        """What the pictures are, for the cache of their vectors."""
        ...

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """One per picture."""
        ...

    @property
    def picture_labels(self) -> tuple[str, ...]:
        """One per picture; a text of the same label is right for it."""
        ...

    @property
    def items(self) -> np.ndarray:
        """Rows of the pictures that the report is about; intervals resample them."""
        ...

    def texts(self, language: str) -> TaskTexts:
        """Returns what is asked in one of its languages.

        Raises:
            InputError: when it cannot be asked in that language.
        """
        ...

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns a text that changes when anything does that a report depends on.

        Args:
            languages: those that are asked.
            read: those that are embedded, English among them where it is a reference.
        """
        ...

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns what reports say beside the choices, such as the prompts; plain JSON values."""
        ...
