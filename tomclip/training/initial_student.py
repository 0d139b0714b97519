"""The student that a configuration asks for: from nothing, or from what is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from tomclip.config import StudentConfig, TrainConfig
from tomclip.core.errors import AssetError, ConfigError, EncoderUnavailable
from tomclip.core.paths import assets_directory, user_path
from tomclip.encoders.registry import find_encoder, load_teacher
from tomclip.encoders.student.encoder import (
    StudentModel,
    load_student_model,
    new_student,
    read_settings,
)
from tomclip.encoders.student.pretrained import (
    backbone_directory,
    pretrained_student,
    require_context,
)
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
    if config.student.start_from is not None:
        start_directory(config.student.start_from)
    elif config.student.backbone is not None:
        require_context(pretrained_directory(config.student.backbone), config.student.max_tokens)
    else:
        tokenizer_directory(config.student)
    validation: Iterable[int] = ()
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


def pretrained_directory(name: str) -> Path:
    """Returns the folder of the backbone to start from."""
    try:
        return backbone_directory(name)
    except (AssetError, EncoderUnavailable) as error:
        raise EncoderUnavailable(f"student.backbone: {error}") from error


def build_student(config: TrainConfig) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns a fresh student, or the one that it starts from, with its tokenizer."""
    if config.student.start_from is not None:
        return load_student_model(start_directory(config.student.start_from))
    dimension = teacher_dimension(config)
    if config.student.backbone is not None:
        return pretrained_student(
            config.student,
            pretrained_directory(config.student.backbone),
            teacher_name=config.teacher,
            dimension=dimension,
        )
    return new_student(
        config.student,
        tokenizer_directory=tokenizer_directory(config.student),
        teacher_name=config.teacher,
        dimension=dimension,
    )


def teacher_dimension(config: TrainConfig) -> int:
    """Returns the length of the teacher's vectors; targets say it without the teacher's weights."""
    if config.data.targets is not None:
        return open_targets(config.data.targets).dimension
    with undisturbed_generators():
        return load_teacher(config.teacher).dimension


def _require_dimension(config: TrainConfig, dimension: int) -> None:
    if config.student.start_from is None:
        return
    there = read_settings(start_directory(config.student.start_from)).dimension
    if there != dimension:
        raise ConfigError(
            f"student.start_from gives vectors of {there} dimensions and data.targets has "
            f"{dimension}; start from a student of the same teacher, or make its targets"
        )
