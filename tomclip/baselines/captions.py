"""What a baseline is fitted on, and what it is chosen on: never a held-out concept's captions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tomclip.config import DataConfig
from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import CaptionPairs, emoji_caption_pairs
from tomclip.data.captions.table import CaptionTable, open_captions
from tomclip.data.captions.unpaired import read_english
from tomclip.data.held_out import held_out_phrases

EMOJI = "emoji"
FEWEST = 4
SPLIT_SEED = 0
"""As of training: which pairs of a file are chosen does not follow the seed."""


@dataclass(frozen=True, eq=False, repr=False)
class FittingCaptions(ArrayRecord):
    """Caption pairs to fit on and to choose on, and English captions without translations.

    `left_out` counts anchor captions that were dropped because they name a validation or unseen
    concept. `centring` are pairs that only a centring asks for, None for the training pairs.
    """

    training: CaptionPairs
    validation: CaptionPairs
    anchor: tuple[str, ...] = ()
    left_out: int = 0

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages of the training pairs, in the order they come."""
        return tuple(dict.fromkeys(self.training.languages))

    @cached_property
    def different(self) -> int:
        """Number of different English captions of the training pairs."""
        return len(set(self.training.english))


def fitting_captions(data: DataConfig, *, seed: int, anchor: str | None = None) -> FittingCaptions:
    """Returns the captions that the data settings mean, the same as a student's.

    Emoji: names and keyword lists of `share` of the training concepts, chosen by `seed`; validation
    are the names of the validation concepts. Captions: `pairs` and `validation_pairs` of the file.

    Args:
        data: As of a training configuration; `targets` are not read.
        seed: Of the choice of concepts.
        anchor: "emoji" for the English captions of all training concepts, whatever `share` is; or a
            file of English texts, as `read_english` takes it.
            Captions with a validation or unseen concept's name in them are left out.

    Raises:
        InputError: when there are fewer than 4 different English captions, a file cannot be read,
            or the anchor holds no caption.
    """
    if data.source == "emoji":
        training, validation = _emoji_pairs(data, seed)
    else:
        training, validation = _table_pairs(data)
    extra, left_out = ((), 0) if anchor is None else _anchor(anchor, data.fold)
    captions = FittingCaptions(training, validation, extra, left_out)
    if captions.different < FEWEST:
        raise InputError(
            f"the pairs hold {captions.different} different English captions; a map is fitted on "
            f"at least {FEWEST}, ask for more pairs"
        )
    return captions


def all_concepts(data: DataConfig) -> CaptionPairs:
    """Returns the emoji captions of every concept, unseen ones included, for a centring on all.

    Raises:
        InputError: when the data are not the emoji, which alone have unseen concepts.
    """
    if data.source != "emoji":
        raise InputError(
            f"source is {data.source!r}, which holds no {UNSEEN_CONCEPTS}; leave all concepts out"
        )
    parts = [
        emoji_caption_pairs(load_emoji(), languages=data.languages, split=split)
        for split in load_emoji().splits
    ]
    return CaptionPairs(
        tuple(text for part in parts for text in part.english),
        tuple(text for part in parts for text in part.translated),
        tuple(code for part in parts for code in part.languages),
        np.concatenate([part.concepts for part in parts]),
    )


def _emoji_pairs(data: DataConfig, seed: int) -> tuple[CaptionPairs, CaptionPairs]:
    dataset = load_emoji(fold=data.fold)
    training = emoji_caption_pairs(
        dataset,
        languages=data.languages,
        split="train",
        share=data.share,
        translations=data.translations,
        seed=seed,
    )
    validation = emoji_caption_pairs(
        dataset, languages=data.languages, split="validation", kinds=("name",)
    )
    return training, validation


def _table_pairs(data: DataConfig) -> tuple[CaptionPairs, CaptionPairs]:
    table = open_captions(str(data.captions), drop_empty=True)
    split = table.select(
        data.pairs,
        validation_pairs=data.validation_pairs,
        languages=data.languages or None,
        seed=SPLIT_SEED,
    )
    return _of_table(table, split.train), _of_table(table, split.validation)


def _of_table(table: CaptionTable, rows: np.ndarray) -> CaptionPairs:
    return CaptionPairs(
        tuple(table.english(rows)),
        tuple(table.translated(rows)),
        tuple(table.languages(rows)),
        rows,
    )


def _anchor(source: str, fold: int | None) -> tuple[tuple[str, ...], int]:
    """Returns different English captions, and how many were left out as held-out ones."""
    if source == EMOJI:
        pairs = emoji_caption_pairs(load_emoji(fold=fold), languages=["en"], split="train")
        return tuple(dict.fromkeys(pairs.english)), 0
    held_out, found = held_out_phrases(load_emoji(fold=fold)), read_english(source).texts
    kept = tuple(text for text in found if held_out.found_in(text) is None)
    if len(kept) < 2:
        raise InputError(
            f"{source} holds {len(found)} English captions, and {len(kept)} that name no held-out "
            "concept; give at least 2"
        )
    return kept, len(found) - len(kept)
