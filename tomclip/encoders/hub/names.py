"""What a published model's name means: which architecture, which files, from which repository.

Names are "ARCHITECTURE/TAG" of open_clip's own list, "hf-hub:OWNER/MODEL" for any repository in
open_clip's format, and "M-CLIP/..." for the published students; each may end in "@REVISION".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.encoders.hub.repository import HubSource, cached_commit, cached_file, split_revision
from tomclip.encoders.student.settings import PUBLISHED_STUDENTS, published_teacher_name

HUB_PREFIX = "hf-hub:"
STUDENT_PREFIX = "M-CLIP/"
STUDENT_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
HUB_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class PublishedName:
    """A published model. `architecture` and `tag` are open_clip's, None for a repository."""

    name: str
    source: HubSource
    weights: tuple[str, ...]
    architecture: str | None = None
    tag: str | None = None

    @property
    def pretrained_settings(self) -> dict[str, Any]:
        """What open_clip says about the tag: preprocessing, activation; {} without a tag."""
        if self.architecture is None or self.tag is None:
            return {}
        import open_clip

        return dict(open_clip.get_pretrained_cfg(self.architecture, self.tag))


@lru_cache(maxsize=256)
def parse_published_name(name: str) -> PublishedName:
    """Returns what `name` means.

    Raises:
        EncoderUnavailable: when it is no published student and open_clip does not know it.
    """
    base, revision = split_revision(name)
    if base.startswith(STUDENT_PREFIX):
        published_teacher_name(base)
        return PublishedName(name, HubSource(base, revision), STUDENT_WEIGHTS)
    if base.startswith(HUB_PREFIX):
        repository = base.removeprefix(HUB_PREFIX)
        if repository.count("/") != 1:
            raise EncoderUnavailable(f"{name!r} names no repository; use 'hf-hub:OWNER/MODEL'")
        return PublishedName(name, HubSource(repository, revision), HUB_WEIGHTS)
    return _open_clip_name(name, base, revision)


def encoder_sources(name: str) -> tuple[HubSource, ...]:
    """Returns the repositories that a published model is made of, the weights' own first.

    A text tower or tokenizer that open_clip takes from another repository follows.
    """
    published = parse_published_name(name)
    if published.architecture is None:
        return (published.source,)
    text = open_clip_config(published.architecture)["text_cfg"]
    others = (text.get("hf_model_name"), text.get("hf_tokenizer_name"))
    return (published.source, *(HubSource(other) for other in dict.fromkeys(others) if other))


def open_clip_config(source: str) -> dict[str, Any]:
    """Returns the model configuration of an architecture's name or "local-dir:FOLDER".

    Raises:
        EncoderUnavailable: when open_clip knows no such architecture, or the folder has no file.
        AssetError: when the file is damaged or describes no text tower.
    """
    import open_clip

    try:
        config = open_clip.get_model_config(source)
    except FileNotFoundError as error:
        raise EncoderUnavailable(
            f"{error.filename} is missing; name an open_clip folder"
        ) from error
    except ValueError as error:
        raise AssetError(
            f"{source} holds no readable open_clip_config.json; restore it or download it again"
        ) from error
    if config is None:
        raise EncoderUnavailable(f"open_clip has no architecture {source!r}")
    if not isinstance(config, dict) or "text_cfg" not in config:
        raise AssetError(f"{source} describes no text tower in open_clip_config.json; restore it")
    return config


def published_revision(name: str) -> str | None:
    """Returns the commit of the model's weights in the cache; None before they are there."""
    return cached_commit(parse_published_name(name).source)


def is_published_cached(name: str) -> bool:
    """Returns whether the weights, and every other repository of the model, are on this machine.

    Nothing is asked of the network.
    """
    published = parse_published_name(name)
    if cached_file(published.source, published.weights) is None:
        return False
    return all(cached_commit(source) is not None for source in encoder_sources(name)[1:])


def published_names() -> tuple[str, ...]:
    """Returns every name: the published students, then all of open_clip's list."""
    import open_clip

    return (*PUBLISHED_STUDENTS, *("/".join(pair) for pair in open_clip.list_pretrained()))


def _open_clip_name(name: str, base: str, revision: str | None) -> PublishedName:
    import open_clip

    architecture, _, tag = base.rpartition("/")
    if tag not in open_clip.list_pretrained_tags_by_model(architecture):
        raise EncoderUnavailable(
            f"{base!r} is no directory here and no model of open_clip; use ARCHITECTURE/WEIGHTS "
            "such as 'ViT-B-32/openai' (the Encoders page and tomclip.encoders.search_encoders "
            "list them), 'hf-hub:OWNER/MODEL' or a directory"
        )
    repository, filename = os.path.split(open_clip.get_pretrained_cfg(architecture, tag)["hf_hub"])
    weights = _safetensors_first(filename) if filename else HUB_WEIGHTS
    return PublishedName(name, HubSource(repository, revision), weights, architecture, tag)


def _safetensors_first(filename: str) -> tuple[str, ...]:
    stem, suffix = os.path.splitext(filename)
    return (f"{stem}.safetensors", filename) if suffix in (".bin", ".pth") else (filename,)
