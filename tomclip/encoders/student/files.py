"""A student on disk, written whole or not at all, and read back.

A student directory is a transformers directory (config.json, model.safetensors, tokenizer.json,
tokenizer_config.json) with `head.safetensors` (weight, bias), `student.json` (StudentSettings) and,
when it ships with the project, manifest.json. Weights may be fp16 on disk; in memory they are fp32.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase, XLMRobertaModel
from transformers.utils import logging as transformers_logging

from tomclip.core.errors import AssetError, first_line
from tomclip.core.files.atomic import directory_replaced
from tomclip.core.files.manifests import MANIFEST, verify_directory
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.settings import SETTINGS_FILE, read_settings
from tomclip.encoders.tokenizer import load_tokenizer

HEAD_FILE = "head.safetensors"
WEIGHTS_FILE = "model.safetensors"
B = TypeVar("B", bound=PreTrainedModel)


def save_student(
    model: StudentModel,
    tokenizer: PreTrainedTokenizerBase,
    directory: Path | str,
    *,
    dtype: Literal["fp16", "fp32"] = "fp16",
) -> Path:
    """Returns `directory` once it holds the student. The model in memory stays as it is.

    Everything is written to a sibling folder that then takes the place of `directory`, so a reader
    never sees half a student. An older student there is replaced, its manifest included.
    """
    directory = Path(directory)
    with directory_replaced(directory) as staging:
        _write_student(
            model, tokenizer, staging, torch.float16 if dtype == "fp16" else torch.float32
        )
    return directory


def _write_student(
    model: StudentModel, tokenizer: PreTrainedTokenizerBase, directory: Path, dtype: torch.dtype
) -> None:
    backbone = copy.deepcopy(model.backbone).cpu()
    backbone = backbone.half() if dtype == torch.float16 else backbone.float()
    with without_progress_bars():
        backbone.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    head = {
        name: value.detach().to("cpu", dtype).contiguous()
        for name, value in model.head.state_dict().items()
    }
    save_file(head, directory / HEAD_FILE)
    text = json.dumps(asdict(model.settings), indent=2, ensure_ascii=False)
    (directory / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def load_student_model(directory: Path | str) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns the student in `directory` (fp32, on the CPU, in evaluation mode) and its tokenizer.

    Raises:
        EncoderUnavailable: when `directory` does not exist or is not a student directory.
        AssetError: when a file is missing, truncated, altered or does not fit the others.
    """
    directory = Path(directory)
    settings = read_settings(directory)
    if (directory / MANIFEST).is_file():
        verify_directory(directory)
    tokenizer = load_tokenizer(directory)
    model = StudentModel(load_backbone(directory, XLMRobertaModel), settings)
    _load_head(model.head, directory / HEAD_FILE)
    return model.eval(), tokenizer


def load_backbone(directory: Path, architecture: type[B], *, pooler: bool = False) -> B:
    """Returns the model of a transformers directory (fp32, evaluation mode).

    Args:
        directory: Holds config.json and model.safetensors.
        architecture: Which model they are of.
        pooler: Whether the weights have a pooler behind the last layer.

    Raises:
        AssetError: when a file is missing, truncated or does not fit the other.
    """
    try:
        with without_progress_bars():
            backbone, report = cast(Any, architecture).from_pretrained(
                directory,
                add_pooling_layer=pooler,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} cannot be read ({first_line(error)}); restore it"
        ) from error
    wrong = {kind: names for kind, names in report.items() if names}
    if wrong:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} does not fit config.json: {wrong}; restore both"
        )
    return backbone


def _load_head(head: nn.Linear, path: Path) -> None:
    try:
        head.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise AssetError(f"{path} cannot be read ({first_line(error)}); restore it") from error


@contextmanager
def without_progress_bars() -> Iterator[None]:
    """Keeps transformers' progress bars out of a run's log; gives back what was set before."""
    before = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if before:
            transformers_logging.enable_progress_bar()
