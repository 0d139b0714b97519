"""Commands about the shape of an encoder's clouds: diagrams, loops, differences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tomclip.cli.console import STANDARD_OUTPUT, progress, require_output, show_table, write_json
from tomclip.cli.measure import emoji_embeddings
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

REFERENCE = "en"


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
    from tomclip.cli.reporting import diagram_values, show_diagrams
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


def loops(
    encoder: Encoder,
    here: Annotated[str, typer.Option(help="Language whose loops are looked for.")] = "ko",
    there: Annotated[str, typer.Option(help="Language the words are followed into.")] = REFERENCE,
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

    clouds = [emoji_embeddings(encoder, code, None, subset) for code in (here, there)]
    rows = sample_rows(len(clouds[0]), max_points=max_points, seed=seed)
    clouds = [cloud.select(rows) for cloud in clouds]
    with progress("loops") as report:
        found = compare_loops(
            *(distance_matrix(cloud, metric=metric) for cloud in clouds),
            on_progress=lambda fraction, _: report(round(100 * fraction), 100),
        )
    dataset = load_emoji()
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


def difference(
    encoder: Encoder,
    languages: Languages = None,
    metric: Metric = "cosine",
    subset: Subset = "all",
    pairs: Annotated[int, typer.Option(min=2, help="Disjoint samples of concepts.")] = 12,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples and permutations.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Test whether each language's shape differs from English by more than chance."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.data import load_emoji
    from tomclip.topology import language_difference_tests

    codes = dict.fromkeys((REFERENCE, *(language_codes(languages) or load_emoji().languages)))
    clouds = {code: emoji_embeddings(encoder, code, None, subset) for code in codes}
    with progress("tests") as report:
        tests = language_difference_tests(
            clouds,
            reference=REFERENCE,
            metric=metric,
            pairs=pairs,
            seed=seed,
            on_progress=lambda fraction, _: report(round(100 * fraction), 100),
        )
    if target != STANDARD_OUTPUT:
        body = [
            [
                t.language,
                f"H{t.homology_dimension}",
                f"{t.test.p_value:.4f}",
                f"{t.adjusted_p_value:.4f}",
            ]
            for t in tests
        ]
        title = f"{encoder}, {metric}, {len(clouds[REFERENCE])} concepts in {pairs} samples"
        show_table(title, ["language", "homology", "p", "adjusted p"], body)
    if target:
        facts = {"encoder": encoder, "data": "emoji", "subset": subset, "seed": seed}
        facts |= {"metric": metric, "pairs": pairs, "reference": REFERENCE}
        values = [
            {
                "language": t.language,
                "homology_dimension": t.homology_dimension,
                "p_value": t.test.p_value,
                "adjusted_p_value": t.adjusted_p_value,
                "joint_loss": t.test.statistic,
                "permutations": t.test.permutations,
                "exact": t.test.exact,
            }
            for t in tests
        ]
        write_json(target, {**facts, "tests": values})
