"""`tomclip diagrams`: the persistence diagrams of each language's names, or of a file's vectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.clouds import Clouds
from tomclip.cli.options import (
    Data,
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
from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, part_of

if TYPE_CHECKING:
    from tomclip.core.types import Diagrams, Embeddings, PersistenceDiagram


Vectors = Annotated[
    Path | None,
    typer.Option(
        "--vectors", help="File that 'tomclip embed' wrote: its rows, not an encoder's emoji."
    ),
]


def diagrams(
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="Name, directory, or vectors:FILE.")
    ] = None,
    vectors: Vectors = None,
    data: Data = "emoji",
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
    """Compute the persistence diagrams of each language's names, or of a file's vectors.

    Of H0 alone (--max-dimension 0) any number of points is taken: large clouds are streamed.
    """
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    source, clouds = _clouds(encoder, vectors, language_codes(languages), Clouds(data, subset))
    from tomclip.evaluation import sample_rows

    found, samples = {}, {}
    with progress("diagrams") as report:
        for place, (code, embed) in enumerate(clouds.items()):
            cloud = embed()
            cloud = cloud.select(sample_rows(len(cloud), max_points=max_points, seed=seed))
            part = part_of(report, place, len(clouds))
            found[code] = _diagrams_of(cloud, metric, max_dimension, engine, part)
            samples[code] = cloud.ids
            report(place + 1, len(clouds))
    if target != STANDARD_OUTPUT:
        show_diagrams(f"{source}, {metric}, {_sizes(samples)} points", found)
    if target:
        values = {code: diagram_values(by_dimension) for code, by_dimension in found.items()}
        facts = {"seed": seed, "engine": engine, "diagrams": values}
        if vectors is not None:
            write_json(target, {"vectors": source, "ids": samples, **facts})
        else:
            found_in = {"encoder": source, "data": data, "subset": subset}
            write_json(target, found_in | _sampled_ids(samples) | facts)


def _sampled_ids(samples: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Returns the items of the sample: once where all languages have the same, else by language."""
    first, *others = samples.values()
    return {"ids": samples} if any(ids != first for ids in others) else {"concept_ids": first}


def _clouds(
    encoder: str | None,
    vectors: Path | None,
    languages: Sequence[str] | None,
    clouds: Clouds,
) -> tuple[str, dict[str, Callable[[], Embeddings]]]:
    """Returns the name of the source, and what gives the cloud of each language."""
    if (encoder is None) == (vectors is None):
        raise InputError("give either --encoder NAME, for its emoji, or --vectors FILE")
    if vectors is not None:
        return str(vectors), _clouds_of_file(vectors.expanduser(), languages)
    name = str(encoder)
    return name, {code: partial(clouds.texts, name, code) for code in clouds.codes(languages)}


def _clouds_of_file(
    path: Path, languages: Sequence[str] | None
) -> dict[str, Callable[[], Embeddings]]:
    from tomclip.encoders.stored.files import read_vectors

    rows: dict[str, Callable[[], Embeddings]] = {}
    for part in read_vectors(path):
        for code in dict.fromkeys(part.languages):
            chosen = [row for row, other in enumerate(part.languages) if other == code]
            rows[code or "pictures"] = partial(part.select, chosen)
    missing = [code for code in languages or () if code not in rows]
    if missing:
        raise InputError(f"{path} has no vectors of {', '.join(missing)}; it has {', '.join(rows)}")
    return {code: rows[code] for code in languages or rows}


def _diagrams_of(
    cloud: Embeddings,
    metric: str,
    max_dimension: int,
    engine: str,
    on_progress: OnProgress,
) -> Diagrams:
    """Returns the diagrams; of H0 alone those of a large cloud too, streamed in bounded memory."""
    from tomclip.core.types import Diagrams
    from tomclip.topology import POINT_LIMITS, large_h0_diagram, persistence_diagrams

    stated = POINT_LIMITS[max_dimension]
    if len(cloud) <= stated:
        return persistence_diagrams(
            cloud, metric=metric, max_dimension=max_dimension, engine=engine
        )
    if max_dimension:
        raise InputError(
            f"{len(cloud):,} points came, and H{max_dimension} is computed of up to {stated:,}; "
            f"give --max-points {stated} for a sample, or --max-dimension 0 for the exact H0 of all"
        )
    return Diagrams([large_h0_diagram(cloud, metric=metric, on_progress=on_progress)])


def _sizes(samples: Mapping[str, Sequence[str]]) -> str:
    sizes = sorted({len(ids) for ids in samples.values()})
    return f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"


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
