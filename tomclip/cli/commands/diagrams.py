"""`tomclip diagrams`: the persistence diagrams of each language's names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.emoji_embeddings import emoji_embeddings
from tomclip.cli.options import (
    Encoder,
    Force,
    JsonFile,
    Languages,
    MaxPoints,
    Metric,
    Subset,
    language_codes,
)
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table

if TYPE_CHECKING:
    from tomclip.core.types import PersistenceDiagram


def diagrams(
    encoder: Encoder,
    languages: Languages = None,
    metric: Metric = "cosine",
    max_points: MaxPoints = 300,
    max_dimension: Annotated[int, typer.Option(min=0, max=2, help="Highest homology.")] = 1,
    engine: Annotated[str, typer.Option(help="gudhi, ripser or tda.")] = "gudhi",
    subset: Subset = "all",
    seed: Annotated[int, typer.Option(min=0, help="Of the sample.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Compute the persistence diagrams of each language's names."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.data import load_emoji
    from tomclip.evaluation import sample_rows
    from tomclip.topology import persistence_diagrams

    found, ids = {}, ()
    codes = language_codes(languages) or load_emoji().languages
    with progress("diagrams") as report:
        for place, code in enumerate(codes, start=1):
            cloud = emoji_embeddings(encoder, code, None, subset)
            cloud = cloud.select(sample_rows(len(cloud), max_points=max_points, seed=seed))
            ids = cloud.ids
            found[code] = persistence_diagrams(
                cloud, metric=metric, max_dimension=max_dimension, engine=engine
            )
            report(place, len(codes))
    if target != STANDARD_OUTPUT:
        show_diagrams(f"{encoder}, {metric}, {len(ids)} points", found)
    if target:
        values = {code: diagram_values(by_dimension) for code, by_dimension in found.items()}
        facts = {"encoder": encoder, "data": "emoji", "subset": subset, "seed": seed}
        facts |= {"engine": engine}
        write_json(target, {**facts, "concept_ids": ids, "diagrams": values})


def diagram_values(diagrams: Sequence[PersistenceDiagram]) -> list[dict[str, Any]]:
    """Returns diagrams as plain JSON values; the death of an essential class is None."""
    return [
        {
            "homology_dimension": diagram.homology_dimension,
            "metric": diagram.metric,
            "n_points": diagram.n_points,
            "filtration": diagram.filtration,
            "pairs": [
                [birth, death if math.isfinite(death) else None]
                for birth, death in diagram.pairs.tolist()
            ],
        }
        for diagram in diagrams
    ]


def show_diagrams(title: str, diagrams: Mapping[str, Sequence[PersistenceDiagram]]) -> None:
    """Prints, per language and dimension, the number of finite bars, their sum and the longest."""
    rows = [
        [language, f"H{diagram.homology_dimension}", *_bar_facts(diagram)]
        for language, by_dimension in diagrams.items()
        for diagram in by_dimension
    ]
    header = ["language", "homology", "finite bars", "total persistence", "longest bar"]
    show_table(title, header, rows)


def _bar_facts(diagram: PersistenceDiagram) -> list[str]:
    lengths = diagram.finite[:, 1] - diagram.finite[:, 0]
    longest = lengths.max(initial=0.0)
    return [str(len(lengths)), f"{lengths.sum():.4f}", f"{longest:.4f}"]
