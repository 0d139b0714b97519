"""The student that a configuration asks for: from nothing, or from a student that is there."""

from __future__ import annotations

from pathlib import Path

from transformers import PreTrainedTokenizerBase

from tomclip.assets import assets_directory
from tomclip.config import StudentConfig, TrainConfig
from tomclip.encoders.registry import find_encoder, load_teacher
from tomclip.encoders.student import StudentModel, load_student_model, new_student
from tomclip.errors import ConfigError, EncoderUnavailable
from tomclip.training.seeding import undisturbed_generators


def require_ready(config: TrainConfig) -> None:
    """Raises ConfigError or EncoderUnavailable before anything is written."""
    info = find_encoder(config.teacher)
    if info is not None and info.kind != "teacher":
        raise ConfigError(f"teacher is {config.teacher!r}, a {info.kind}; name a teacher")
    if config.student.start_from is None:
        tokenizer_directory(config.student)
    else:
        start_directory(config.student.start_from)


def tokenizer_directory(config: StudentConfig) -> Path:
    """Returns the tokenizer's folder: the embedded one for "emoji", else the path given."""
    path = Path(config.tokenizer)
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


def build_student(config: TrainConfig) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns a fresh student, or the one that it starts from, with its tokenizer."""
    if config.student.start_from is not None:
        model, tokenizer = load_student_model(start_directory(config.student.start_from))
        return model, tokenizer
    with undisturbed_generators():
        dimension = load_teacher(config.teacher).dimension
    return new_student(
        config.student,
        tokenizer_directory=tokenizer_directory(config.student),
        teacher_name=config.teacher,
        dimension=dimension,
    )
