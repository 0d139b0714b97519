"""use-multilingual-v3 as a directory: model.safetensors, use.json and its tokenizer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import save_file
from safetensors.torch import load_file

from tomclip.core.errors import AssetError, InputError, first_line
from tomclip.core.reading.json_text import read_json_object
from tomclip.encoders.packaged.sentencepiece_file import read_sentencepiece
from tomclip.encoders.packaged.unigram import save_sentencepiece_tokenizer
from tomclip.encoders.packaged.use_model import WINDOWS, UseModel, UseShape

WEIGHTS, SHAPE = "model.safetensors", "use.json"
_DENSE = {
    "first": "d0",
    "second": "d1",
    "third": "d2",
    "fourth": "d3",
    "shortcut": "p1",
    "last_shortcut": "p3",
}


def write_use(weights: Path, tokenizer: Path, directory: Path) -> None:
    """Writes the directory of the package's weights.npz and sp.model.

    Raises:
        AssetError: when a file is of another format.
    """
    try:
        with np.load(weights, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        state = _state(arrays)
        shape = _shape(arrays)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise AssetError(
            f"{weights} does not hold this encoder ({first_line(error)}); install it again"
        ) from error
    save_sentencepiece_tokenizer(*read_sentencepiece(tokenizer), directory)
    save_file(state, directory / WEIGHTS)
    (directory / SHAPE).write_text(json.dumps(asdict(shape), indent=2) + "\n", encoding="utf-8")


def load_use(directory: Path) -> UseModel:
    """Returns the model that `write_use` wrote, in evaluation mode.

    Raises:
        AssetError: when a file is missing or damaged, or they do not fit together.
    """
    try:
        shape = read_shape(directory)
        with torch.device("meta"):
            model = UseModel(shape)
        model.load_state_dict(load_file(directory / WEIGHTS), assign=True)
    except (
        OSError,
        InputError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        SafetensorError,
    ) as error:
        raise AssetError(
            f"{directory} does not hold use-multilingual-v3 ({first_line(error)}); delete it, and "
            "it is made again"
        ) from error
    return model.eval()


def read_shape(directory: Path) -> UseShape:
    """Returns the sizes in use.json; raises OSError, ValueError or TypeError where it has none."""
    return UseShape(**read_json_object(directory / SHAPE))


def _shape(arrays: Mapping[str, np.ndarray]) -> UseShape:
    chunks = len(arrays["scale"])
    return UseShape(
        rows=chunks * len(arrays["q1"]),
        chunks=chunks,
        width=arrays["q1"].shape[1],
        branch=arrays["proj2"].shape[1],
        inner=arrays["d0"].shape[1],
        dimension=arrays["d3"].shape[1],
        epsilon=float(arrays["eps"]),
    )


def _state(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns `UseModel`'s state: matrices there are transposed, windows there are side by side."""
    orders = [size for size, _ in WINDOWS]

    def joined(name: str) -> np.ndarray:
        return np.concatenate([arrays[f"{name}{size}"] for size in orders], axis=-1)

    state = {
        "words.table": _table(arrays),
        "words.scale": arrays["scale"],
        "words.lowest": arrays["lo"],
        "branches.projection.weight": joined("proj").T,
        "branches.projection.bias": joined("proj_b"),
        "branches.projection_norm.weight": joined("ln_g"),
        "branches.projection_norm.bias": joined("ln_b"),
        "branches.norm.weight": arrays["ln_g"],
        "branches.norm.bias": arrays["ln_b"],
        "branches.output.weight": arrays["cnn_W"].T,
        "branches.output.bias": arrays["cnn_b"],
    }
    for row, size in enumerate(orders):
        for number, name in ((1, "first"), (2, "second")):
            state[f"branches.{name}.{row}.weight"] = _windowed(arrays[f"w{number}_{size}"], size)
            state[f"branches.{name}.{row}.bias"] = arrays[f"b{number}_{size}"]
    state |= {f"dense.{name}.weight": arrays[stored].T for name, stored in _DENSE.items()}
    return {name: np.ascontiguousarray(value) for name, value in state.items()}


def _table(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Returns the whole table; row r is row r // chunks of chunk r % chunks."""
    chunks = len(arrays["scale"])
    return np.stack([arrays[f"q{row + 1}"] for row in range(chunks)], axis=1).reshape(
        -1, arrays["q1"].shape[1]
    )


def _windowed(weight: np.ndarray, size: int) -> np.ndarray:
    """Returns a convolution's (out, in, size) weight of (size * in, out)."""
    return weight.reshape(size, -1, weight.shape[1]).transpose(2, 1, 0)
