"""Files of vectors with their names, as `tomclip embed` writes them, and safetensors.

| suffix | holds |
|---|---|
| .npz | arrays vectors (n, d), ids, labels, languages (n), modality, encoder |
| .parquet | columns vector, id, label, language, modality, encoder; one row per item |
| .safetensors | tensor "vectors" (n, d); metadata: ids (a JSON list), modality ("text", "image"), \
encoder, and for texts labels (a JSON list, the texts) and language (one code for all) |
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
from safetensors import SafetensorError

from tomclip.core.errors import AssetError, InputError, first_line
from tomclip.core.types import Embeddings, Modality

_BROKEN = (
    EOFError,
    InputError,
    KeyError,
    OSError,
    SafetensorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


def read_vectors(path: Path) -> tuple[Embeddings, ...]:
    """Returns the file's vectors, float32, one `Embeddings` per modality it holds.

    Raises:
        AssetError: naming the file, when it is missing, truncated or lacks a part.
    """
    try:
        return SUFFIXES[path.suffix](path)
    except _BROKEN as error:
        raise AssetError(
            f"{path} holds no readable vectors ({first_line(error)}); write it again with "
            "'tomclip embed'"
        ) from error


def _from_npz(path: Path) -> tuple[Embeddings, ...]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        return (
            _embeddings(
                stored["vectors"],
                ids=stored["ids"].tolist(),
                labels=stored["labels"].tolist(),
                languages=stored["languages"].tolist(),
                modality=str(stored["modality"]),
                encoder=str(stored["encoder"]),
            ),
        )


def _from_parquet(path: Path) -> tuple[Embeddings, ...]:
    import pandas as pd

    table = pd.read_parquet(path)
    return tuple(
        _embeddings(
            np.stack(rows["vector"].to_list()),
            ids=rows["id"],
            labels=rows["label"],
            languages=rows["language"],
            modality=str(modality),
            encoder=str(rows["encoder"].iloc[0]),
        )
        for modality, rows in table.groupby("modality", sort=False)
    )


def _from_safetensors(path: Path) -> tuple[Embeddings, ...]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as stored:
        vectors, facts = stored.get_tensor("vectors"), stored.metadata() or {}
    ids = json.loads(facts["ids"])
    return (
        _embeddings(
            vectors,
            ids=ids,
            labels=_labels(facts, ids),
            languages=[facts["language"] if facts["modality"] == "text" else ""] * len(ids),
            modality=facts["modality"],
            encoder=facts["encoder"],
        ),
    )


def _labels(facts: Mapping[str, str], ids: list[str]) -> list[str]:
    return json.loads(facts["labels"]) if facts["modality"] == "text" else ids


def _embeddings(vectors: np.ndarray, *, modality: str, encoder: str, **names: Any) -> Embeddings:
    if modality not in get_args(Modality):
        raise ValueError(f"modality is {modality!r}; use 'text' or 'image'")
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=-1)
    return Embeddings(
        vectors=vectors,
        modality=modality,  # type: ignore[arg-type]
        encoder=encoder,
        unit_norm=bool(np.allclose(lengths, 1, atol=1e-4)),
        **{name: tuple(map(str, values)) for name, values in names.items()},
    )


SUFFIXES = {".npz": _from_npz, ".parquet": _from_parquet, ".safetensors": _from_safetensors}
