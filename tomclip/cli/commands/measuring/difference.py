"""`tomclip difference`: whether a language's shape differs from English."""

from __future__ import annotations

from typing import Annotated

import typer

from tomclip.cli.emoji_embeddings import emoji_embeddings
from tomclip.cli.options import Encoder, Force, JsonFile, Languages, Metric, Subset, language_codes
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table

REFERENCE = "en"


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
            on_progress=report,
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
