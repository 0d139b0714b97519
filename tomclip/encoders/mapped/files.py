"""A fitted map on disk: a few hundred kilobytes of safetensors beside what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from tomclip.core.errors import AssetError, first_line
from tomclip.core.files.atomic import directory_replaced, write_errors
from tomclip.core.files.manifests import sha256_of
from tomclip.encoders.mapped.settings import MAP_FILE, MappedSettings, read_mapped, write_mapped

Arrays = Mapping[str, np.ndarray]


def save_mapped(directory: Path, settings: MappedSettings, arrays: Arrays) -> MappedSettings:
    """Returns the settings with the map's digest, once `directory` holds both whole.

    Args:
        directory: Takes the place of an earlier one of that name.
        settings: Without `map_sha256`.
        arrays: float32; "weight" (d_in, d_out) and "bias" (d_out,) of a linear map, or "means"
            (languages, d) and "centre" (d,) of a centring.

    Raises:
        RunError: when it cannot be written.
    """
    with write_errors(directory), directory_replaced(directory) as staging:
        save_file(
            {name: np.ascontiguousarray(rows) for name, rows in arrays.items()}, staging / MAP_FILE
        )
        settings = replace(settings, map_sha256=sha256_of(staging / MAP_FILE))
        write_mapped(staging, settings)
    return settings


def load_mapped(directory: Path) -> tuple[MappedSettings, dict[str, np.ndarray]]:
    """Returns what `save_mapped` wrote.

    Raises:
        AssetError: when a file is missing, altered, or does not fit the other one.
    """
    settings = read_mapped(directory)
    path = directory / MAP_FILE
    advice = "delete its folder and fit it again"
    try:
        if sha256_of(path) != settings.map_sha256:
            raise AssetError(f"{path} was altered (its SHA-256 differs); {advice}")
        arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise AssetError(f"{path} cannot be read ({first_line(error)}); {advice}") from error
    if not _fits(settings, arrays):
        raise AssetError(f"{path} does not fit what baseline.json says of it; {advice}")
    return settings, arrays


def _fits(settings: MappedSettings, arrays: Arrays) -> bool:
    shapes = {name: rows.shape for name, rows in arrays.items()}
    wide = settings.dimension
    if settings.kind == "centring":
        return shapes == {"means": (len(settings.languages), wide), "centre": (wide,)}
    return shapes.keys() == {"weight", "bias"} and (
        len(shapes["weight"]) == 2 and shapes["weight"][1:] == shapes["bias"] == (wide,)
    )
