"""A student on disk, written whole or not at all, and read back.

A student directory is a transformers directory (config.json, model.safetensors, tokenizer.json,
tokenizer_config.json) with `head.safetensors` (weight, bias), `student.json` (StudentSettings) and,
when it ships with the project, manifest.json. Weights may be fp16 on disk; in memory they are fp32.

Where student.json names a prior, the transformers directory is left out: backbone and tokenizer are
the prior's, and `changes.safetensors` holds the tensors that training changed or added.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import PreTrainedTokenizerBase, XLMRobertaModel

from tomclip.core.errors import AssetError, first_line
from tomclip.core.files.atomic import directory_replaced
from tomclip.core.files.manifests import MANIFEST, verify_directory
from tomclip.encoders.student.backbone_files import load_backbone, without_progress_bars
from tomclip.encoders.student.lora import add_lora
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.priors import reopen_prior
from tomclip.encoders.student.settings import SETTINGS_FILE, read_settings
from tomclip.encoders.tokenizer import load_tokenizer

HEAD_FILE = "head.safetensors"
CHANGES_FILE = "changes.safetensors"


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
    if model.settings.prior is None:
        backbone: Any = copy.deepcopy(model.backbone).cpu()
        backbone = backbone.half() if dtype == torch.float16 else backbone.float()
        with without_progress_bars():
            backbone.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
    else:
        _save_tensors(model.backbone, directory / CHANGES_FILE, dtype, model.changed)
    _save_tensors(model.head, directory / HEAD_FILE, dtype)
    text = json.dumps(model.settings.to_dict(), indent=2, ensure_ascii=False)
    (directory / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def _save_tensors(
    module: nn.Module, path: Path, dtype: torch.dtype, names: frozenset[str] | None = None
) -> None:
    kept = {
        name: value.detach().to("cpu", dtype).contiguous()
        for name, value in module.state_dict().items()
        if names is None or name in names
    }
    save_file(kept, path)


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
    if settings.prior is None:
        tokenizer = load_tokenizer(directory)
        model = StudentModel(load_backbone(directory, XLMRobertaModel), settings)
    else:
        backbone, tokenizer = reopen_prior(settings.prior, directory)
        model = StudentModel(backbone, settings)
        if settings.lora is not None:
            add_lora(backbone, settings.lora)
        model.changed = _load_changes(backbone, directory / CHANGES_FILE)
    _load_head(model.head, directory / HEAD_FILE)
    return model.eval(), tokenizer


def _load_changes(backbone: nn.Module, path: Path) -> frozenset[str]:
    """Puts the tensors of the file in place of the backbone's; returns their names."""
    there = backbone.state_dict()
    try:
        changes = load_file(path)
        for name, value in changes.items():
            if there[name].shape != value.shape:
                raise ValueError(f"{name} is {tuple(value.shape)}, not {tuple(there[name].shape)}")
            there[name].copy_(value)
    except (KeyError, OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise AssetError(
            f"{path} cannot be read, or does not fit the student's prior ({first_line(error)}); "
            "restore it"
        ) from error
    return frozenset(changes)


def _load_head(head: nn.Linear, path: Path) -> None:
    try:
        head.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise AssetError(f"{path} cannot be read ({first_line(error)}); restore it") from error
