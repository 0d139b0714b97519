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
from tomclip.core.errors import ConfigError
from tomclip.core.files.cache import content_key
from tomclip.core.paths import cache_directory
from tomclip.core.progress import OnProgress
from tomclip.core.results import ArrayRecord
from tomclip.data.captions.table import CaptionTable
from tomclip.encoders.registry import encoder_fingerprint
from tomclip.encoders.student.encoder import pad_batch, token_ids
from tomclip.targets.encoding import TargetShards, encode_targets
from tomclip.targets.selection import Selection, select_pairs
from tomclip.training.data.prefetch import WHOLE, Batch
from tomclip.training.seeding import undisturbed_generators


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


def select_captions(config: TrainConfig) -> Selection:
    """Returns the configuration's captions, as `select_pairs`: the same for every seed of the run.

    Raises:
        ConfigError: as `select_pairs`; also for fewer different captions than a batch has pairs.
    """
    selection = select_pairs(config.data, config.teacher)
    different = len(np.unique(selection.table.digests(selection.split.train)))
    if different < config.optimiser.batch_size:
        raise ConfigError(
            f"optimiser.batch_size is {config.optimiser.batch_size}, but the data hold only "
            f"{different} different captions; use at most that many"
        )
    return selection


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


def _cached_targets(teacher: str, digests: np.ndarray) -> Path:
    key = content_key(teacher, encoder_fingerprint(teacher), digests.tobytes())
    return cache_directory() / "targets" / key[:32]
