"""Caption pairs in the formats of the real ones: CSV, JSONL, parquet, a Hugging Face data set."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

CAPTIONS = (
    "a dog on the beach",
    "two cats, asleep",
    "a red apple",
    "the old bridge at night",
    'a sign that says "stop"',
    "snow",
    "a very long train that crosses a very long valley",
    "children playing football",
)
TRANSLATIONS = {
    "ko": (
        "해변의 개",
        "잠든 고양이 두 마리",
        "빨간 사과",
        "밤의 오래된 다리",
        "정지 표지판",
        "눈",
        "아주 긴 계곡을 건너는 아주 긴 기차",
        "축구하는 아이들",
    ),
    "de": (
        "ein Hund am Strand",
        "zwei Katzen, schlafend",
        "ein roter Apfel",
        "die alte Brücke",
        "ein Schild mit „Halt“",
        "Schnee",
        "ein sehr langer Zug",
        "Kinder spielen Fußball",
    ),
}
COLUMNS = ("caption", "caption_multi", "multi_language_code")
TRANSLATIONS_NAME = "M-CLIP/ImageCaptions-7M-Translations"
TRANSLATIONS_COMMIT = "49734d6eceffcfc95dad4eb8f06176b83b5d2aae"
EMBEDDINGS_NAME = "M-CLIP/ImageCaptions-7M-Embeddings"


def caption_rows() -> list[dict[str, Any]]:
    """Returns 16 pairs: every English caption once in Korean and once in German."""
    return [
        dict(zip(COLUMNS, (english, translated, code), strict=True))
        for code, texts in TRANSLATIONS.items()
        for english, translated in zip(CAPTIONS, texts, strict=True)
    ]


def many_rows(n: int) -> list[dict[str, Any]]:
    """Returns `n` pairs of different captions, in Korean and German by turns."""
    codes = list(TRANSLATIONS)
    return [
        {
            "caption": f"picture {row} of {CAPTIONS[row % len(CAPTIONS)]}",
            "caption_multi": f"{row}: {TRANSLATIONS[codes[row % 2]][row % len(CAPTIONS)]}",
            "multi_language_code": codes[row % 2],
        }
        for row in range(n)
    ]


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Returns `path` with the rows (the 16 by default), comma-separated or, for .tsv, by tabs."""
    rows = caption_rows() if rows is None else rows
    with path.open("w", newline="", encoding="utf-8") as stream:
        delimiter = "\t" if path.suffix == ".tsv" else ","
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Returns `path` with one object a line."""
    rows = caption_rows() if rows is None else rows
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Returns `path` with the rows, in row groups of 5."""
    table = pa.Table.from_pylist(list(caption_rows() if rows is None else rows))
    parquet.write_table(table, path, row_group_size=5)
    return path


def write_hub_translations(hub: Path, rows: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Returns the snapshot of M-CLIP's caption data set in the Hugging Face cache `hub`.

    One parquet file of the columns that the published one has, at the commit that is pinned.
    """
    rows = [
        {**row, "multi_language_name": row["multi_language_code"], "index": number}
        for number, row in enumerate(caption_rows() if rows is None else rows)
    ]
    snapshot = _hub_snapshot(hub, TRANSLATIONS_NAME, TRANSLATIONS_COMMIT, "main")
    write_parquet(snapshot / "cc12m_7m_subset_translated.parquet", rows)
    return snapshot


def write_hub_embeddings(
    hub: Path, vectors: Mapping[int, np.ndarray], *, folder: str = "Vit-B-32"
) -> Path:
    """Returns the snapshot of M-CLIP's teacher vectors in the Hugging Face cache `hub`.

    As the parquet branch has them: `id` is a row of the captions, `embedding` is (1, dimension).
    """
    snapshot = _hub_snapshot(hub, EMBEDDINGS_NAME, "e" * 40, "refs/convert/parquet")
    kind = pa.list_(pa.list_(pa.float32()))
    ids, values = list(vectors), [[vector.tolist()] for vector in vectors.values()]
    target = snapshot / folder / "partial-train" / "0000.parquet"
    target.parent.mkdir(parents=True)
    table = pa.table({"id": pa.array(ids, pa.int64()), "embedding": pa.array(values, kind)})
    parquet.write_table(table, target, row_group_size=3)
    return snapshot


def _hub_snapshot(hub: Path, name: str, commit: str, reference: str) -> Path:
    repository = hub / f"datasets--{name.replace('/', '--')}"
    pointer = repository / "refs" / reference
    pointer.parent.mkdir(parents=True)
    pointer.write_text(commit)
    snapshot = repository / "snapshots" / commit
    snapshot.mkdir(parents=True)
    return snapshot
