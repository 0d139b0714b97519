"""Students that were published as M-CLIP, read into our `StudentModel`.

Their repositories hold one state dict with `transformer.*` and `LinearTransformation.*`, and a
config.json that names the backbone whose shape they have. A pickled state dict is read as tensors
only, never as code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase, XLMRobertaConfig, XLMRobertaModel

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError, first_line
from tomclip.core.reading.json_text import read_json_object
from tomclip.encoders.hub.backbones import known_backbone
from tomclip.encoders.hub.names import parse_published_name
from tomclip.encoders.hub.repository import (
    TOKENIZER_FILES,
    HubSource,
    download_command,
    fetch_file,
    fetch_folder,
)
from tomclip.encoders.student.encoder import Student
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.settings import StudentSettings, published_teacher_name
from tomclip.encoders.tokenizer import SENTENCEPIECE_FILE, load_tokenizer

_REQUIRED = (("config.json",), ("tokenizer.json", SENTENCEPIECE_FILE))
_BACKBONE = "transformer."
_HEAD = "LinearTransformation."
_BROKEN = (
    EOFError,
    InputError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
    SafetensorError,
    TypeError,
    UnpicklingError,
)
_UNUSED = ("transformer.pooler.", "transformer.embeddings.position_ids")


def load_published_student(name: str, *, device: str = "cpu") -> Student:
    """Returns the published student, for instance "M-CLIP/XLM-Roberta-Large-Vit-B-32[@REVISION]".

    Raises:
        EncoderUnavailable: when the name is not one of `PUBLISHED_STUDENTS`, or its files are
            neither on this machine nor reachable.
        AssetError: naming the file that is truncated or not what such a repository holds.
    """
    directory, weights = fetch_published(name)
    teacher_name = published_teacher_name(parse_published_name(name).source.repository)
    model, tokenizer = student_from_snapshot(directory, weights, teacher_name=teacher_name)
    return Student(model, tokenizer, name=name, device=device)


def fetch_published(name: str) -> tuple[Path, Path]:
    """Returns the folder and the weights of a published student once they are on this machine.

    Raises:
        EncoderUnavailable: as `load_published_student`.
    """
    source = parse_published_name(name).source
    published_teacher_name(source.repository)
    directory = fetch_folder(source, _REQUIRED, TOKENIZER_FILES)
    weights = parse_published_name(name).weights
    return directory, fetch_file(HubSource(source.repository, directory.name), weights)


def backbone_config(facts: Mapping[str, Any]) -> XLMRobertaConfig:
    """Returns the backbone's configuration that an M-CLIP config.json names as `modelBase`.

    The two published XLM-R sizes are known; another name is a directory or a repository.

    Raises:
        EncoderUnavailable: when that repository is neither on this machine nor reachable.
        KeyError: when the file names no backbone.
    """
    base = str(facts["modelBase"])
    if (known := known_backbone(base)) is not None:
        return known
    try:
        return XLMRobertaConfig.from_pretrained(base)
    except OSError as error:
        raise EncoderUnavailable(
            f"the configuration of the backbone {base!r} is not on this machine "
            f"({first_line(error)}); run '{download_command(HubSource(base))} config.json' with a "
            "network"
        ) from error


def mclip_model(facts: Mapping[str, Any], *, teacher_name: str) -> StudentModel:
    """Returns the untrained model that an M-CLIP config.json describes.

    Raises:
        EncoderUnavailable: as `backbone_config`.
        KeyError, ValueError: when `numDims` or `modelBase` is missing or no number.
    """
    config = backbone_config(facts)
    longest = config.max_position_embeddings - cast(int, config.pad_token_id) - 1
    settings = StudentSettings(teacher_name, int(facts["numDims"]), longest)
    return StudentModel(XLMRobertaModel(config, add_pooling_layer=False), settings)


def student_from_snapshot(
    directory: Path, weights: Path, *, teacher_name: str
) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns the student of a repository's files and its tokenizer (fp32, evaluation mode).

    Raises:
        EncoderUnavailable: as `backbone_config`.
        AssetError: when a file is missing, truncated or does not fit the others.
    """
    read = directory / "config.json"
    try:
        facts = read_json_object(read)
        model = mclip_model(facts, teacher_name=teacher_name)
        read = weights
        model.load_state_dict(_renamed(_state_dict(weights)))
    except _BROKEN as error:
        raise AssetError(
            f"{read} is not that of an M-CLIP student ({first_line(error)}); download it again "
            "with 'hf download --force-download'"
        ) from error
    return model.eval(), load_tokenizer(directory)


def _state_dict(weights: Path) -> dict[str, Tensor]:
    if weights.suffix == ".safetensors":
        return load_file(weights)
    return torch.load(weights, map_location="cpu", weights_only=True)


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.replace(_BACKBONE, "backbone.", 1).replace(_HEAD, "head.", 1): value
        for name, value in state.items()
        if not name.startswith(_UNUSED)
    }
