"""Students that were published as M-CLIP, read into our `StudentModel`.

Their repositories hold one state dict with `transformer.*` and `LinearTransformation.*`, and a
config.json that names the backbone whose shape they have. Files come from the machine's Hugging
Face cache or are downloaded into it. A pickled state dict is read as tensors only, never as code.
"""

from __future__ import annotations

import json
from pathlib import Path
from pickle import UnpicklingError
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase, XLMRobertaConfig, XLMRobertaModel

from tomclip.encoders.failures import first_line
from tomclip.encoders.student import Student
from tomclip.encoders.student_model import StudentModel
from tomclip.encoders.student_settings import StudentSettings, published_teacher_name
from tomclip.encoders.tokenizer import load_tokenizer
from tomclip.errors import AssetError, EncoderUnavailable

_BACKBONE = "transformer."
_HEAD = "LinearTransformation."
_BROKEN = (OSError, ValueError, KeyError, RuntimeError, SafetensorError, UnpicklingError)
_UNUSED = ("transformer.pooler.", "transformer.embeddings.position_ids")


def load_published_student(name: str, *, device: str = "cpu") -> Student:
    """Returns the published student, for instance "M-CLIP/XLM-Roberta-Large-Vit-B-32".

    Raises:
        EncoderUnavailable: when the name is not one of `PUBLISHED_STUDENTS`, or its files are
            neither on this machine nor reachable.
        AssetError: when its files are not what such a repository holds.
    """
    teacher_name = published_teacher_name(name)
    directory = _snapshot(name)
    model, tokenizer = student_from_snapshot(directory, teacher_name=teacher_name)
    return Student(model, tokenizer, name=name, device=device)


def student_from_snapshot(
    directory: Path, *, teacher_name: str
) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns the student of a repository's files and its tokenizer (fp32, evaluation mode).

    Raises:
        AssetError: when a file is missing or does not fit the others.
    """
    try:
        facts = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        config = XLMRobertaConfig.from_pretrained(facts["modelBase"])
        longest = config.max_position_embeddings - cast(int, config.pad_token_id) - 1
        settings = StudentSettings(teacher_name, int(facts["numDims"]), longest)
        model = StudentModel(XLMRobertaModel(config, add_pooling_layer=False), settings)
        model.load_state_dict(_renamed(_state_dict(directory)))
    except _BROKEN as error:
        raise AssetError(
            f"{directory} does not hold an M-CLIP student ({first_line(error)}); download it again"
        ) from error
    return model.eval(), load_tokenizer(directory)


def _state_dict(directory: Path) -> dict[str, Tensor]:
    weights = directory / "model.safetensors"
    if weights.is_file():
        return load_file(weights)
    return torch.load(directory / "pytorch_model.bin", map_location="cpu", weights_only=True)


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.replace(_BACKBONE, "backbone.", 1).replace(_HEAD, "head.", 1): value
        for name, value in state.items()
        if not name.startswith(_UNUSED)
    }


def _snapshot(name: str) -> Path:
    from huggingface_hub import snapshot_download

    patterns = ["*.json", "*.model", "model.safetensors", "pytorch_model.bin"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except Exception as error:  # each download library has its own class for "no network"
        raise EncoderUnavailable(
            f"the files of {name!r} are not on this machine and cannot be fetched "
            f"({first_line(error)}); run this once with a network, or copy the Hugging Face cache"
        ) from error
