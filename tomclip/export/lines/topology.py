"""Python lines of the diagrams, barcodes and Betti curves of the emoji's names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GRID = 240
BARS = """\
table = pd.concat(
    [group.to_frame().assign(language=code) for code, group in diagrams.items()],
    ignore_index=True,
)[["language", "homology_dimension", "birth", "death"]]
"""


@dataclass(frozen=True, slots=True)
class Cloud:
    """What diagrams are computed on.

    Attributes:
        encoder: its name.
        title: as figures show it.
        languages: codes, in order.
        subset: of the concepts: "all", "seen" or "unseen".
        metric: "cosine" or "euclidean".
        max_points: most concepts taken.
        landmarks: whether they spread out in English (max-min) in place of a seeded sample.
        max_dimension: highest homology dimension.
    """

    encoder: str
    title: str
    languages: Sequence[str]
    subset: str = "all"
    metric: str = "cosine"
    max_points: int = 300
    landmarks: bool = False
    max_dimension: int = 1


def diagram_lines(
    cloud: Cloud, *, reference: str = "en", density: bool = False, matching: bool = False
) -> str:
    """Returns the lines of the persistence diagrams of a few languages over the reference.

    Args:
        cloud: what they are computed on.
        reference: code of the language that others are matched with.
        density: whether the figure shows where bars crowd.
        matching: whether it joins the bars of the Wasserstein matching.
    """
    names = ["deciding_match", *(["optimal_matching"] if matching else [])]
    drawn = ["    matches=matches,"]
    text = f"""
found = {{
    code: deciding_match(diagrams[{reference!r}][1], group[1])
    for code, group in diagrams.items()
    if code != {reference!r}
}}
matches = {{code: match for code, match in found.items() if match is not None}}
"""
    if density:
        drawn.append("    density=True,")
    if matching:
        drawn.append("    matching=matching,")
        text += f"""matching = {{
    code: optimal_matching(diagrams[{reference!r}][1], group[1])
    for code, group in diagrams.items()
    if code != {reference!r}
}}
"""
    options = "\n".join(drawn)
    return (
        _diagrams(cloud, "diagram_figure", names)
        + BARS
        + text
        + f"""figure = diagram_figure(
    diagrams,
    context=context,
    reference={reference!r},
    highlight=list(diagrams),
{options}
)
"""
    )


def barcode_lines(cloud: Cloud, *, language: str, top: int) -> str:
    """Returns the lines of the longest `top` bars of one language in every dimension."""
    return (
        _diagrams(cloud, "barcode_stack_figure", [])
        + BARS
        + f"""figure = barcode_stack_figure(
    diagrams[{language!r}], context=context, top={top}, language={language!r}
)
"""
    )


def betti_lines(cloud: Cloud, *, dimension: int, reference: str = "en") -> str:
    """Returns the lines of the Betti curves of one homology dimension."""
    return (
        _diagrams(cloud, "betti_figure", ["betti_curve"])
        + f"""layers = {{code: group[{dimension}] for code, group in diagrams.items()}}
ends = np.concatenate([layer.pairs.ravel() for layer in layers.values()])
last = ends[np.isfinite(ends)].max(initial=0.0) or 1.0
grid = np.linspace(0.0, 1.05 * last, {GRID})
curves = {{code: betti_curve(layer, grid) for code, layer in layers.items()}}
table = pd.DataFrame({{"filtration_value": grid, **curves}})
figure = betti_figure(
    curves,
    grid,
    homology_dimension={dimension},
    context=context,
    reference={reference!r},
    highlight=list(curves),
)
"""
    )


def _diagrams(cloud: Cloud, figure: str, more: Sequence[str]) -> str:
    """Returns the lines from the imports to `diagrams` and `context`."""
    landmarks = ["maxmin_landmarks"] if cloud.landmarks else []
    topology = ", ".join(sorted([*landmarks, *more, "persistence_diagrams"]))
    sampling = "" if cloud.landmarks else "from tomclip.evaluation import sample_rows\n"
    return f"""import numpy as np
import pandas as pd

from tomclip.core.languages import language
from tomclip.data import load_emoji
from tomclip.encoders import cached_text_embeddings
{sampling}from tomclip.figures import FigureContext, {figure}
from tomclip.geometry import distance_matrix
from tomclip.topology import {topology}

emoji = load_emoji()
ids = tuple(emoji.concepts["id"])
languages = {list(cloud.languages)!r}


def vectors(code):
    return cached_text_embeddings({cloud.encoder!r}, emoji.names[code], language=code, ids=ids)


rows = emoji.rows({cloud.subset!r})
{_sample(cloud)}
diagrams = {{
    code: persistence_diagrams(
        distance_matrix(vectors(code).select(rows), metric={cloud.metric!r}),
        max_dimension={cloud.max_dimension},
    )
    for code in languages
}}
context = FigureContext(
    encoders={{{cloud.encoder!r}: {cloud.title!r}}},
    metric={cloud.metric!r},
    n_points=len(rows),
    languages={{code: language(code).name for code in languages}},
)
"""


def _sample(cloud: Cloud) -> str:
    if not cloud.landmarks:
        return f"rows = rows[sample_rows(len(rows), max_points={cloud.max_points}, seed=0)]"
    return f"""english = vectors("en").select(rows)
landmarks = maxmin_landmarks(
    english, min({cloud.max_points}, len(rows)), metric={cloud.metric!r}
)
rows = rows[np.sort(landmarks.rows)]"""
