"""open_clip models opened from a directory or by name: model, preprocessing and tokenizer.

Nothing is run that came with a model: `trust_remote_code` is off wherever transformers would ask,
and pickled weights are read as tensors only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import open_clip
from open_clip.factory import LOCAL_DIR_PREFIX
from open_clip.tokenizer import HFTokenizer
from safetensors import SafetensorError
from torch import nn

from tomclip.core.errors import AssetError, EncoderUnavailable, first_line
from tomclip.core.files.manifests import MANIFEST, verify_directory
from tomclip.encoders.hub.names import PublishedName, open_clip_config, parse_published_name
from tomclip.encoders.hub.repository import (
    TOKENIZER_FILES,
    HubSource,
    download_command,
    fetch_file,
    fetch_folder,
)
from tomclip.encoders.teacher.pictures import Preprocess
from tomclip.encoders.teacher.special_tokens import spell_special_tokens

CONFIG_FILE = "open_clip_config.json"
TOWER_CONFIG_FILE = "config.json"
TOKENIZER_NAMES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "sentencepiece.bpe.model",
    "vocab.txt",
)
Parts = tuple[nn.Module, Preprocess, Any]
# What open_clip raises for files that do not fit together; it checks shapes with `assert`.
_BROKEN = (
    AssertionError,
    AttributeError,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    SafetensorError,
    TypeError,
    UnpicklingError,
    ValueError,
)


def open_directory(directory: Path) -> Parts:
    """Returns the model in an open_clip `local-dir:` directory (fp32), weights in safetensors.

    Raises:
        EncoderUnavailable: when `directory` holds no open_clip_config.json, or its text tower's
            configuration must come from a repository that is neither here nor reachable.
        AssetError: when a file is missing, truncated, altered or does not fit the others.
    """
    if not (directory / CONFIG_FILE).is_file():
        raise EncoderUnavailable(f"{directory} holds no {CONFIG_FILE}; name an open_clip directory")
    if (directory / MANIFEST).is_file():
        verify_directory(directory)
    if not any(directory.glob("*.safetensors")):
        raise AssetError(
            f"{directory} holds no .safetensors weights; save them as open_clip_model.safetensors"
        )
    try:
        return _open_folder(directory)
    except _BROKEN as error:
        raise AssetError(
            f"{directory} holds no readable open_clip model ({first_line(error)}); "
            "restore the folder"
        ) from error


def fetch_published(name: str) -> Path:
    """Returns the weights of a published model once all its files are on this machine.

    Raises:
        EncoderUnavailable, AssetError: as `open_published`.
    """
    published = parse_published_name(name)
    weights = _fetch_weights(published)
    folder = None if published.architecture else weights.parent
    source = published.architecture or f"{LOCAL_DIR_PREFIX}{folder}"
    text = open_clip_config(source)["text_cfg"]
    _fetch_tower_configuration(text)
    _fetch_tokenizer(text, folder)
    return weights


def open_published(name: str) -> Parts:
    """Returns a published model (fp32): "ViT-B-32/openai", "hf-hub:OWNER/MODEL@REVISION".

    The activation and preprocessing are those the tag was trained with: open_clip alone only warns
    when an architecture's activation is not the tag's.

    Raises:
        EncoderUnavailable: when the name is unknown, or its files are neither here nor reachable.
        AssetError: naming the weights file, when it is truncated or does not fit.
    """
    published = parse_published_name(name)
    weights = fetch_published(name)
    try:
        if published.architecture is None:
            return _open_folder(weights.parent)
        return _open_tag(published, weights)
    except _BROKEN as error:
        raise AssetError(
            f"{weights} holds no readable open_clip model ({first_line(error)}); run "
            f"'{download_command(published.source)} --force-download'"
        ) from error


def _fetch_weights(published: PublishedName) -> Path:
    """Returns the weights file; of a repository, in the folder of one commit with all the rest."""
    source = published.source
    if published.architecture is None:
        folder = fetch_folder(source, [[CONFIG_FILE]], TOKENIZER_FILES)
        source = HubSource(source.repository, folder.name)
    return fetch_file(source, published.weights)


def _open_tag(published: PublishedName, weights: Path) -> Parts:
    architecture, settings = cast(str, published.architecture), published.pretrained_settings
    text = open_clip_config(architecture)["text_cfg"]
    require_text_configuration(text)
    model, _, preprocess = open_clip.create_model_and_transforms(
        architecture,
        pretrained=str(weights),
        precision="fp32",
        force_quick_gelu=bool(settings.get("quick_gelu", False)),
        image_mean=settings.get("mean"),
        image_std=settings.get("std"),
        image_interpolation=settings.get("interpolation"),
        image_resize_mode=settings.get("resize_mode"),
        require_pretrained=True,
        weights_only=True,
    )
    tokenizer = spell_special_tokens(_tokenizer(architecture, text))
    return model, cast(Preprocess, preprocess), tokenizer


def _open_folder(directory: Path) -> Parts:
    source = f"{LOCAL_DIR_PREFIX}{directory}"
    text = open_clip_config(source)["text_cfg"]
    require_text_configuration(text)
    model, _, preprocess = open_clip.create_model_and_transforms(
        source, precision="fp32", require_pretrained=True, weights_only=True
    )
    tokenizer = spell_special_tokens(_tokenizer(source, text, directory))
    return model, cast(Preprocess, preprocess), tokenizer


def _tokenizer(source: str, text: Mapping[str, Any], directory: Path | None = None) -> Any:
    repository = text.get("hf_tokenizer_name")
    if not repository:
        return open_clip.get_tokenizer(source)
    if directory is not None and any(directory.glob("tokenizer*")):
        return open_clip.get_tokenizer(source, trust_remote_code=False)
    _fetch_tokenizer(text, directory)
    settings: dict[str, Any] = {**(text.get("tokenizer_kwargs") or {}), "trust_remote_code": False}
    try:
        return HFTokenizer(
            repository,
            context_length=text.get("context_length", open_clip.tokenizer.DEFAULT_CONTEXT_LENGTH),
            tokenizer_mode=text.get("tokenizer_mode"),
            **settings,
        )
    except (OSError, ValueError) as error:
        raise _unavailable(repository, "tokenizer", error) from error


def _fetch_tokenizer(text: Mapping[str, Any], directory: Path | None) -> None:
    """Fetches a tokenizer that is in a repository of its own."""
    repository = text.get("hf_tokenizer_name")
    has_its_own = directory is not None and any(directory.glob("tokenizer*"))
    if repository and not has_its_own and not Path(repository).is_dir():
        fetch_folder(HubSource(repository), [TOKENIZER_NAMES], TOKENIZER_FILES)


def _fetch_tower_configuration(text: Mapping[str, Any]) -> None:
    repository = text.get("hf_model_name")
    if repository and not Path(repository).is_dir():
        fetch_file(HubSource(repository), [TOWER_CONFIG_FILE])


def require_text_configuration(text: Mapping[str, Any]) -> None:
    """Reads a transformers text tower's configuration once, so that no code can come with it.

    Raises:
        EncoderUnavailable: when it is neither on this machine nor reachable, or asks for code.
    """
    from transformers import AutoConfig

    repository = text.get("hf_model_name")
    if not repository:
        return
    _fetch_tower_configuration(text)
    try:
        AutoConfig.from_pretrained(repository, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise _unavailable(repository, "text tower's config.json", error) from error


def _unavailable(repository: str, what: str, error: Exception) -> EncoderUnavailable:
    remedy = f"run '{download_command(HubSource(repository))}' with a network"
    return EncoderUnavailable(
        f"the {what} of {repository!r} cannot be read ({first_line(error)}); "
        f"{'restore the folder' if Path(repository).is_dir() else remedy}"
    )
