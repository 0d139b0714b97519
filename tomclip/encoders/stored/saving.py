"""Vectors written to a file, as `tomclip.encoders.stored.files` reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tomclip.core.files.atomic import written_whole
from tomclip.core.types import Embeddings


def save_embeddings(embeddings: Embeddings, path: Path) -> None:
    """Writes vectors with ids, labels and languages as `.npz` (no pickle) or `.parquet`.

    Raises:
        InputError: when the system refuses to write.
    """
    save = _save_npz if path.suffix == ".npz" else _save_parquet
    with written_whole(path) as temporary:
        save(embeddings, temporary)


def _save_npz(embeddings: Embeddings, path: Path) -> None:
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            vectors=embeddings.vectors,
            ids=np.array(embeddings.ids),
            labels=np.array(embeddings.labels),
            languages=np.array(embeddings.languages),
            modality=np.array(embeddings.modality),
            encoder=np.array(embeddings.encoder),
            unit_norm=np.array(embeddings.unit_norm),
        )


def _save_parquet(embeddings: Embeddings, path: Path) -> None:
    import pandas as pd

    table = pd.DataFrame(
        {
            "id": embeddings.ids,
            "label": embeddings.labels,
            "language": embeddings.languages,
            "modality": embeddings.modality,
            "encoder": embeddings.encoder,
            "vector": list(embeddings.vectors),
        }
    )
    table.to_parquet(path, index=False)
