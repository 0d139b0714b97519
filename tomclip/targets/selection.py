"""Which pairs of a table train and validate, which of them have a vector, and what English is left.

Every student and every baseline of the same data settings gets the same pairs, whatever its seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tomclip.config import DataConfig
from tomclip.core.errors import ConfigError, InputError
from tomclip.core.results import ArrayRecord
from tomclip.data.captions.table import Captions, CaptionSplit, CaptionTable, open_captions
from tomclip.encoders.registry import encoder_fingerprint, find_encoder
from tomclip.targets.encoding import open_targets
from tomclip.targets.shards import TargetShards

CAPTIONS_DATASET = "M-CLIP/ImageCaptions-7M-Translations"
"""Whose rows the published targets count."""
SPLIT_SEED = 0
"""Which pairs are chosen does not follow the run's seed: runs of several seeds share targets."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pairs of a table train and validate; their targets where the settings name some."""

    table: CaptionTable
    split: CaptionSplit
    targets: TargetShards | None

    def target_rows(self, rows: np.ndarray) -> np.ndarray:
        """Returns the rows of `targets` that belong to these rows of the table.

        Raises:
            InputError: when one has no vector, or there are no targets.
        """
        if self.targets is None:
            raise InputError(f"no targets of {self.table.name} are named; name some")
        return self.targets.rows_of(target_keys(self.targets, self.table, rows))


@dataclass(frozen=True, eq=False, repr=False)
class EnglishOfTheRest(ArrayRecord):
    """English captions of a table that neither train nor validate, each once, in its order.

    Attributes:
        selection: The pairs beside which they are left.
        rows: Of the table, rising: the first row of each caption that can be used.
        left_out: How many different captions are not among them and why: "held_out" validate,
            "in_pairs" train, of "without_a_vector" the targets have none.
    """

    selection: Selection
    rows: np.ndarray
    left_out: Mapping[str, int]

    @property
    def captions(self) -> Captions:
        """The texts, each read from disk when asked for."""
        return self.selection.table.captions(self.rows)

    @property
    def digests(self) -> np.ndarray:
        """One uint64 per caption, no two equal."""
        return self.selection.table.digests(self.rows)


def select_pairs(data: DataConfig, teacher: str) -> Selection:
    """Returns the pairs that the data settings mean, with the targets that they name.

    With targets that lack some captions, as the published ones do, the pairs are chosen among those
    that have one. Pairs with an empty caption are left out; the table's `dropped` counts them.

    Args:
        data: Settings whose source is captions.
        teacher: Name of the encoder whose vectors the targets have to be.

    Raises:
        ConfigError: when captions or targets cannot be read, are fewer than asked for, or the
            targets are another teacher's.
    """
    try:
        table = open_captions(str(data.captions), drop_empty=True)
        split = _split(data, table)
    except InputError as error:
        raise ConfigError(f"data.captions: {error}") from error
    if data.targets is None:
        return Selection(table, split, None)
    try:
        targets = open_targets(data.targets)
        split = _with_targets(data, table, split, targets)
    except InputError as error:
        raise ConfigError(f"data.targets: {error}") from error
    _require_teacher(targets, teacher)
    return Selection(table, split, targets)


def english_of_the_rest(selection: Selection) -> EnglishOfTheRest:
    """Returns the English captions beside the pairs, whose translations are not looked at.

    They are of rows in every language of the table, and follow neither seed nor languages. With
    targets only captions are taken that have a vector there.
    """
    table, split, targets = selection.table, selection.split, selection.targets
    rows = np.arange(len(table))
    digests = table.digests(rows)
    without = 0
    if targets is not None:
        known = targets.has(target_keys(targets, table, rows))
        without = len(np.setdiff1d(digests[~known], digests[known]))
        rows, digests = rows[known], digests[known]
    different, first = np.unique(digests, return_index=True)
    validates = np.isin(different, table.digests(split.validation))
    trains = np.isin(different, table.digests(split.train))
    counts = {"held_out": int(validates.sum()), "in_pairs": int(trains.sum())}
    counts["without_a_vector"] = without
    return EnglishOfTheRest(
        selection,
        np.sort(rows[first[~(validates | trains)]]),
        {reason: count for reason, count in counts.items() if count},
    )


def target_keys(targets: TargetShards, table: CaptionTable, rows: np.ndarray) -> np.ndarray:
    """Returns what `targets` knows the table's rows by.

    Raises:
        InputError: when that is their row in captions that `table` does not hold.
    """
    if targets.key == "caption":
        return table.digests(rows)
    if table.name.partition("@")[0] != CAPTIONS_DATASET:
        raise InputError(
            f"{targets.directory} knows captions by their row in {CAPTIONS_DATASET}, and "
            f"{table.name} came; use those captions, or make targets of these"
        )
    return table.source_rows(rows).astype(np.uint64)


def _split(data: DataConfig, table: CaptionTable, among: np.ndarray | None = None) -> CaptionSplit:
    return table.select(
        data.pairs,
        validation_pairs=data.validation_pairs,
        languages=data.languages or None,
        among=among,
        seed=SPLIT_SEED,
    )


def _with_targets(
    data: DataConfig, table: CaptionTable, split: CaptionSplit, targets: TargetShards
) -> CaptionSplit:
    """Returns `split` where all of it has targets, else one among the rows that have."""
    keys = target_keys(targets, table, split.rows)
    if targets.has(keys).all():
        return split
    every_row = np.arange(len(table))
    known = every_row[targets.has(target_keys(targets, table, every_row))]
    if len(known) < len(split.rows):
        targets.rows_of(keys)  # refuses, with the number of those without
    return _split(data, table, known)


def _require_teacher(targets: TargetShards, teacher: str) -> None:
    same_name = targets.teacher == teacher
    if same_name and find_encoder(teacher) is None:
        return  # a published teacher is known by its name, also where its weights are not
    if targets.plan.teacher_fingerprint == encoder_fingerprint(teacher):
        return
    other = "other weights of it" if same_name else repr(targets.teacher)
    raise ConfigError(
        f"teacher is {teacher!r}, but {targets.directory} holds vectors of {other}; name "
        "that teacher, or make targets with this one"
    )
