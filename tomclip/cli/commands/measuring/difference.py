"""`tomclip difference`: whether a language's shape differs from English, and how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.clouds import Clouds
from tomclip.cli.options import Data, Force, JsonFile, Languages, Metric, Subset, language_codes
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table

if TYPE_CHECKING:
    from tomclip.core.types import Embeddings
    from tomclip.topology import LanguageTest

REFERENCE = "en"
NEIGHBOURS = 10
DIMENSIONS = (0, 1)
LEGEND = (
    "H0 and H1: mean distance between the diagrams of the two languages over the samples, with its "
    f"95 % interval. Below them, how far diagrams of {REFERENCE} are apart whose concepts differ. "
    f"neighbours: share of the {NEIGHBOURS} nearest concepts that both languages have in common."
)


def difference(
    encoder: Annotated[
        list[str],
        typer.Option(help="Name (docs/encoders.md), directory, or vectors:FILE; repeat for more."),
    ],
    data: Data = "emoji",
    languages: Languages = None,
    metric: Metric = "cosine",
    subset: Subset = "all",
    pairs: Annotated[int, typer.Option(min=2, help="Disjoint samples of concepts.")] = 12,
    scaled: Annotated[
        bool,
        typer.Option(
            "--scaled", help="Divide each sample's distances by their median: proportions alone."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples and permutations.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Test whether each language's shape differs from English by more than chance, and how far."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.topology import language_difference_tests

    chosen = Clouds(data, subset)
    codes = tuple(dict.fromkeys((REFERENCE, *chosen.codes(language_codes(languages)))))
    settings = {"metric": metric, "pairs": pairs, "scaled": scaled, "seed": seed}
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys(encoder):
        clouds = chosen.together(name, codes)
        with progress(f"tests of {name}") as report:
            tests = language_difference_tests(
                clouds, reference=REFERENCE, on_progress=report, **settings
            )
        beside = {code: _beside(clouds[REFERENCE], cloud, metric) for code, cloud in clouds.items()}
        rows += [{"encoder": name, **_row(test), **beside[test.language]} for test in tests]
        if target != STANDARD_OUTPUT:
            unit = f"{metric}, scaled" if scaled else metric
            size = f"{len(clouds[REFERENCE])} {chosen.task.items_title} in {pairs} samples"
            _show(f"{name}, {unit}, {size}", tests, beside)
    if target != STANDARD_OUTPUT:
        typer.echo(LEGEND)
    if target:
        facts = {"data": data, "subset": subset, **settings, "reference": REFERENCE}
        write_json(target, {**facts, "tests": rows})


def _beside(reference: Embeddings, other: Embeddings, metric: str) -> dict[str, float]:
    """Returns how alike the two clouds are concept by concept, over all concepts."""
    from tomclip.geometry import debiased_cka, mutual_knn_overlap

    x, y = reference.vectors, other.vectors
    return {
        "mutual_knn": mutual_knn_overlap(x, y, k=NEIGHBOURS, metric=metric),
        "debiased_cka": debiased_cka(x, y),
    }


def _row(test: LanguageTest) -> dict[str, Any]:
    distance = test.distance
    return {
        "language": test.language,
        "homology_dimension": test.homology_dimension,
        "distance": distance.between.value,
        "ci_low": distance.between.low,
        "ci_high": distance.between.high,
        "other_concepts": distance.other_concepts,
        "p_value": test.test.p_value,
        "adjusted_p_value": test.adjusted_p_value,
        "joint_loss": test.test.statistic,
        "permutations": test.test.permutations,
        "exact": test.test.exact,
    }


def _show(
    title: str, tests: Sequence[LanguageTest], beside: Mapping[str, Mapping[str, float]]
) -> None:
    """Prints a row per language, and how far other concepts of the reference are at the end."""
    of = {(test.language, test.homology_dimension): test for test in tests}
    body = [
        [code, *_cells([of[code, k] for k in DIMENSIONS]), *_decimals(beside[code].values())]
        for code in dict.fromkeys(test.language for test in tests)
    ]
    first = next(iter(of))[0]
    own = [f"{of[first, k].distance.other_concepts:.3f}" for k in DIMENSIONS]
    body.append([f"other {REFERENCE}", own[0], "", own[1], "", "", ""])
    header = ["language", "H0", "adjusted p", "H1", "adjusted p", "shared neighbours", "CKA"]
    show_table(title, header, body)


def _cells(tests: Sequence[LanguageTest]) -> list[str]:
    cells = []
    for test in tests:
        value, low, _ = test.distance.between
        cells += [f"{value:.3f} ± {value - low:.3f}", f"{test.adjusted_p_value:.4f}"]
    return cells


def _decimals(values: Any) -> list[str]:
    return [f"{value:.2f}" for value in values]
