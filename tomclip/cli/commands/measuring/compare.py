"""`tomclip compare`: how encoders differ from a baseline."""

from __future__ import annotations

from typing import Annotated

import typer

from tomclip.cli.evaluation import Evaluation
from tomclip.cli.options import (
    Data,
    Directory,
    Fold,
    Force,
    JsonFile,
    Labels,
    Languages,
    Prompts,
    Rendering,
    Shape,
    Subset,
)
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress


def compare(
    baseline: Annotated[str, typer.Option(help="Encoder that differences are taken from.")],
    encoder: Annotated[list[str], typer.Option(help="Encoder to compare; repeat for more.")],
    data: Data = "emoji",
    directory: Directory = None,
    subset: Subset = "all",
    fold: Fold = None,
    languages: Languages = None,
    labels: Labels = None,
    prompts: Prompts = None,
    rendering: Rendering = None,
    shape: Shape = True,
    score: Annotated[list[str] | None, typer.Option(help="Score to show; repeat for more.")] = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Show how encoders differ from a baseline, with paired bootstrap intervals and tests."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    chosen = Evaluation(data, directory, subset, languages, rendering, shape, fold, labels, prompts)
    from tomclip.cli.score_tables import plain_rows, show_differences

    with progress("evaluating") as on_progress:
        table = chosen.differences(baseline, encoder, on_progress)
    if target != STANDARD_OUTPUT:
        show_differences(table, score or ())
    if target:
        values = {"data": data, **chosen.task.choices, "differences": plain_rows(table)}
        write_json(target, values)
