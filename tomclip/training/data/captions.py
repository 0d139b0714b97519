"""Caption pairs of any size beside their teacher's vectors; both stay on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import ConfigError, InputError
from tomclip.core.files.cache import content_key
from tomclip.core.paths import cache_directory
from tomclip.core.progress import OnProgress
from tomclip.core.results import ArrayRecord
from tomclip.data.captions.table import CaptionSplit, CaptionTable, open_captions
from tomclip.encoders.registry import encoder_fingerprint, find_encoder
from tomclip.encoders.student.encoder import pad_batch, token_ids
from tomclip.targets.encoding import TargetShards, encode_targets, open_targets
from tomclip.training.data.prefetch import WHOLE, Batch
from tomclip.training.seeding import undisturbed_generators

CAPTIONS_DATASET = "M-CLIP/ImageCaptions-7M-Translations"
"""Whose rows the published targets count."""
SPLIT_SEED = 0
"""Which pairs are chosen does not follow the run's seed: runs of several seeds share targets."""


@dataclass(frozen=True, eq=False, repr=False)
class CaptionData(ArrayRecord):
    """Pairs of a table that are read, tokenised and padded when a batch asks for them.

    `rows` are rows of `table`, `target_rows` those of `targets` that belong to them.
    """

    table: CaptionTable
    rows: np.ndarray
    targets: TargetShards
    target_rows: np.ndarray
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int

    @property
    def english(self) -> np.ndarray:
        """The digest of every pair's English caption."""
        return self.table.digests(self.rows)

    @property
    def dimension(self) -> int:
        """Length of the teacher's vectors."""
        return self.targets.dimension

    @property
    def facts(self) -> Mapping[str, Any]:
        """Which captions and targets these are, and how many pairs of the source are left out."""
        return {
            "captions": self.table.name,
            "captions_revision": self.table.revision,
            "captions_fingerprint": self.table.fingerprint,
            "pairs": len(self.rows),
            "empty_pairs_left_out": self.table.dropped,
            "targets_teacher": self.targets.teacher,
            "targets_fingerprint": self.targets.fingerprint,
        }

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (ids, attention mask) of the pairs `rows[part]`, teacher vectors of all."""
        texts = self.table.translated(self.rows[rows[part]])
        tokens = token_ids(self.tokenizer, texts, max_tokens=self.max_tokens)
        ids, mask = pad_batch(tokens, int(self.tokenizer.pad_token_id))  # type: ignore[arg-type]
        vectors = torch.from_numpy(self.targets.vectors(self.target_rows[rows]))
        return ids.to(device), mask.to(device), vectors.to(device)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pairs of a table train and validate; their targets where the configuration has some."""

    table: CaptionTable
    split: CaptionSplit
    targets: TargetShards | None


def select_captions(config: TrainConfig) -> Selection:
    """Returns the configuration's captions: the same for every seed of the run.

    With targets that lack some captions, as the published ones do, the pairs are chosen among those
    that have one. Pairs with an empty caption are left out; the table's `dropped` counts them.

    Raises:
        ConfigError: when captions or targets cannot be read, are fewer than asked for or fewer
            different ones than a batch, or the targets are another teacher's.
    """
    data = config.data
    try:
        table = open_captions(str(data.captions), drop_empty=True)
        split = _split(config, table)
    except InputError as error:
        raise ConfigError(f"data.captions: {error}") from error
    targets = None
    if data.targets is not None:
        try:
            targets = open_targets(data.targets)
            split = _with_targets(config, table, split, targets)
        except InputError as error:
            raise ConfigError(f"data.targets: {error}") from error
        _require_teacher(targets, config)
    _require_a_batch(config, table, split)
    return Selection(table, split, targets)


def caption_targets(
    config: TrainConfig,
    selection: Selection,
    *,
    device: str,
    on_progress: OnProgress | None = None,
) -> TargetShards:
    """Returns the teacher's vectors of all pairs: those named, or encoded into the cache.

    What an earlier run left half encoded in the cache is completed.

    Raises:
        EncoderUnavailable, AssetError: when the teacher is needed and cannot be loaded.
        InputError: when another process is encoding the same.
    """
    if selection.targets is not None:
        return selection.targets
    table, rows = selection.table, selection.split.rows
    return encoded_in_cache(
        config.teacher,
        table.captions(rows),
        table.digests(rows),
        device=device,
        on_progress=on_progress,
    )


def encoded_in_cache(
    teacher: str,
    captions: Sequence[str],
    digests: np.ndarray,
    *,
    device: str,
    on_progress: OnProgress | None = None,
) -> TargetShards:
    """Returns the teacher's vectors of English captions, which the cache keeps by their digests.

    Raises:
        EncoderUnavailable, AssetError: when the teacher cannot be loaded.
        InputError: when another process is encoding the same.
    """
    with undisturbed_generators():
        return encode_targets(
            captions,
            teacher,
            _cached_targets(teacher, digests),
            device=device,
            on_progress=on_progress,
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


def _split(
    config: TrainConfig, table: CaptionTable, among: np.ndarray | None = None
) -> CaptionSplit:
    data = config.data
    return table.select(
        data.pairs,
        validation_pairs=data.validation_pairs,
        languages=data.languages or None,
        among=among,
        seed=SPLIT_SEED,
    )


def _with_targets(
    config: TrainConfig, table: CaptionTable, split: CaptionSplit, targets: TargetShards
) -> CaptionSplit:
    """Returns `split` where all of it has targets, else one among the rows that have."""
    keys = target_keys(targets, table, split.rows)
    if targets.has(keys).all():
        return split
    every_row = np.arange(len(table))
    known = every_row[targets.has(target_keys(targets, table, every_row))]
    if len(known) < len(split.rows):
        targets.rows_of(keys)  # refuses, with the number of those without
    return _split(config, table, known)


def _require_a_batch(config: TrainConfig, table: CaptionTable, split: CaptionSplit) -> None:
    different = len(np.unique(table.digests(split.train)))
    if different < config.optimiser.batch_size:
        raise ConfigError(
            f"optimiser.batch_size is {config.optimiser.batch_size}, but the data hold only "
            f"{different} different captions; use at most that many"
        )


def _require_teacher(targets: TargetShards, config: TrainConfig) -> None:
    same_name = targets.teacher == config.teacher
    if same_name and find_encoder(config.teacher) is None:
        return  # a published teacher is known by its name, also where its weights are not
    if targets.plan.teacher_fingerprint == encoder_fingerprint(config.teacher):
        return
    other = "other weights of it" if same_name else repr(targets.teacher)
    raise ConfigError(
        f"teacher is {config.teacher!r}, but {targets.directory} holds vectors of {other}; name "
        "that teacher, or make targets with this one"
    )


def _cached_targets(teacher: str, digests: np.ndarray) -> Path:
    key = content_key(teacher, encoder_fingerprint(teacher), digests.tobytes())
    return cache_directory() / "targets" / key[:32]
