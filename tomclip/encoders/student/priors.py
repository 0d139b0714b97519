"""Pretrained backbones by name, and whether one is still the one that a student was made of."""

from __future__ import annotations

import hashlib
from pathlib import Path

from torch import nn
from transformers import PreTrainedTokenizerBase, XLMRobertaConfig, XLMRobertaModel

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.paths import user_path
from tomclip.encoders.hub.backbones import known_backbone
from tomclip.encoders.hub.repository import split_revision
from tomclip.encoders.packaged.directories import directory_of, packaged_directory
from tomclip.encoders.packaged.origins import packaged_origins
from tomclip.encoders.packaged.records import PACKAGED, USE
from tomclip.encoders.packaged.use_directory import load_use, read_shape
from tomclip.encoders.packaged.use_model import UseModel
from tomclip.encoders.student.backbone_files import CONFIG_FILE
from tomclip.encoders.student.pretrained import backbone_directory, load_pretrained, require_context
from tomclip.encoders.student.settings import SETTINGS_FILE, Prior
from tomclip.encoders.tokenizer import load_tokenizer


def is_prior(name: str) -> bool:
    """Returns whether `name` means a pretrained backbone that is known without a network.

    That are packaged encoders, the known XLM-R, and a transformers directory that is no student.
    """
    if name in PACKAGED:
        return True
    path = user_path(name)
    if path.is_dir():
        return (path / CONFIG_FILE).is_file() and not (path / SETTINGS_FILE).is_file()
    return known_backbone(split_revision(name)[0]) is not None


def prior_directory(name: str) -> Path:
    """Returns the folder with a pretrained backbone's config.json, weights and tokenizer.

    Args:
        name: A packaged encoder, a directory or a repository.

    Raises:
        EncoderUnavailable: when it is not on this machine and cannot be had.
        AssetError: when a file is missing or damaged, or it is another kind of model.
        RunError: when a packaged encoder has to be converted and the cache cannot be written.
    """
    if name == USE:
        return packaged_directory(name)
    return backbone_directory(str(packaged_directory(name)) if name in PACKAGED else name)


def empty_prior(name: str) -> nn.Module:
    """Returns a backbone of the prior's shape with any weights; quick on torch's meta device.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `prior_directory`.
    """
    directory = prior_directory(name)
    return UseModel(read_shape(directory)) if name == USE else empty_backbone(directory)


def empty_backbone(directory: Path) -> XLMRobertaModel:
    """Returns an XLM-R of the shape that a directory's config.json says, with any weights.

    Raises:
        AssetError: when there is none that can be read.
    """
    try:
        config = XLMRobertaConfig.from_pretrained(directory, local_files_only=True)
    except (OSError, ValueError) as error:
        raise AssetError(f"{directory}/config.json cannot be read; restore it") from error
    return XLMRobertaModel(config, add_pooling_layer=False)


def require_fit(name: str, max_tokens: int) -> None:
    """Raises ConfigError when the prior cannot read texts of `max_tokens` tokens."""
    if name != USE:  # which has no positions
        require_context(prior_directory(name), max_tokens)


def load_prior(
    name: str, *, dropout: float | None = None
) -> tuple[nn.Module, PreTrainedTokenizerBase]:
    """Returns the pretrained backbone (fp32, on the CPU) and its tokenizer.

    Args:
        name: As `prior_directory`.
        dropout: In place of what the backbone's own configuration says.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `prior_directory`.
    """
    directory = prior_directory(name)
    return _backbone(name, directory, dropout), load_tokenizer(directory)


def _backbone(name: str, directory: Path, dropout: float | None = None) -> nn.Module:
    return load_use(directory) if name == USE else load_pretrained(directory, dropout=dropout)


def prior_of(name: str, backbone: nn.Module) -> Prior:
    """Returns what a student's folder says of the backbone that it leaves out."""
    path = user_path(name)
    return Prior(str(path.resolve()) if path.is_dir() else name, weights_digest(backbone))


def reopen_prior(prior: Prior, student: Path) -> tuple[nn.Module, PreTrainedTokenizerBase]:
    """Returns the backbone and tokenizer that the student in a folder was made of.

    Of a packaged encoder with two copies on this machine, that is the one it was made of.

    Raises:
        EncoderUnavailable: when the prior is not on this machine.
        AssetError: when it is another than it was then, or damaged.
    """
    if Path(prior.name).is_absolute() and not Path(prior.name).is_dir():
        raise EncoderUnavailable(
            f"{student} is made of {prior.name}, which is no folder any more; put it back"
        )
    try:
        first = prior_directory(prior.name)
    except EncoderUnavailable as error:
        raise EncoderUnavailable(f"{student} is made of {prior.name!r}: {error}") from error
    copies = (directory_of(origin) for origin in packaged_origins(prior.name)[1:])
    for directory in (first, *copies):
        backbone = _backbone(prior.name, directory)
        if weights_digest(backbone) == prior.sha256:
            return backbone, load_tokenizer(directory)
    raise AssetError(
        f"{student} is made of {prior.name!r}, whose weights are others now (SHA-256 of the "
        f"tensors, {prior.sha256[:12]}... then); put those back, or train the student anew"
    )


def weights_digest(module: nn.Module, names: frozenset[str] | None = None) -> str:
    """Returns the SHA-256 over names, types, shapes and bytes of a module's tensors, by name.

    The same tensors have the same digest whatever file they were read from.

    Args:
        module: On any device.
        names: Of the tensors that count; None takes all.
    """
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        if names is None or name in names:
            array = value.detach().cpu().contiguous().numpy()
            digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
            digest.update(array.reshape(-1).view("uint8"))  # type: ignore[arg-type]
    return digest.hexdigest()
