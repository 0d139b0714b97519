"""Turns a configuration into caption pairs and teacher vectors, ready to be batched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.progress import OnProgress
from tomclip.core.results import ArrayRecord
from tomclip.data import EmojiDataset, load_emoji
from tomclip.data.captions.emoji import CaptionPairs, emoji_caption_pairs
from tomclip.encoders.cache import cached_text_embeddings
from tomclip.encoders.student.encoder import pad_batch, token_ids
from tomclip.targets.encoding import TargetShards
from tomclip.targets.selection import Selection, target_keys
from tomclip.training.data.captions import CaptionData, caption_targets, select_captions
from tomclip.training.data.prefetch import WHOLE, Batch, PairData
from tomclip.training.seeding import undisturbed_generators


@dataclass(frozen=True, eq=False, repr=False)
class TrainingData(ArrayRecord):
    """Tokenised captions in every language beside the teacher's vectors of the English ones.

    All in memory. `targets` is (m, dimension), one row per different English caption; `target_rows`
    says which belongs to each pair.
    """

    pairs: CaptionPairs
    tokens: list[list[int]]
    targets: torch.Tensor
    target_rows: np.ndarray
    padding: int

    @property
    def english(self) -> np.ndarray:
        """The English caption of every pair."""
        return self._english

    @cached_property
    def _english(self) -> np.ndarray:
        return np.asarray(self.pairs.english)

    @property
    def dimension(self) -> int:
        """Length of the teacher's vectors."""
        return self.targets.shape[1]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Nothing: the configuration and the project's version say it all."""
        return {}

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (ids, attention mask) of the pairs `rows[part]`, teacher vectors of all."""
        ids, mask = pad_batch([self.tokens[row] for row in rows[part]], self.padding)
        targets = self.targets[self.target_rows[rows]]
        return ids.to(device), mask.to(device), targets.to(device)


def load_data(
    config: TrainConfig,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_tokens: int,
    device: str = "cpu",
    on_progress: OnProgress | None = None,
) -> tuple[PairData, TrainingData]:
    """Returns what the configuration trains on, and what it validates on.

    Args:
        config: The run's configuration.
        tokenizer: The student's.
        max_tokens: Tokens of the longest text; longer ones are cut.
        device: Where the teacher encodes captions that have no targets yet.
        on_progress: Called while it does.

    Raises:
        TomclipError: as `select_captions` and `caption_targets`.
    """
    if config.data.source == "emoji":
        return (
            training_data(config, tokenizer, max_tokens=max_tokens),
            validation_data(config, tokenizer, max_tokens=max_tokens),
        )
    return _caption_data(
        config,
        tokenizer,
        max_tokens,
        partial(caption_targets, device=device, on_progress=on_progress),
    )


def _caption_data(
    config: TrainConfig,
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    targets_of: Callable[[TrainConfig, Selection], TargetShards],
) -> tuple[CaptionData, TrainingData]:
    selection = select_captions(config)
    table, split = selection.table, selection.split
    targets = targets_of(config, selection)
    of_training, of_validation = (
        targets.rows_of(target_keys(targets, table, rows))
        for rows in (split.train, split.validation)
    )
    validation = CaptionPairs(
        tuple(table.english(split.validation)),
        tuple(table.translated(split.validation)),
        tuple(table.languages(split.validation)),
        of_validation,
    )
    return (
        CaptionData(table, split.train, targets, of_training, tokenizer, max_tokens),
        _of_targets(validation, targets, tokenizer, max_tokens),
    )


def training_data(
    config: TrainConfig, tokenizer: PreTrainedTokenizerBase, *, max_tokens: int
) -> TrainingData:
    """Returns the emoji to train on: names and keyword lists of the training concepts."""
    pairs = emoji_caption_pairs(
        load_emoji(fold=config.data.fold),
        languages=config.data.languages,
        split="train",
        share=config.data.share,
        translations=config.data.translations,
        seed=config.seed,
    )
    return _of_teacher(pairs, config, tokenizer, max_tokens)


def validation_data(
    config: TrainConfig, tokenizer: PreTrainedTokenizerBase, *, max_tokens: int
) -> TrainingData:
    """Returns the names of the validation concepts, always in all of the run's languages."""
    dataset: EmojiDataset = load_emoji(fold=config.data.fold)
    pairs = emoji_caption_pairs(
        dataset, languages=config.data.languages, split="validation", kinds=("name",)
    )
    return _of_teacher(pairs, config, tokenizer, max_tokens)


def _of_teacher(
    pairs: CaptionPairs, config: TrainConfig, tokenizer: PreTrainedTokenizerBase, max_tokens: int
) -> TrainingData:
    captions, target_rows = np.unique(np.asarray(pairs.english), return_inverse=True)
    with undisturbed_generators():
        vectors = cached_text_embeddings(
            config.teacher, [str(caption) for caption in captions], normalise=False
        ).vectors
    return _in_memory(pairs, tokenizer, max_tokens, vectors, target_rows)


def _of_targets(
    pairs: CaptionPairs, targets: TargetShards, tokenizer: PreTrainedTokenizerBase, max_tokens: int
) -> TrainingData:
    _, first, target_rows = np.unique(
        np.asarray(pairs.english), return_index=True, return_inverse=True
    )
    vectors = targets.vectors(pairs.concepts[first])
    return _in_memory(pairs, tokenizer, max_tokens, vectors, target_rows)


def _in_memory(
    pairs: CaptionPairs,
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    vectors: np.ndarray,
    target_rows: np.ndarray,
) -> TrainingData:
    return TrainingData(
        pairs=pairs,
        tokens=token_ids(tokenizer, pairs.translated, max_tokens=max_tokens),
        targets=torch.tensor(vectors),
        target_rows=target_rows,
        padding=int(tokenizer.pad_token_id),  # type: ignore[arg-type]
    )
