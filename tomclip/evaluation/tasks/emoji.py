"""The embedded emoji as a task: name a picture, find the picture of a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.scores import REFERENCES, Reference
from tomclip.data import EmojiDataset, load_emoji
from tomclip.data.emoji import Subset
from tomclip.data.prompts import Prompts
from tomclip.evaluation.tasks.benchmarks import one_or_list
from tomclip.evaluation.tasks.protocol import TaskTexts

SUBSETS: tuple[Subset, ...] = get_args(Subset)


@dataclass(frozen=True)
class EmojiTask:
    """Emoji concepts, each with one picture and one name per language.

    Zero-shot classifies each picture among the names of a language; retrieval ranks pictures for
    each name and names for each picture. The candidates are the concepts of the subset and no
    others. With one picture and one name per concept, zero-shot top-k equals image-to-text
    recall@k.

    Attributes:
        dataset: the concepts.
        subset: concepts that are both asked and candidates: all, seen or unseen in training.
        rendering: the picture set; "" is the one held out from the teacher's training.
        prompts: the sentences that the names are put into, where a language has some; a name
            without one stands by itself.

    Raises:
        InputError: when the subset, the rendering or a language of the prompts is unknown.
    """

    dataset: EmojiDataset
    subset: Subset = "all"
    rendering: str = ""
    prompts: Prompts = field(default_factory=Prompts)

    name = "emoji"
    asked = ("zero_shot", "text_to_image", "image_to_text")
    items_title = "concepts"

    def __post_init__(self) -> None:
        if self.subset not in SUBSETS:
            raise InputError(f"subset is {self.subset!r}; use one of {', '.join(SUBSETS)}")
        object.__setattr__(self, "rendering", self.rendering or self.dataset.held_out_rendering)
        self.dataset.rendering(self.rendering)
        self.prompts.require_languages(self.languages, self.name)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that name the concepts."""
        return self.dataset.languages

    @property
    def references(self) -> tuple[Reference, ...]:
        """The encoder's own English, and that of the teacher whose pictures it is asked about."""
        return REFERENCES

    @property
    def choices(self) -> Mapping[str, str]:
        """The subset and the rendering, and the fold where there is one."""
        fold = {} if self.dataset.fold is None else {"fold": str(self.dataset.fold)}
        return {"rendering": self.rendering, "subset": self.subset, **fold}

    @property
    def pictures(self) -> np.ndarray:
        """Every concept's picture."""
        return self.dataset.rendering(self.rendering)

    @property
    def pictures_name(self) -> str:
        """The rendering."""
        return self.rendering

    @property
    def picture_ids(self) -> tuple[str, ...]:
        """The concepts' ids."""
        return tuple(self.dataset.concepts["id"])

    @property
    def picture_labels(self) -> tuple[str, ...]:
        """The concepts' ids."""
        return self.picture_ids

    @property
    def items(self) -> np.ndarray:
        """The concepts of the subset."""
        return self.dataset.rows(self.subset)

    @property
    def class_groups(self) -> Mapping[str, Mapping[str, str]]:
        """Category and subcategory of every concept."""
        return concept_groups(self.dataset)

    def texts(self, language: str) -> TaskTexts:
        """Returns the concepts' names in a language, in its prompts where it has some."""
        ids, names = self.picture_ids, self.dataset.names[language]
        texts, *others = self.prompts.wordings(names, language) or (names,)
        return TaskTexts(
            texts=texts,
            ids=ids,
            labels=ids,
            rows=self.items,
            pictures=self.items,
            cloud=np.arange(len(self.items)),
            wordings=tuple(others),
        )

    def digest(self, languages: Sequence[str], read: Sequence[str]) -> str:
        """Returns what changes with the pictures, the subsets or the names."""
        digest = hashlib.sha256(self.pictures.tobytes())
        columns = [self.dataset.concepts["id"], self.dataset.concepts["split"]]
        columns += [self.dataset.names[language] for language in ("en", *languages)]
        for column in columns:
            digest.update(json.dumps(list(column), ensure_ascii=False).encode())
        if own := {code: self.prompts.own(code) for code in read if self.prompts.own(code)}:
            digest.update(json.dumps(own, ensure_ascii=False, sort_keys=True).encode())
        return digest.hexdigest()

    def facts(self, languages: Sequence[str]) -> Mapping[str, Any]:
        """Returns the prompts of the languages that have some; else the choices say it all."""
        own = {code: one_or_list(found) for code in languages if (found := self.prompts.own(code))}
        return {"prompts": own} if own else {}


def concept_groups(dataset: EmojiDataset) -> Mapping[str, Mapping[str, str]]:
    """Returns by "category" and "subcategory" the group of every concept's id."""
    ids = dataset.concepts["id"]
    groups = ("category", "subcategory")
    return {by: dict(zip(ids, dataset.concepts[by], strict=True)) for by in groups}


def emoji_task(
    subset: Subset = "all",
    rendering: str | None = None,
    *,
    fold: int | None = None,
    prompts: Prompts | None = None,
) -> EmojiTask:
    """Returns the task on the emoji that ship; by default all of them, in the held-out rendering.

    Args:
        subset: Which concepts.
        rendering: Which drawings.
        fold: Of `load_emoji`; that of the student's training, for "seen" and "unseen" to be true.
        prompts: Sentences that the names are put into; None asks with the names alone.

    Raises:
        InputError: as `EmojiTask`, and when there is no such fold.
    """
    return EmojiTask(load_emoji(fold=fold), subset, rendering or "", prompts or Prompts())
