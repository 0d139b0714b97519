"""Puts captions without a pair beside a run's pairs, and says how they fill the batches."""

from __future__ import annotations

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import ConfigError
from tomclip.core.files.cache import text_digests
from tomclip.core.progress import OnProgress
from tomclip.targets.encoding import TargetShards
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.captions import encoded_in_cache
from tomclip.training.data.loading import TrainingData
from tomclip.training.data.lone_captions import LoneCaptions, anchor_captions, unpaired_captions
from tomclip.training.data.mixing import LoneTexts, MixedData, MixedSampler, TextSampler
from tomclip.training.data.prefetch import PairData, Sampler
from tomclip.training.objective import BatchRows

FEWEST = 4
"""A point-wise loss, and a cloud, of fewer rows says too little."""


def with_lone_captions(
    config: TrainConfig,
    pairs: PairData,
    validation: TrainingData,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_tokens: int,
    device: str = "cpu",
    on_progress: OnProgress | None = None,
) -> PairData:
    """Returns the pairs, with the English anchor and unpaired captions where the run has some.

    The teacher's vectors of the anchor are encoded into the cache, as those of pairs are; those of
    the captions that the pairs leave come from `data.targets` where the run names some.

    Raises:
        ConfigError: when a file cannot be read or has too few captions.
        EncoderUnavailable, AssetError: when the teacher is needed and cannot be loaded.
    """
    anchor = anchor_captions(config, text_digests(validation.pairs.english))
    unpaired = unpaired_captions(config)
    if anchor is None and unpaired is None:
        return pairs
    facts = (anchor.facts("anchor") if anchor else {}) | (
        unpaired.facts("unpaired") if unpaired else {}
    )
    return MixedData(
        pairs=pairs,
        anchor=anchor and _with_targets(config, anchor, device, on_progress),
        unpaired=unpaired and LoneTexts(unpaired.texts, unpaired.digests),
        lone_facts=facts,
        tokenizer=tokenizer,
        max_tokens=max_tokens,
    )


def batch_rows(
    config: TrainConfig, data: PairData, landmarks: torch.Tensor | None = None
) -> BatchRows:
    """Returns how many pairs, English captions and unpaired ones a batch has.

    Args:
        config: The run's.
        data: What it reads.
        landmarks: (k, dimension) of `landmark_vectors`, where the run has some.

    Raises:
        ConfigError: when there are fewer captions than a batch asks for.
    """
    batch, anchor = config.optimiser.batch_size, config.data.english_anchor
    if not isinstance(data, MixedData):
        return BatchRows(batch, landmarks=landmarks)
    counts = [0, 0]
    if data.anchor is not None:
        met = np.isin(data.anchor.digests, pair_digests(data)).sum()
        free = len(data.anchor.texts) - min(int(met), batch)
        counts[0] = _count("data.english_anchor", anchor.rows, batch, free)
    if data.unpaired is not None:
        there = len(data.unpaired.texts)
        counts[1] = _count("data.unpaired", config.data.unpaired.rows, batch, there)
    return BatchRows(
        batch,
        *counts,
        anchor_weight=anchor.weight,
        structure=anchor.structure,
        landmarks=landmarks,
    )


def new_sampler(config: TrainConfig, data: PairData, rows: BatchRows) -> Sampler:
    """Returns the run's batches; its pairs are those of the run without other captions."""
    pairs = CaptionSampler(data.english, batch_size=rows.pairs, seed=config.seed)
    if not isinstance(data, MixedData):
        return pairs
    anchor, unpaired = (
        texts and TextSampler(texts.digests, count=count, seed=_seed(config.seed, stream))
        for stream, (texts, count) in enumerate(
            [(data.anchor, rows.anchor), (data.unpaired, rows.unpaired)], start=1
        )
    )
    return MixedSampler(pairs, pair_digests(data), (anchor, unpaired), data.starts)


def pair_digests(data: PairData) -> np.ndarray:
    """Returns the uint64 digest of every pair's English caption."""
    english = data.english
    return english if english.dtype.kind == "u" else text_digests(map(str, english))


def _with_targets(
    config: TrainConfig, captions: LoneCaptions, device: str, on_progress: OnProgress | None
) -> LoneTexts:
    digests, rest = captions.digests, captions.rest
    if rest is not None and rest.selection.targets is not None:
        rows = rest.selection.target_rows(rest.rows)
        return LoneTexts(captions.texts, digests, rest.selection.targets, rows)
    targets: TargetShards = encoded_in_cache(
        config.teacher, captions.texts, digests, device=device, on_progress=on_progress
    )
    return LoneTexts(captions.texts, digests, targets, targets.rows_of(digests))


def _count(setting: str, asked: int | None, batch: int, there: int) -> int:
    """Returns the rows of a batch that were asked for; else as many as it has pairs, if there."""
    if there < (asked or FEWEST):
        raise ConfigError(
            f"{setting}.rows is {asked or 'left out'}, but {max(there, 0):,} captions are there "
            f"beside those of a batch's pairs; use at most that many, and at least {FEWEST}"
        )
    return min(batch, there) if asked is None else asked


def _seed(seed: int, stream: int) -> int:
    return int(np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64)[0])
