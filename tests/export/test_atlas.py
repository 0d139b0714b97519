"""Maps handed over to Embedding Atlas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.export.atlas import atlas_table, write_atlas
from tomclip.geometry import distance_matrix

N = 30
VECTORS = gaussian(N, 6)
COLUMNS: dict[str, Any] = {
    "texts": [f"word {at}" for at in range(N)],
    "languages": ["en", "ko"] * (N // 2),
    "ids": [str(at // 2) for at in range(N)],
}


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbours_are_those_of_the_distance_matrix(metric: str, tmp_path: Path) -> None:
    table = atlas_table(VECTORS[:, :2], VECTORS, **COLUMNS, neighbours=4, metric=metric)
    write_atlas(table, tmp_path / "map.parquet")
    rows = pq.read_table(tmp_path / "map.parquet").to_pylist()
    distances = np.array(distance_matrix(VECTORS, metric=metric).values, dtype=float)
    np.fill_diagonal(distances, np.inf)
    for at, row in enumerate(rows):
        nearest = np.argsort(distances[at])[:4]
        assert row["neighbours"]["ids"] == nearest.tolist()
        assert row["neighbours"]["distances"] == pytest.approx(distances[at, nearest], abs=1e-6)


def test_it_has_the_columns_that_embedding_atlas_is_told_of() -> None:
    table = atlas_table(VECTORS[:, :2], VECTORS, **COLUMNS)
    assert table.column_names == ["x", "y", "text", "language", "id", "neighbours"]
    assert table.column("x").to_pylist() == VECTORS[:, 0].astype(np.float32).tolist()
    assert table.column("text")[3].as_py() == "word 3"
    assert len(table.column("neighbours")[0]["ids"]) == 15


def test_a_few_points_have_all_others_as_neighbours() -> None:
    few = {name: values[:3] for name, values in COLUMNS.items()}
    table = atlas_table(VECTORS[:3, :2], VECTORS[:3], **few)
    assert {tuple(sorted(row["ids"])) for row in table.column("neighbours").to_pylist()} == {
        (1, 2),
        (0, 2),
        (0, 1),
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"texts": ["one"]}, "1 texts came for 30 vectors"),
        ({"neighbours": 0}, "1 neighbour or more"),
        ({"metric": "l3"}, "metric is 'l3'"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        atlas_table(VECTORS[:, :2], VECTORS, **COLUMNS | change)
