"""Icons as a task: name what other hands have drawn, in ink, of the concepts that emoji name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.scores import Reference
from tomclip.data.emoji import Subset, load_emoji
from tomclip.data.icons import IconDataset, load_icons
from tomclip.evaluation.tasks.digest import task_digest
from tomclip.evaluation.tasks.emoji import concept_groups
from tomclip.evaluation.tasks.protocol import TaskTexts

SUBSETS: tuple[Subset, ...] = get_args(Subset)
SHOWN = "as published, ink on white, 64 pixels; IconPark in its two colours"


@dataclass(frozen=True)
class IconTask:
    """Every icon is classified among the names of the concepts that the icons show.

    A concept is drawn by one to five sets. Intervals draw whole concepts, with all their icons,
    because two drawings of a thing are recognised, or not, together. Texts are the concepts'
    names as of the emoji, alone, without a sentence around them; no shape is measured, as that
    of names does not depend on pictures.

    Attributes:
        dataset: the icons.
        subset: concepts that are both shown and candidates: all, or those that the students have
            read (seen) or never read (unseen) in training.

    Raises:
        InputError: when the subset is unknown.
    """

    dataset: IconDataset
    subset: Subset = "all"

    name = pictures_name = "icons"
    asked = ("zero_shot",)
    items_title = "icons"
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if self.subset not in SUBSETS:
            raise InputError(f"subset is {self.subset!r}; use one of {', '.join(SUBSETS)}")

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that name the concepts."""
        return self.dataset.emoji.languages

    @property
    def choices(self) -> Mapping[str, str]:
        """The subset."""
        return {"subset": self.subset}

    @property
    def pictures(self) -> np.ndarray:
        """Every icon."""
        return self.dataset.images

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """The icons' sets and names."""
        return self.dataset.ids

    @property
    def picture_labels(self) -> tuple[str, ...]:
        """The ids of the icons' concepts."""
        codes = self.dataset.emoji.concepts["id"]
        return tuple(codes[row] for row in self.dataset.concepts)

    @property
    def items(self) -> np.ndarray:
        """The icons of the subset."""
        return self.dataset.rows(self.subset)

    @property
    def class_groups(self) -> Mapping[str, Mapping[str, str]]:
        """Category and subcategory of every concept."""
        return concept_groups(self.dataset.emoji)

    def texts(self, language: str) -> TaskTexts:
        """Returns the names of the concepts that are drawn."""
        drawn, emoji = np.unique(self.dataset.concepts), self.dataset.emoji
        rows = np.flatnonzero(np.isin(drawn, emoji.rows(self.subset)))
        ids = tuple(emoji.concepts["id"].iloc[drawn])
        shown = self.dataset.concepts[self.items]
        _, first, concept = np.unique(shown, return_index=True, return_inverse=True)
        return TaskTexts(
            texts=tuple(emoji.names[language][row] for row in drawn),
            ids=ids,
            labels=ids,
            rows=rows,
            pictures=self.items,
            cloud=np.arange(len(rows)),
            owners={"zero_shot": first[concept]},
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the icons, their concepts, the subset's icons or a name."""
        return f"{task_digest(self, read)}-{'-'.join(map(str, self.items))}"

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns how the icons are shown, of how many concepts, and how many a set has."""
        sets = Counter(self.dataset.sets[row] for row in self.items)
        concepts = len(np.unique(self.dataset.concepts[self.items]))
        return {"shown": SHOWN, "concepts": concepts, "sets": dict(sets)}


def icon_task(subset: Subset = "all", *, fold: int | None = None) -> IconTask:
    """Returns the task on the icons that ship; by default on all of their concepts.

    Args:
        subset: Which concepts.
        fold: Of `load_emoji`; that of the student's training, for "seen" and "unseen" to be true.

    Raises:
        InputError: as `IconTask`, and when there is no such fold.
        AssetError: as `load_icons`.
    """
    icons = load_icons()
    return IconTask(icons if fold is None else replace(icons, emoji=load_emoji(fold=fold)), subset)
