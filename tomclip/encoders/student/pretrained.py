"""A student's beginning in a pretrained XLM-R: its weights and tokenizer, and a fresh head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError
from transformers import PreTrainedTokenizerBase, XLMRobertaModel
from transformers.utils import logging as transformers_logging

from tomclip.config import StudentConfig
from tomclip.core.errors import AssetError, ConfigError, first_line
from tomclip.core.paths import user_path
from tomclip.encoders.hub.repository import (
    TOKENIZER_FILES,
    HubSource,
    cached_commit,
    fetch_folder,
    split_revision,
)
from tomclip.encoders.student.files import WEIGHTS_FILE, without_progress_bars
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.settings import StudentSettings
from tomclip.encoders.tokenizer import SENTENCEPIECE_FILE, load_tokenizer

FAMILY = "xlm-roberta"
_REQUIRED = ((WEIGHTS_FILE,), ("config.json",), ("tokenizer.json", SENTENCEPIECE_FILE))


def backbone_directory(name: str) -> Path:
    """Returns the folder with the backbone's config.json, safetensors weights and tokenizer.

    Args:
        name: A transformers directory, or a repository such as "xlm-roberta-large[@REVISION]",
            which is fetched into the machine's Hugging Face cache once.

    Raises:
        EncoderUnavailable: when the repository is neither on this machine nor reachable.
        AssetError: when a file is missing, or config.json describes another kind of model.
    """
    directory = user_path(name)
    if not directory.is_dir():
        source = HubSource(*split_revision(name))
        directory = fetch_folder(source, _REQUIRED, TOKENIZER_FILES)
    kind = _settings(directory).get("model_type")
    if kind != FAMILY:
        raise AssetError(
            f"{directory} holds a model of type {kind!r}; name one of type {FAMILY!r}, such as "
            "xlm-roberta-large"
        )
    for names in ((WEIGHTS_FILE,), ("tokenizer.json", SENTENCEPIECE_FILE)):
        if not any((directory / name).is_file() for name in names):
            raise AssetError(
                f"{directory} holds no {' or '.join(names)}; name a folder that transformers "
                "wrote with its tokenizer, weights as safetensors"
            )
    return directory


def backbone_commit(name: str) -> str | None:
    """Returns the commit of a repository's backbone in the cache; None for a directory."""
    if user_path(name).is_dir():
        return None
    return cached_commit(HubSource(*split_revision(name)))


def require_context(directory: Path, max_tokens: int) -> None:
    """Raises ConfigError when the backbone cannot read texts of `max_tokens` tokens."""
    settings = _settings(directory)
    longest = int(settings["max_position_embeddings"]) - int(settings["pad_token_id"]) - 1
    if max_tokens > longest:
        raise ConfigError(
            f"student.max_tokens is {max_tokens}, but the backbone in {directory} reads at most "
            f"{longest}; use that or less"
        )


def pretrained_student(
    config: StudentConfig, directory: Path, *, teacher_name: str, dimension: int
) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns the backbone in `directory` under a fresh linear layer, and its tokenizer.

    Args:
        config: `max_tokens` and `dropout` of the student.
        directory: What `backbone_directory` returned.
        teacher_name: Encoder name of the teacher.
        dimension: Length of the teacher's vectors.

    Raises:
        AssetError: when the weights or the tokenizer cannot be read, or do not fit config.json.
    """
    tokenizer = load_tokenizer(directory)
    try:
        with without_progress_bars(), _without_reports():
            backbone, report = cast(Any, XLMRobertaModel).from_pretrained(
                directory,
                add_pooling_layer=False,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
                hidden_dropout_prob=config.dropout,
                attention_probs_dropout_prob=config.dropout,
            )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} cannot be read ({first_line(error)}); download it again"
        ) from error
    # A language model's own head is not needed; whatever the backbone lacks is.
    if lacking := [*report["missing_keys"], *report["mismatched_keys"]]:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} does not fit config.json: {lacking[0]} is missing or of "
            "another shape; download both again"
        )
    settings = StudentSettings(teacher_name, dimension, config.max_tokens)
    return StudentModel(backbone, settings), tokenizer


@contextmanager
def _without_reports() -> Iterator[None]:
    """Keeps quiet about a language model's head that is left out; what is missing is checked."""
    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(before)


def _settings(directory: Path) -> dict[str, Any]:
    path = directory / "config.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssetError(
            f"{path} cannot be read ({first_line(error)}); name a transformers directory"
        ) from error
