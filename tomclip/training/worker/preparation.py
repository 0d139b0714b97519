"""What a worker needs before its first step, in the order in which random numbers are drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import ConfigError
from tomclip.core.progress import OnProgress
from tomclip.encoders.student.encoder import StudentModel, load_student_model
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.encoders.student.pretrained import backbone_commit
from tomclip.encoders.student.trainable import make_trainable
from tomclip.runs import RunDirectory
from tomclip.training.data.frozen_pairs import FrozenPairs, prepare_states
from tomclip.training.data.landmarks import landmark_vectors
from tomclip.training.data.loading import TrainingData, load_data
from tomclip.training.data.mixture import batch_rows, new_sampler, with_lone_captions
from tomclip.training.data.prefetch import PairData, Sampler
from tomclip.training.hardware.compilation import compile_student
from tomclip.training.hardware.distributed import Processes, require_divisible
from tomclip.training.hardware.precision import uses_bf16
from tomclip.training.hardware.products import use_onednn
from tomclip.training.initial_student import build_student
from tomclip.training.objective import BatchRows
from tomclip.training.optimisation import new_optimiser
from tomclip.training.ridge_head import RidgeStart, start_at_ridge

TARGETS = "teacher's vectors"
FEATURES = "pooled features"
STATES = "frozen layers"


@dataclass(frozen=True, slots=True)
class Parts:
    """What is trained, on what and with what.

    `rows` says what a batch's rows are, `not_compiled` why torch.compile gave up, and `ridge` where
    the head began when that was the ridge solution.
    """

    model: StudentModel
    tokenizer: PreTrainedTokenizerBase
    data: PairData
    validation: TrainingData
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    sampler: Sampler
    rows: BatchRows
    not_compiled: str | None
    ridge: RidgeStart | None = None


class Listener(Protocol):
    """Hears how far the preparation is."""

    def phase(self, name: str) -> None:
        """Is told what is done next, in a word or two."""
        ...

    def progress(self, of: str) -> OnProgress:
        """Returns what is called while captions are encoded; `of` says into what."""
        ...

    def new_student(self, model: StudentModel, tokenizer: PreTrainedTokenizerBase) -> None:
        """Is given a student that was just built, on its device; it may draw no random numbers."""
        ...


def prepare(
    run: RunDirectory,
    config: TrainConfig,
    device: str,
    processes: Processes,
    *,
    resuming: bool,
    listener: Listener,
) -> Parts:
    """Returns the parts of a new run, or of one that goes on from its latest student.

    Raises:
        TomclipError: when a model, captions or targets cannot be read, or do not fit each other.
    """
    listener.phase("student")
    if resuming:
        model, tokenizer = load_student_model(run.checkpoints / "latest")
    else:
        model, tokenizer = processes.main_first(lambda: build_student(config))
    model.to(device).train()
    fits_head = config.student.head == "ridge" and not resuming
    # What frozen layers say of the texts to look at is kept on disk, once these layers are known.
    waits = fits_head or config.student.freezes_layers
    if not resuming and not waits:
        listener.new_student(model, tokenizer)
    listener.phase(TARGETS)
    data, validation = processes.main_first(
        # A student that training starts from may read shorter texts than the configuration says.
        lambda: _read_data(config, tokenizer, model.settings.max_tokens, device, listener)
    )
    _require_dimension(model, data)
    landmarks = processes.main_first(lambda: landmark_vectors(config, device=device))
    rows = batch_rows(config, data, landmarks)
    require_divisible(rows.total, processes, "a batch with its captions without a pair")
    sampler = new_sampler(config, data, rows)
    ridge = None
    if fits_head:
        listener.phase(FEATURES)
        ridge = processes.main_first(
            lambda: _at_ridge(model, data, validation, config, rows, listener)
        )
    not_compiled = _made_ready(model, config, device)
    if model.frozen_depth:
        listener.phase(STATES)
        data = processes.main_first(lambda: _frozen(model, data, validation, config, listener))
    if not resuming and waits:
        listener.new_student(model, tokenizer)
    optimiser, schedule = new_optimiser(model, config.optimiser)
    return Parts(
        model, tokenizer, data, validation, optimiser, schedule, sampler, rows, not_compiled, ridge
    )


def _read_data(
    config: TrainConfig,
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    device: str,
    listener: Listener,
) -> tuple[PairData, TrainingData]:
    options: dict[str, Any] = {
        "max_tokens": max_tokens,
        "device": device,
        "on_progress": listener.progress(TARGETS),
    }
    pairs, validation = load_data(config, tokenizer, **options)
    return with_lone_captions(config, pairs, validation, tokenizer, **options), validation


def sources(config: TrainConfig, parts: Parts) -> dict[str, Any]:
    """Returns what a run that starts records of what it was given by name; empty when nothing.

    That are the captions' and targets' fingerprints, the commit of a repository's backbone, the
    digest of a prior's weights, and where a ridge head began.
    """
    facts = dict(parts.data.facts)
    if config.student.backbone is not None:
        facts["backbone_revision"] = backbone_commit(config.student.backbone)
    if (prior := parts.model.settings.prior) is not None:
        facts |= {"prior": prior.name, "prior_sha256": prior.sha256}
    if parts.ridge is not None:
        facts |= {f"ridge_{name}": value for name, value in asdict(parts.ridge).items()}
    return facts


def _at_ridge(
    model: StudentModel,
    data: PairData,
    validation: TrainingData,
    config: TrainConfig,
    rows: BatchRows,
    listener: Listener,
) -> RidgeStart:
    bf16 = uses_bf16(config.precision, model.head.weight.device.type)
    return start_at_ridge(
        model,
        data,
        validation,
        bf16=bf16,
        anchor_weight=rows.anchor_weight,
        on_progress=listener.progress(FEATURES),
    )


def _made_ready(model: StudentModel, config: TrainConfig, device: str) -> str | None:
    """Puts the student into training mode as configured; returns why it is not compiled, if so."""
    make_trainable(model, config.student)
    model.train()
    if not config.optimiser.compile:
        use_onednn(model)
    if config.optimiser.gradient_checkpointing:
        checkpoint_activations(model)
    return compile_student(model, device) if config.optimiser.compile else None


def _frozen(
    model: StudentModel,
    data: PairData,
    validation: TrainingData,
    config: TrainConfig,
    listener: Listener,
) -> FrozenPairs:
    """Returns the pairs with states of the student's frozen layers, which the student keeps."""
    states = FrozenStates(model, bf16=uses_bf16(config.precision, model.head.weight.device.type))
    prepare_states(states, data, on_progress=listener.progress(STATES))
    states.prepare(validation.tokens)
    model.frozen_states = states
    return FrozenPairs(data, states)


def checkpoint_activations(model: StudentModel) -> None:
    """Keeps the input of every layer alone; newer transformers have another name for it."""
    backbone: Any = model.backbone
    names = ("activation_checkpointing_enable", "gradient_checkpointing_enable")
    enable = next((getattr(backbone, name) for name in names if hasattr(backbone, name)), None)
    if enable is None:
        raise ConfigError(
            "optimiser.gradient_checkpointing is on, but this student's backbone has no layers "
            "that can be computed again; leave it out"
        )
    enable({"use_reentrant": False})


def _require_dimension(model: StudentModel, data: PairData) -> None:
    if model.settings.dimension != data.dimension:
        raise ConfigError(
            f"the student gives vectors of {model.settings.dimension} dimensions and the teacher "
            f"of {data.dimension}; start from a student of that teacher, or from none"
        )
