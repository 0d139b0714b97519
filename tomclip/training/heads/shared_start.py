"""What several heads begin from and read together: one frozen encoder's features of all texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import ConfigError
from tomclip.core.progress import OnProgress, silent
from tomclip.core.results import ArrayRecord
from tomclip.encoders.student.encoder import StudentModel, token_ids
from tomclip.runs import RunDirectory
from tomclip.training.data.captions import CaptionData
from tomclip.training.data.frozen_pairs import (
    FrozenPairs,
    lone_tokens,
    pairs_of,
    pooled_features,
    token_rows,
)
from tomclip.training.data.landmarks import landmark_vectors
from tomclip.training.data.loading import TrainingData
from tomclip.training.data.mixing import MixedData
from tomclip.training.data.prefetch import PairData, Sampler
from tomclip.training.hardware.distributed import ALONE
from tomclip.training.objective import BatchRows
from tomclip.training.seeding import seed_everything
from tomclip.training.worker.preparation import prepare


@dataclass(frozen=True, eq=False, repr=False)
class Beginning(ArrayRecord):
    """What a run's first step would find, with every text's features in memory.

    Attributes:
        config: of the run; others may differ from it in what `require_alike` leaves open.
        model: the student with the head that all begin with.
        tokenizer: of the student.
        sampler: says which rows make the first batch and those after it; use a `twin`.
        rows: what the rows of a batch are.
        languages: the language code of each pair.
        features: (n, width) float32, of the pairs' texts, then the English captions', then the
            unpaired ones'.
        targets: (m, dimension) float32, the teacher's vectors of all texts but the unpaired.
        validation: captions that say which step is best.
        validation_features: (k, width), one row per caption of `validation`.
    """

    config: TrainConfig
    model: StudentModel
    tokenizer: PreTrainedTokenizerBase
    sampler: Sampler
    rows: BatchRows
    languages: tuple[str, ...]
    features: torch.Tensor
    targets: torch.Tensor
    validation: TrainingData
    validation_features: torch.Tensor

    def batch(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the features of a batch's rows, and the teacher's vectors of those that have."""
        chosen = torch.from_numpy(rows).to(self.features.device)
        taught = chosen[: self.rows.pairs + self.rows.anchor]
        return self.features[chosen], self.targets[taught]

    def rows_for(self, config: TrainConfig) -> BatchRows:
        """Returns what the rows of a batch are, with the landmarks of a configuration."""
        landmarks = landmark_vectors(config, device=str(self.features.device))
        return replace(self.rows, landmarks=landmarks)

    def features_of(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, width) float32 features of any texts, from the cache where they are there."""
        assert self.model.frozen_states is not None
        tokens = token_ids(self.tokenizer, texts, max_tokens=self.model.settings.max_tokens)
        self.model.frozen_states.prepare(tokens)
        return pooled_features(self.model.frozen_states, tokens)


def reads_frozen_features(config: TrainConfig) -> bool:
    """Returns whether a run of this configuration trains a head on a pretrained encoder alone."""
    return config.student.trainable == "head"


def begin_heads(
    config: TrainConfig, *, device: str, on_progress: OnProgress | None = None
) -> Beginning:
    """Returns what `tomclip.training.train` would begin with.

    Args:
        config: `student.trainable` is "head".
        device: Where features and heads lie.
        on_progress: Called while features are computed that no run has computed before.

    Raises:
        ConfigError: when more than a head is trained.
        TomclipError: when an encoder or captions cannot be read.
    """
    if not reads_frozen_features(config):
        raise ConfigError(
            f"student.trainable is {config.student.trainable!r}; only heads are trained side by "
            "side, so use 'head', or train each run by itself"
        )
    seed_everything(config.seed)
    parts = prepare(
        RunDirectory(Path()),
        config,
        device,
        ALONE,
        resuming=False,
        listener=_Quiet(on_progress or silent),
    )
    assert isinstance(parts.data, FrozenPairs)
    data, states = parts.data.data, parts.data.states
    pairs = pairs_of(data)
    every = np.arange(len(pairs.english))
    tokens, targets = token_rows(pairs, every), pairs.batch(every, part=slice(0, 1))[2]
    if isinstance(data, MixedData):
        for texts in (data.anchor, data.unpaired):
            tokens += lone_tokens(data, texts)
        if data.anchor is not None and data.anchor.targets is not None:
            assert data.anchor.target_rows is not None
            vectors = data.anchor.targets.vectors(data.anchor.target_rows)
            targets = torch.cat([targets, torch.from_numpy(vectors)])
    validation = pooled_features(states, parts.validation.tokens)
    return Beginning(
        config=config,
        model=parts.model,
        tokenizer=parts.tokenizer,
        sampler=parts.sampler,
        rows=parts.rows,
        languages=_languages(pairs),
        features=torch.from_numpy(pooled_features(states, tokens)).to(device),
        targets=targets.to(device),
        validation=parts.validation,
        validation_features=torch.from_numpy(validation).to(device),
    )


def require_alike(first: TrainConfig, other: TrainConfig) -> None:
    """Raises ConfigError unless both differ in name, objective and learning rate at most."""
    as_first = replace(
        other,
        name=first.name,
        loss=first.loss,
        optimiser=replace(other.optimiser, learning_rate=first.optimiser.learning_rate),
    )
    if as_first != first:
        raise ConfigError(
            f"{first.name!r} and {other.name!r} differ in more than the objective and the learning "
            "rate; train them apart"
        )


def _languages(pairs: PairData) -> tuple[str, ...]:
    """Returns the language of every pair."""
    if isinstance(pairs, TrainingData):
        return pairs.pairs.languages
    assert isinstance(pairs, CaptionData)
    return tuple(pairs.table.languages(pairs.rows))


class _Quiet:
    """Tells how far features are, and nothing else."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress

    def phase(self, name: str) -> None: ...

    def progress(self, of: str) -> OnProgress:
        return self._on_progress

    def new_student(self, model: StudentModel, tokenizer: PreTrainedTokenizerBase) -> None: ...
