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
from tomclip.training.data.loading import TrainingData, load_data
from tomclip.training.data.mixture import batch_rows, new_sampler, with_lone_captions
from tomclip.training.data.prefetch import PairData, Sampler
from tomclip.training.hardware.compilation import compile_student
from tomclip.training.hardware.distributed import Processes, require_divisible
from tomclip.training.initial_student import build_student
from tomclip.training.objective import BatchRows
from tomclip.training.optimisation import new_optimiser


@dataclass(frozen=True, slots=True)
class Parts:
    """What is trained, on what and with what.

    `rows` says what a batch's rows are, `not_compiled` why torch.compile gave up.
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
        lambda: _read_data(config, tokenizer, model.settings.max_tokens, device, on_progress)
    )
    _require_dimension(model, data)
    optimiser, schedule = new_optimiser(model, config.optimiser)
    rows = batch_rows(config, data)
    require_divisible(rows.total, processes, "a batch with its captions without a pair")
    sampler = new_sampler(config, data, rows)
    return Parts(
        model, tokenizer, data, validation, optimiser, schedule, sampler, rows, not_compiled
    )


def _read_data(
    config: TrainConfig,
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    device: str,
    on_progress: OnProgress,
) -> tuple[PairData, TrainingData]:
    options: dict[str, Any] = {
        "max_tokens": max_tokens,
        "device": device,
        "on_progress": on_progress,
    }
    pairs, validation = load_data(config, tokenizer, **options)
    return with_lone_captions(config, pairs, validation, tokenizer, **options), validation


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
