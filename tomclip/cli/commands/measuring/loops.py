"""`tomclip loops`: the words that form a loop in one language."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tomclip.cli.clouds import EMOJI, Clouds
from tomclip.cli.options import Data, Encoder, Force, JsonFile, MaxPoints, Metric, SubsetName
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table
from tomclip.core.subsets import QUALIFIERS, UNSEEN


def loops(
    encoder: Encoder,
    data: Data = "emoji",
    here: Annotated[str, typer.Option(help="Language whose loops are looked for.")] = "ko",
    there: Annotated[str, typer.Option(help="Language the words are followed into.")] = "en",
    metric: Metric = "cosine",
    max_points: MaxPoints = 300,
    subset: Annotated[
        SubsetName | None,
        typer.Option(
            help=f"Emoji used: all, those {QUALIFIERS['seen']}, or those {UNSEEN}; default: the "
            "last, and all of other data."
        ),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Longest loops shown.")] = 15,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """List the words that form a loop in one language, and what they are in another."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.evaluation import sample_rows
    from tomclip.geometry import distance_matrix
    from tomclip.topology import compare_loops

    subset = subset or ("unseen" if data == EMOJI else "all")
    chosen = Clouds(data, subset)
    here, there = (chosen.codes([tag])[0] for tag in (here, there))
    both = chosen.together(encoder, (here, there))
    clouds = [both[here], both[there]]
    rows = sample_rows(len(clouds[0]), max_points=max_points, seed=seed)
    clouds = [cloud.select(rows) for cloud in clouds]
    with progress("loops") as report:
        found = compare_loops(
            *(distance_matrix(cloud, metric=metric) for cloud in clouds),
            on_progress=report,
        )
    named, ids = chosen.words(here), clouds[0].ids
    words = [[named[ids[point]] for point in loop.loop.points] for loop in found]
    if target != STANDARD_OUTPUT:
        body = [
            [_life(c.loop.birth, c.loop.death), _life(*c.there), " – ".join(names)]
            for names, c in zip(words[:top], found, strict=False)
        ]
        size = f"{len(rows)} {chosen.task.items_title}"
        title = f"{encoder}, {metric}, {size}: {len(body)} of {len(found)} loops"
        header = [f"life in {here}", f"life in {there}", "words"]
        show_table(title, header, body, numbers=False)
    if target:
        facts = {"encoder": encoder, "data": data, "subset": subset, "seed": seed}
        facts |= {"metric": metric, "here": here, "there": there, "concept_ids": clouds[0].ids}
        values = [{**asdict(c), "words": names} for names, c in zip(words, found, strict=True)]
        write_json(target, {**facts, "loops": values})


def _life(closes: float, filled: float) -> str:
    return f"none ({closes:.3f})" if closes == filled else f"{closes:.3f} to {filled:.3f}"
