"""Turns a configuration into token ids and teacher vectors, ready to be batched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.data import EmojiDataset, load_emoji
from tomclip.data.captions import CaptionPairs, emoji_caption_pairs
from tomclip.encoders.cache import cached_text_embeddings
from tomclip.encoders.student import pad_batch, token_ids
from tomclip.training.seeding import undisturbed_generators


@dataclass(frozen=True)
class TrainingData:
    """Tokenised captions in every language beside the teacher's vectors of the English ones.

    `targets` is (m, dimension), one row per different English caption; `target_rows` says which
    belongs to each pair.
    """

    pairs: CaptionPairs
    tokens: list[list[int]]
    targets: torch.Tensor
    target_rows: np.ndarray
    padding: int

    def batch(self, rows: np.ndarray, device: str) -> tuple[torch.Tensor, ...]:
        """Returns (ids, attention mask, teacher vectors) of the pairs at `rows`, on `device`."""
        ids, mask = pad_batch([self.tokens[row] for row in rows], self.padding)
        targets = self.targets[self.target_rows[rows]]
        return ids.to(device), mask.to(device), targets.to(device)


def training_data(
    config: TrainConfig, tokenizer: PreTrainedTokenizerBase, *, max_tokens: int
) -> TrainingData:
    """Returns the training captions: names and keyword lists of the training concepts."""
    pairs = emoji_caption_pairs(
        load_emoji(),
        languages=config.data.languages,
        split="train",
        share=config.data.share,
        seed=config.seed,
    )
    return _prepare(pairs, config, tokenizer, max_tokens)


def validation_data(
    config: TrainConfig, tokenizer: PreTrainedTokenizerBase, *, max_tokens: int
) -> TrainingData:
    """Returns the names of the validation concepts, always in all of the run's languages."""
    dataset: EmojiDataset = load_emoji()
    pairs = emoji_caption_pairs(
        dataset, languages=config.data.languages, split="validation", kinds=("name",)
    )
    return _prepare(pairs, config, tokenizer, max_tokens)


def _prepare(
    pairs: CaptionPairs, config: TrainConfig, tokenizer: PreTrainedTokenizerBase, max_tokens: int
) -> TrainingData:
    captions, target_rows = np.unique(np.asarray(pairs.english), return_inverse=True)
    with undisturbed_generators():
        vectors = cached_text_embeddings(
            config.teacher, [str(caption) for caption in captions], normalise=False
        ).vectors
    return TrainingData(
        pairs=pairs,
        tokens=token_ids(tokenizer, pairs.translated, max_tokens=max_tokens),
        targets=torch.from_numpy(vectors),
        target_rows=target_rows,
        padding=int(tokenizer.pad_token_id),  # type: ignore[arg-type]
    )
