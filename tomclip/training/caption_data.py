"""Caption pairs of any size beside their teacher's vectors; both stay on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.assets import cache_directory
from tomclip.config import TrainConfig
from tomclip.data.caption_files import CaptionSplit, CaptionTable, open_captions
from tomclip.encoders.registry import encoder_fingerprint, find_encoder
from tomclip.encoders.student import pad_batch, token_ids
from tomclip.encoders.targets import TargetProgress, TargetShards, encode_targets, open_targets
from tomclip.errors import ConfigError, InputError
from tomclip.training.prefetch import WHOLE, Batch
from tomclip.training.seeding import undisturbed_generators

OnProgress = Callable[[TargetProgress], None]
CAPTIONS_DATASET = "M-CLIP/ImageCaptions-7M-Translations"
"""Whose rows the published targets count."""


@dataclass(frozen=True)
class CaptionData:
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

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (ids, attention mask) of the pairs `rows[part]`, teacher vectors of all."""
        texts = self.table.translated(self.rows[rows[part]])
        tokens = token_ids(self.tokenizer, texts, max_tokens=self.max_tokens)
        ids, mask = pad_batch(tokens, int(self.tokenizer.pad_token_id))  # type: ignore[arg-type]
        vectors = torch.from_numpy(self.targets.vectors(self.target_rows[rows]))
        return ids.to(device), mask.to(device), vectors.to(device)


def caption_split(config: TrainConfig) -> tuple[CaptionTable, CaptionSplit]:
    """Returns the configuration's captions, and which pairs train and validate.

    Pairs with an empty caption are left out; the table's `dropped` counts them.

    Raises:
        ConfigError: when the captions cannot be read, hold fewer pairs than are asked for, or fewer
            different English captions than a batch.
    """
    data = config.data
    try:
        table = open_captions(str(data.captions), drop_empty=True)
        split = table.select(
            data.pairs,
            validation_pairs=data.validation_pairs,
            languages=data.languages or None,
            seed=config.seed,
        )
    except InputError as error:
        raise ConfigError(f"data.captions: {error}") from error
    different = len(np.unique(table.digests(split.train)))
    if different < config.optimiser.batch_size:
        raise ConfigError(
            f"optimiser.batch_size is {config.optimiser.batch_size}, but the data hold only "
            f"{different} different captions; use at most that many"
        )
    return table, split


def given_targets(config: TrainConfig, table: CaptionTable, split: CaptionSplit) -> TargetShards:
    """Returns the targets that the configuration names.

    Raises:
        ConfigError: when they cannot be read, are another teacher's, or were made from captions
            that lack some of these.
    """
    try:
        targets = open_targets(str(config.data.targets))
        rows_of_targets(targets, table, split.rows)
    except InputError as error:
        raise ConfigError(f"data.targets: {error}") from error
    _require_teacher(targets, config)
    return targets


def caption_targets(
    config: TrainConfig,
    table: CaptionTable,
    split: CaptionSplit,
    *,
    device: str,
    on_progress: OnProgress | None = None,
) -> TargetShards:
    """Returns the teacher's vectors of all pairs: those named, or encoded into the cache.

    What an earlier run left half encoded in the cache is completed.

    Raises:
        ConfigError: as `given_targets`.
        EncoderUnavailable, AssetError: when the teacher is needed and cannot be loaded.
        InputError: when another process is encoding the same.
    """
    if config.data.targets is not None:
        return given_targets(config, table, split)
    with undisturbed_generators():
        return encode_targets(
            table.captions(split.rows),
            config.teacher,
            _cached_targets(config.teacher, table.digests(split.rows)),
            device=device,
            on_progress=on_progress,
        )


def rows_of_targets(targets: TargetShards, table: CaptionTable, rows: np.ndarray) -> np.ndarray:
    """Returns the rows of `targets` that belong to the table's `rows`.

    Raises:
        InputError: when one has no target.
    """
    if targets.key == "caption":
        return targets.rows_of(table.digests(rows))
    if table.name.partition("@")[0] != CAPTIONS_DATASET:
        raise InputError(
            f"{targets.directory} knows captions by their row in {CAPTIONS_DATASET}, and "
            f"{table.name} came; use those captions, or make targets of these"
        )
    return targets.rows_of(table.source_rows(rows).astype(np.uint64))


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
    content = hashlib.sha256(encoder_fingerprint(teacher).encode() + digests.tobytes())
    return cache_directory() / "targets" / content.hexdigest()[:32]
