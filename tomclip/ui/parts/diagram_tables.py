"""The tables behind the page's figures, as they are downloaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tomclip.ui.computing.cached import Diagrams


def bars_table(diagrams: Mapping[str, Diagrams]) -> pd.DataFrame:
    """Returns one row per bar: language, dimension, birth, death (inf for one that never dies)."""
    return pd.DataFrame(
        [
            (code, diagram.homology_dimension, birth, death)
            for code, group in diagrams.items()
            for diagram in group
            for birth, death in diagram.pairs.tolist()
        ],
        columns=["language", "homology_dimension", "birth", "death"],
    )


def matrix_table(matrix: np.ndarray, names: Sequence[str], *, rows: str) -> pd.DataFrame:
    """Returns a square matrix with the names as its header and as its first column, `rows`."""
    table = pd.DataFrame(matrix, columns=list(names))
    table.insert(0, rows, list(names))
    return table
