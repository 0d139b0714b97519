"""The student that a configuration asks for: from nothing, or from what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerBase, XLMRobertaModel

from tomclip.config import StudentConfig, TrainConfig
from tomclip.core.errors import AssetError, ConfigError, EncoderUnavailable
from tomclip.core.paths import assets_directory, user_path
from tomclip.encoders.registry import find_encoder, load_teacher
from tomclip.encoders.student.encoder import (
    StudentModel,
    StudentSettings,
    load_student_model,
    new_student,
    read_settings,
)
from tomclip.encoders.student.lora import require_peft
from tomclip.encoders.student.priors import (
    empty_prior,
    is_prior,
    load_prior,
    prior_directory,
    prior_of,
    require_fit,
)
from tomclip.encoders.student.steps import steps_of
from tomclip.encoders.student.trainable import require_layers, trains_words
from tomclip.targets.encoding import open_targets
from tomclip.training.data.captions import select_captions
from tomclip.training.data.lone_captions import anchor_captions, unpaired_captions
from tomclip.training.seeding import undisturbed_generators


def require_ready(config: TrainConfig) -> None:
    """Raises ConfigError or EncoderUnavailable before anything is written.

    Captions and targets are opened: the first time, that prepares them in the cache.
    """
    info = find_encoder(config.teacher)
    if info is not None and info.kind != "teacher":
        raise ConfigError(f"teacher is {config.teacher!r}, a {info.kind}; name a teacher")
    if (prior := prior_name(config.student)) is not None:
        pretrained_directory(config.student, prior)
        require_fit(prior, config.student.max_tokens)
        with torch.device("meta"):
            layers = steps_of(empty_prior(prior)).layers
        require_layers(config.student, layers)
    elif config.student.start_from is not None:
        _require_fold(config, start_directory(config.student.start_from))
    else:
        tokenizer_directory(config.student)
    validation: Iterable[int] = ()
    if config.student.trainable == "lora":
        require_peft()
    if config.data.source == "captions":
        selection = select_captions(config)
        validation = selection.table.digests(selection.split.validation)
        if selection.targets is not None:
            _require_dimension(config, selection.targets.dimension)
    unpaired_captions(config)
    anchor_captions(config, validation)


def tokenizer_directory(config: StudentConfig) -> Path:
    """Returns the tokenizer's folder: the embedded one for "emoji", else the path given."""
    path = user_path(config.tokenizer)
    path = assets_directory() / "emoji" / "tokenizer" if config.tokenizer == "emoji" else path
    if not (path / "tokenizer.json").is_file():
        raise ConfigError(
            f"student.tokenizer is {config.tokenizer!r}, but {path} holds no tokenizer.json; "
            "use 'emoji' or a folder that does"
        )
    return path


def start_directory(name: str) -> Path:
    """Returns the folder of the student to start from."""
    try:
        info = find_encoder(name)
    except EncoderUnavailable as error:
        raise EncoderUnavailable(f"student.start_from: {error}") from error
    if info is None or info.kind != "student":
        raise EncoderUnavailable(f"student.start_from is {name!r}; name a student or its folder")
    return info.path


def _require_fold(config: TrainConfig, start: Path) -> None:
    """Raises ConfigError when the student to start from has read what is to be unseen."""
    has_read = read_settings(start).fold
    if config.data.source == "emoji" and has_read != config.data.fold:
        raise ConfigError(
            f"data.fold is {config.data.fold}, and {start} was trained with {has_read}, so that it "
            "has read names that are held out; give the same fold, or start from another"
        )


def prior_name(config: StudentConfig) -> str | None:
    """Returns the pretrained encoder that the student starts from; None for other beginnings."""
    if config.backbone is not None:
        return config.backbone
    if config.start_from is not None and is_prior(config.start_from):
        return config.start_from
    return None


def pretrained_directory(config: StudentConfig, name: str) -> Path:
    """Returns the folder of the pretrained encoder to start from."""
    key = "backbone" if config.backbone is not None else "start_from"
    try:
        return prior_directory(name)
    except (AssetError, EncoderUnavailable) as error:
        raise EncoderUnavailable(f"student.{key}: {error}") from error


def build_student(config: TrainConfig) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns a fresh student, or the one that it starts from, with its tokenizer."""
    model, tokenizer = _built(config)
    if config.data.source == "emoji":
        model.settings = replace(model.settings, fold=config.data.fold)
    return model, tokenizer


def _built(config: TrainConfig) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    if (prior := prior_name(config.student)) is not None:
        return _of_prior(config, prior)
    if config.student.start_from is not None:
        return load_student_model(start_directory(config.student.start_from))
    return new_student(
        config.student,
        tokenizer_directory=tokenizer_directory(config.student),
        teacher_name=config.teacher,
        dimension=teacher_dimension(config),
    )


def _of_prior(config: TrainConfig, name: str) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns the pretrained encoder under a fresh head.

    Where some of it stays as it is, the student names it as its prior and its folder leaves it out.
    """
    student = config.student
    dimension = teacher_dimension(config)
    backbone, tokenizer = load_prior(name, dropout=student.dropout)
    whole = student.backbone is not None or student.words == "trained"
    all_of_it = student.trainable == "all" and trains_words(student, whole=whole)
    all_of_it = all_of_it and isinstance(backbone, XLMRobertaModel)
    prior = None if all_of_it else prior_of(name, backbone)
    settings = StudentSettings(config.teacher, dimension, student.max_tokens, prior=prior)
    return StudentModel(backbone, settings), tokenizer


def teacher_dimension(config: TrainConfig) -> int:
    """Returns the length of the teacher's vectors; targets say it without the teacher's weights."""
    if config.data.targets is not None:
        return open_targets(config.data.targets).dimension
    with undisturbed_generators():
        return load_teacher(config.teacher).dimension


def _require_dimension(config: TrainConfig, dimension: int) -> None:
    if config.student.start_from is None or prior_name(config.student) is not None:
        return
    there = read_settings(start_directory(config.student.start_from)).dimension
    if there != dimension:
        raise ConfigError(
            f"student.start_from gives vectors of {there} dimensions and data.targets has "
            f"{dimension}; start from a student of the same teacher, or make its targets"
        )
