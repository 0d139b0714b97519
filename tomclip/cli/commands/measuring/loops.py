"""`tomclip loops`: the words that form a loop in one language."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tomclip.cli.emoji_embeddings import emoji_embeddings
from tomclip.cli.options import Encoder, Force, JsonFile, MaxPoints, Metric, Subset
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table


def loops(
    encoder: Encoder,
    here: Annotated[str, typer.Option(help="Language whose loops are looked for.")] = "ko",
    there: Annotated[str, typer.Option(help="Language the words are followed into.")] = "en",
    metric: Metric = "cosine",
    max_points: MaxPoints = 300,
    subset: Subset = "unseen",
    top: Annotated[int, typer.Option(min=1, help="Longest loops shown.")] = 15,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """List the words that form a loop in one language, and what they are in another."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.data import load_emoji
    from tomclip.evaluation import sample_rows
    from tomclip.geometry import distance_matrix
    from tomclip.topology import compare_loops

    dataset = load_emoji()
    here, there = dataset.code_of(here), dataset.code_of(there)
    clouds = [emoji_embeddings(encoder, code, None, subset) for code in (here, there)]
    rows = sample_rows(len(clouds[0]), max_points=max_points, seed=seed)
    clouds = [cloud.select(rows) for cloud in clouds]
    with progress("loops") as report:
        found = compare_loops(
            *(distance_matrix(cloud, metric=metric) for cloud in clouds),
            on_progress=report,
        )
    concepts = dataset.rows(subset)[rows]
    words = [[dataset.names[here][concepts[p]] for p in loop.loop.points] for loop in found]
    if target != STANDARD_OUTPUT:
        body = [
            [_life(c.loop.birth, c.loop.death), _life(*c.there), " – ".join(names)]
            for names, c in zip(words[:top], found, strict=False)
        ]
        title = f"{encoder}, {metric}, {len(rows)} concepts: {len(body)} of {len(found)} loops"
        header = [f"life in {here}", f"life in {there}", "words"]
        show_table(title, header, body, numbers=False)
    if target:
        facts = {"encoder": encoder, "data": "emoji", "subset": subset, "seed": seed}
        facts |= {"metric": metric, "here": here, "there": there, "concept_ids": clouds[0].ids}
        values = [{**asdict(c), "words": names} for names, c in zip(words, found, strict=True)]
        write_json(target, {**facts, "loops": values})


def _life(closes: float, filled: float) -> str:
    return f"none ({closes:.3f})" if closes == filled else f"{closes:.3f} to {filled:.3f}"
