"""Pretrained XLM-R that a student can begin with: their folders, and their weights."""

from __future__ import annotations

from pathlib import Path

from transformers import XLMRobertaModel

from tomclip.core.errors import AssetError, ConfigError
from tomclip.core.paths import user_path
from tomclip.encoders.hub.repository import (
    TOKENIZER_FILES,
    HubSource,
    cached_commit,
    fetch_folder,
    split_revision,
)
from tomclip.encoders.student.backbone_files import (
    WEIGHTS_FILE,
    backbone_settings,
    read_backbone,
)
from tomclip.encoders.tokenizer import SENTENCEPIECE_FILE

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
    kind = backbone_settings(directory).get("model_type")
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
    settings = backbone_settings(directory)
    longest = int(settings["max_position_embeddings"]) - int(settings["pad_token_id"]) - 1
    if max_tokens > longest:
        raise ConfigError(
            f"student.max_tokens is {max_tokens}, but the backbone in {directory} reads at most "
            f"{longest}; use that or less"
        )


def load_pretrained(directory: Path, *, dropout: float | None = None) -> XLMRobertaModel:
    """Returns the pretrained backbone in `directory` (fp32, on the CPU).

    Args:
        directory: What `backbone_directory` returned.
        dropout: In place of what config.json says; None leaves that.

    Raises:
        AssetError: when the weights cannot be read, or do not fit config.json.
    """
    backbone, report = read_backbone(
        directory, XLMRobertaModel, advice="download it again", dropout=dropout
    )
    # A language model's own head is not needed; whatever the backbone lacks is.
    if lacking := [*report["missing_keys"], *report["mismatched_keys"]]:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} does not fit config.json: {lacking[0]} is missing or of "
            "another shape; download both again"
        )
    return backbone
