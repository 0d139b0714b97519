"""What a worker needs before its first step, in the order in which random numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import ConfigError
from tomclip.core.progress import OnProgress
from tomclip.encoders.student.encoder import StudentModel, load_student_model
from tomclip.encoders.student.pretrained import backbone_commit
from tomclip.runs import RunDirectory
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.loading import TrainingData, load_data
from tomclip.training.data.prefetch import PairData
from tomclip.training.hardware.compilation import compile_student
from tomclip.training.hardware.distributed import Processes
from tomclip.training.initial_student import build_student
from tomclip.training.optimisation import new_optimiser


@dataclass(frozen=True, slots=True)
class Parts:
    """What is trained, on what and with what. `not_compiled` says why torch.compile gave up."""

    model: StudentModel
    tokenizer: PreTrainedTokenizerBase
    data: PairData
    validation: TrainingData
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    sampler: CaptionSampler
    not_compiled: str | None


def prepare(
    run: RunDirectory,
    config: TrainConfig,
    device: str,
    processes: Processes,
    *,
    resuming: bool,
    on_progress: OnProgress,
    on_phase: Callable[[str], None],
    on_new_student: Callable[[StudentModel, PreTrainedTokenizerBase], None],
) -> Parts:
    """Returns the parts of a new run, or of one that goes on from its latest student.

    `on_phase` is told what is done next, in a word or two, and `on_new_student` is given a student
    that was just built and is on its device; it may draw no random numbers.

    Raises:
        TomclipError: when a model, captions or targets cannot be read, or do not fit each other.
    """
    on_phase("student")
    if resuming:
        model, tokenizer = load_student_model(run.checkpoints / "latest")
    else:
        model, tokenizer = processes.main_first(lambda: build_student(config))
    model.to(device).train()
    if not resuming:
        on_new_student(model, tokenizer)
    if config.optimiser.gradient_checkpointing:
        checkpoint_activations(model)
    not_compiled = compile_student(model, device) if config.optimiser.compile else None
    on_phase("teacher's vectors")
    data, validation = processes.main_first(
        # A student that training starts from may read shorter texts than the configuration says.
        lambda: load_data(
            config,
            tokenizer,
            max_tokens=model.settings.max_tokens,
            device=device,
            on_progress=on_progress,
        )
    )
    _require_dimension(model, data)
    optimiser, schedule = new_optimiser(model, config.optimiser)
    sampler = CaptionSampler(data.english, batch_size=config.optimiser.batch_size, seed=config.seed)
    return Parts(model, tokenizer, data, validation, optimiser, schedule, sampler, not_compiled)


def sources(config: TrainConfig, parts: Parts) -> dict[str, Any]:
    """Returns what a run that starts records of what it was given by name; empty when nothing.

    That are the captions' and targets' fingerprints, and the commit of a repository's backbone.
    """
    facts = dict(parts.data.facts)
    if config.student.backbone is not None:
        facts["backbone_revision"] = backbone_commit(config.student.backbone)
    return facts


def checkpoint_activations(model: StudentModel) -> None:
    """Keeps the input of every layer alone; newer transformers have another name for it."""
    backbone: Any = model.backbone
    enable = getattr(backbone, "activation_checkpointing_enable", None)
    (enable or backbone.gradient_checkpointing_enable)({"use_reentrant": False})


def _require_dimension(model: StudentModel, data: PairData) -> None:
    if model.settings.dimension != data.dimension:
        raise ConfigError(
            f"the student gives vectors of {model.settings.dimension} dimensions and the teacher "
            f"of {data.dimension}; start from a student of that teacher, or from none"
        )
