"""The vectors of a table's rows, each belonging to the row's text or to its item's picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings, Modality
from tomclip.workspaces.building.row_items import Rows
from tomclip.workspaces.reading.columns import ColumnMapping
from tomclip.workspaces.reading.vector_files import vectors_of


def vectors_of_rows(
    table: pa.Table, mapping: ColumnMapping, rows: Rows, encoder: str
) -> tuple[Embeddings, ...]:
    """Returns the vectors of texts and those of pictures, each once; none without such a column.

    A row's vector is that of its text; of a row without a text, that of its item's picture.

    Args:
        table: The rows.
        mapping: What their columns are.
        rows: Whose they are, and what they say.
        encoder: What made the vectors, for their name.

    Raises:
        InputError: when a vector is not finite or zero, a row has several texts, or one text or
            picture has two different vectors.
    """
    name = mapping.column("vector")
    if name is None:
        return ()
    vectors = vectors_of(table.column(name), f"the column {name}")
    if len(mapping.texts()) > 1:
        raise InputError(
            f"a row of the table has one vector and {len(mapping.texts())} texts; give one row per "
            "text, with a column of its language"
        )
    texts = [row for row in range(len(vectors)) if row in rows.text_of_row]
    pictures = [row for row in range(len(vectors)) if row not in rows.text_of_row]
    sides: tuple[tuple[Modality, list[int]], ...] = (("text", texts), ("image", pictures))
    return tuple(
        _once(vectors, chosen, rows, modality, encoder) for modality, chosen in sides if chosen
    )


def _once(
    vectors: np.ndarray, chosen: Sequence[int], rows: Rows, modality: Modality, encoder: str
) -> Embeddings:
    kept: dict[tuple[str, str], int] = {}
    for row in chosen:
        key = rows.text_of_row.get(row, ("", rows.row_items[row]))
        first = kept.setdefault(key, row)
        if not np.array_equal(vectors[first], vectors[row]):
            what = "text" if modality == "text" else "picture"
            raise InputError(
                f"the {what} {key[1]!r} has two different vectors, in rows {first + 1} and "
                f"{row + 1}; keep one of them"
            )
    places = list(kept.values())
    lengths = np.linalg.norm(vectors[places].astype(np.float64), axis=1)
    return Embeddings(
        vectors=vectors[places],
        ids=tuple(rows.row_items[row] for row in places),
        labels=tuple(name for _, name in kept),
        languages=tuple(language for language, _ in kept),
        modality=modality,
        encoder=encoder,
        unit_norm=bool(np.allclose(lengths, 1, atol=1e-4)),
    )
