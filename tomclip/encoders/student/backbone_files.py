"""A text model in a transformers directory, read as its files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from safetensors import SafetensorError
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from tomclip.core.errors import AssetError, first_line
from tomclip.core.reading.json_text import read_json_object

WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"
B = TypeVar("B", bound=PreTrainedModel)


def load_backbone(directory: Path, architecture: type[B], *, pooler: bool = False) -> B:
    """Returns the model of a transformers directory (fp32, evaluation mode).

    Args:
        directory: Holds config.json and model.safetensors.
        architecture: Which model they are of.
        pooler: Whether the weights have a pooler behind the last layer.

    Raises:
        AssetError: when a file is missing, truncated or does not fit the other.
    """
    backbone, report = read_backbone(directory, architecture, advice="restore it", pooler=pooler)
    wrong = {kind: names for kind, names in report.items() if names}
    if wrong:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} does not fit config.json: {wrong}; restore both"
        )
    return backbone


def read_backbone(
    directory: Path,
    architecture: type[B],
    *,
    advice: str,
    dropout: float | None = None,
    pooler: bool = False,
) -> tuple[B, Mapping[str, Any]]:
    """Returns the backbone (fp32, on the CPU) and which tensors did not fit, as transformers says.

    Args:
        directory: Holds config.json and model.safetensors.
        architecture: The class of the model.
        advice: What a person is to do when the weights cannot be read.
        dropout: In place of what config.json says; None leaves that.
        pooler: Whether the weights have a pooler behind the last layer.

    Raises:
        AssetError: when the weights cannot be read.
    """
    changes = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    try:
        with without_progress_bars(), _without_reports():
            return cast(Any, architecture).from_pretrained(
                directory,
                add_pooling_layer=pooler,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
                **({} if dropout is None else changes),
            )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise AssetError(
            f"{directory / WEIGHTS_FILE} cannot be read ({first_line(error)}); {advice}"
        ) from error


def backbone_settings(directory: Path) -> dict[str, Any]:
    """Returns what the directory's config.json says.

    Raises:
        AssetError: when there is none that can be read.
    """
    path = directory / CONFIG_FILE
    return read_json_object(path, refusal=AssetError, advice="name a transformers directory")


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


@contextmanager
def _without_reports() -> Iterator[None]:
    """Keeps quiet about tensors that do not fit; who calls looks at the report."""
    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(before)
