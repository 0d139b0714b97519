"""What a baseline is fitted on, and what it is chosen on: never a held-out concept's captions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tomclip.config import DataConfig
from tomclip.config.data import EMBEDDED_ANCHOR, REST_ANCHOR
from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import CaptionPairs, emoji_caption_pairs
from tomclip.data.captions.table import CaptionTable
from tomclip.data.captions.unpaired import read_english
from tomclip.data.held_out import held_out_phrases
from tomclip.targets.selection import Selection, english_of_the_rest, select_pairs

FEWEST = 4
MOST_OF_THE_REST = 100_000
"""Of more captions that the pairs leave, so many evenly spaced ones are fitted: the map has few
parameters beside them."""


@dataclass(frozen=True, eq=False, repr=False)
class FittingCaptions(ArrayRecord):
    """Caption pairs to fit on and to choose on, and English captions without translations.

    `left_out` counts anchor captions that were dropped because they name a validation or unseen
    concept, or validate. `selection` is where the pairs are of a table: then the `concepts` of its
    pairs are rows of that table, and `anchor_rows` those of an anchor that is of the table too.
    """

    training: CaptionPairs
    validation: CaptionPairs
    anchor: tuple[str, ...] = ()
    left_out: int = 0
    selection: Selection | None = None
    anchor_rows: np.ndarray | None = None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages of the training pairs, in the order they come."""
        return tuple(dict.fromkeys(self.training.languages))

    @cached_property
    def different(self) -> int:
        """Number of different English captions of the training pairs."""
        return len(set(self.training.english))


def fitting_captions(
    data: DataConfig, *, seed: int, teacher: str = "", anchor: str | None = None
) -> FittingCaptions:
    """Returns the captions that the data settings mean, the same as a student's.

    Emoji: names and keyword lists of `share` of the training concepts, chosen by `seed`; validation
    are the names of the validation concepts. Captions: `pairs` and `validation_pairs` of the file.

    Args:
        data: As of a training configuration.
        seed: Of the choice of concepts.
        teacher: Whose vectors the targets have to be, where `data` names targets.
        anchor: "emoji" for the English captions of all training concepts, whatever `share` is;
            "rest" for the English captions of `data.captions` that neither train nor validate, of
            more than `MOST_OF_THE_REST` so many evenly spaced ones; or a file of English texts, as
            `read_english` takes it. Of a file captions are left out that have a validation or
            unseen concept's name in them.

    Raises:
        InputError: when there are fewer than 4 different English captions, a file cannot be read,
            or the anchor holds no caption.
        ConfigError: as `select_pairs`.
    """
    if data.source == "emoji":
        captions = FittingCaptions(*_emoji_pairs(data, seed))
    else:
        captions = _of_selection(select_pairs(data, teacher))
    if captions.different < FEWEST:
        raise InputError(
            f"the pairs hold {captions.different} different English captions; a map is fitted on "
            f"at least {FEWEST}, ask for more pairs"
        )
    if anchor == REST_ANCHOR:
        return _with_the_rest(captions)
    if anchor is None:
        return captions
    texts, left_out = _anchor(anchor, data.fold)
    return replace(captions, anchor=texts, left_out=left_out)


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


def _of_selection(selection: Selection) -> FittingCaptions:
    table, split = selection.table, selection.split
    return FittingCaptions(
        _of_table(table, split.train), _of_table(table, split.validation), selection=selection
    )


def _with_the_rest(captions: FittingCaptions) -> FittingCaptions:
    """Returns the captions with an anchor of those that the pairs leave."""
    if captions.selection is None:
        raise InputError(
            f"anchor is {REST_ANCHOR!r}, the English captions that pairs of a file leave; beside "
            f"the emoji write {EMBEDDED_ANCHOR!r}, or name a file"
        )
    rest = english_of_the_rest(captions.selection)
    if len(rest.rows) < 2:
        raise InputError(
            f"the pairs leave {len(rest.rows)} English captions of {captions.selection.table.name} "
            "that have a vector; ask for fewer pairs, or name targets of more captions"
        )
    places = np.linspace(0, len(rest.rows) - 1, min(len(rest.rows), MOST_OF_THE_REST))
    rows = rest.rows[places.round().astype(np.int64)]
    return replace(
        captions,
        anchor=tuple(captions.selection.table.english(rows)),
        left_out=rest.left_out.get("held_out", 0),
        anchor_rows=rows,
    )


def _of_table(table: CaptionTable, rows: np.ndarray) -> CaptionPairs:
    return CaptionPairs(
        tuple(table.english(rows)),
        tuple(table.translated(rows)),
        tuple(table.languages(rows)),
        rows,
    )


def _anchor(source: str, fold: int | None) -> tuple[tuple[str, ...], int]:
    """Returns different English captions, and how many were left out as held-out ones."""
    if source == EMBEDDED_ANCHOR:
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
