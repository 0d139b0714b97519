"""Maps handed over to Embedding Atlas, which draws millions of points: one parquet file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import written_whole
from tomclip.core.reading.numbers import require_finite
from tomclip.geometry.nearest import nearest_others

if TYPE_CHECKING:
    import pyarrow as pa

OPENING = "embedding-atlas {name} --x x --y y --text text --neighbors neighbours"
"""The command that opens such a file; `name` is the file's."""
NEIGHBOURS = 15


def atlas_table(
    xy: np.ndarray,
    vectors: np.ndarray,
    *,
    texts: Sequence[str],
    languages: Sequence[str],
    ids: Sequence[str],
    neighbours: int = NEIGHBOURS,
    metric: str = "cosine",
) -> pa.Table:
    """Returns one row per point: x, y, text, language, id, neighbours.

    `neighbours` holds for each point `ids`, the rows of the nearest others in the original space,
    counted from 0 and nearest first, and `distances`, theirs in the metric's unit. They are exact.

    Args:
        xy: (n, 2) places on the map.
        vectors: (n, d) vectors, n >= 2.
        texts, languages, ids: n each; "" is the language of a picture.
        neighbours: of a point; fewer where there are fewer others.
        metric: "cosine" or "euclidean".

    Raises:
        InputError: when a length differs from n, fewer than 2 points or 1 neighbour come, a number
            is not finite, or a vector is zero with "cosine".
    """
    import pyarrow as pa

    n = len(vectors)
    for what, values in {"texts": texts, "languages": languages, "ids": ids, "places": xy}.items():
        if len(values) != n:
            raise InputError(f"{len(values)} {what} came for {n} vectors; give one per vector")
    if n < 2 or neighbours < 1:
        raise InputError(
            f"{n} points and {neighbours} neighbours came; give 2 points and 1 neighbour or more"
        )
    require_finite(xy, "places")
    rows, distances = nearest_others(vectors, min(neighbours, n - 1), metric)
    near = [
        {"ids": own, "distances": far}
        for own, far in zip(rows.tolist(), distances.tolist(), strict=True)
    ]
    kind = pa.struct({"ids": pa.list_(pa.int64()), "distances": pa.list_(pa.float64())})
    return pa.table(
        {
            "x": pa.array(np.asarray(xy[:, 0], dtype=np.float32)),
            "y": pa.array(np.asarray(xy[:, 1], dtype=np.float32)),
            "text": pa.array(list(texts), pa.string()),
            "language": pa.array(list(languages), pa.string()),
            "id": pa.array(list(ids), pa.string()),
            "neighbours": pa.array(near, kind),
        }
    )


def atlas_bytes(table: pa.Table) -> bytes:
    """Returns the table as the bytes of a parquet file."""
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def write_atlas(table: pa.Table, path: Path) -> None:
    """Writes the table as parquet, whole or not at all.

    Raises:
        InputError: when the system refuses to write.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(atlas_bytes(table))
