"""Which part of a student is trained, as its configuration says."""

from __future__ import annotations

from dataclasses import replace

from torch import nn

from tomclip.config import StudentConfig
from tomclip.core.errors import ConfigError
from tomclip.encoders.student.lora import ALPHA_TO_RANK, add_lora, is_addition, name_with_lora
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.settings import LoraSettings


def make_trainable(model: StudentModel, config: StudentConfig) -> None:
    """Lets gradients reach what `config.trainable` names, and nothing else.

    The head is always trained. What lies below all that is trained is frozen: `frozen_depth`. The
    word table is trained where `config.words` says so; "auto" trains it with the rest of a backbone
    that the student's folder holds whole, never with one that it names as its prior.

    Raises:
        ConfigError: when the backbone has fewer layers, or none that LoRA adds to.
    """
    _add_lora(model, config)
    model.frozen_depth = frozen_depth(model, config)
    trained = _trained_names(model, config)
    for name, parameter in model.backbone.named_parameters():
        parameter.requires_grad_(name in trained)
    if model.settings.prior is not None:
        model.changed |= trained
        _set_dropout(model.backbone, config.dropout)


def frozen_depth(model: StudentModel, config: StudentConfig) -> int:
    """Returns the depth below which nothing is trained.

    Raises:
        ConfigError: when the backbone has fewer layers than "top:N" names.
    """
    steps = model.steps
    if config.trainable == "head":
        return steps.pooled
    if (top := config.top_layers) is None:
        return 0
    require_layers(config, steps.layers)
    return steps.depth_below(top)


def require_layers(config: StudentConfig, layers: int) -> None:
    """Raises ConfigError when a backbone of so many layers has fewer than "top:N" names."""
    if (config.top_layers or 0) > layers:
        raise ConfigError(
            f"student.trainable is {config.trainable!r}, but the backbone has {layers} layers; "
            f"use top:1 to top:{layers}, or all"
        )


def trains_words(config: StudentConfig, *, whole: bool) -> bool:
    """Returns whether the word table is trained; `whole` says that the student has no prior."""
    if config.words == "auto":
        return whole and config.trainable == "all"
    return config.words == "trained"


def _trained_names(model: StudentModel, config: StudentConfig) -> frozenset[str]:
    """Returns the names of the backbone's tensors that are trained."""
    table = model.steps.table()
    words = trains_words(config, whole=model.settings.prior is None)
    if words and not isinstance(table, nn.Parameter):
        raise ConfigError(
            "student.words is 'trained', but this encoder's word table has 6 bits a number and "
            "cannot be trained; leave words out"
        )
    frozen = {id(p) for part in model.steps.below(model.frozen_depth) for p in part.parameters()}
    return frozenset(
        name
        for name, parameter in model.backbone.named_parameters()
        if (words if parameter is table else id(parameter) not in frozen)
        and (config.trainable != "lora" or is_addition(name) or parameter is table)
    )


def _add_lora(model: StudentModel, config: StudentConfig) -> None:
    present = model.settings.lora
    if config.trainable != "lora":
        if present is not None:
            raise ConfigError(
                f"student.trainable is {config.trainable!r}, but the student to start from has "
                "LoRA layers; use lora, or start from its prior"
            )
        return
    if present is None:
        if model.settings.prior is None:
            raise ConfigError(
                "student.trainable is 'lora', but the student to start from is no pretrained "
                "backbone; start from one such as multilingual-e5-small, or use head, top:N or all"
            )
        settings = LoraSettings(config.lora_rank, ALPHA_TO_RANK * config.lora_rank)
        add_lora(model.backbone, settings)
        model.settings = replace(model.settings, lora=settings)
        model.changed = frozenset(map(name_with_lora, model.changed))


def _set_dropout(backbone: nn.Module, dropout: float) -> None:
    """Sets what a prior's own configuration may say otherwise."""
    for part in backbone.modules():
        if isinstance(part, nn.Dropout):
            part.p = dropout
