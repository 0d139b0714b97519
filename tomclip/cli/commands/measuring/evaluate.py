"""`tomclip evaluate`: the scores of one encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tomclip.cli.evaluation import Evaluation, write_clip_benchmark
from tomclip.cli.options import (
    Data,
    Directory,
    Encoder,
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


def evaluate(
    encoder: Encoder,
    data: Data = "emoji",
    directory: Directory = None,
    subset: Subset = "all",
    fold: Fold = None,
    languages: Languages = None,
    labels: Labels = None,
    prompts: Prompts = None,
    rendering: Rendering = None,
    shape: Shape = True,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample and the bootstrap.")] = 0,
    cache: Annotated[bool, typer.Option(help="Reuse an equal evaluation.")] = True,
    per_item: Annotated[
        bool, typer.Option("--per-item", help="Keep every rank in the JSON.")
    ] = False,
    json_file: JsonFile = None,
    clip_benchmark: Annotated[
        Path | None,
        typer.Option(help="Write rows as CLIP_benchmark does, one JSON object a line: .jsonl."),
    ] = None,
    force: Force = False,
) -> None:
    """Measure accuracy, retrieval and shape of one encoder in every language."""
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    rows = clip_benchmark and require_output(clip_benchmark, force=force, suffixes=(".jsonl",))
    chosen = Evaluation(data, directory, subset, languages, rendering, shape, fold, labels, prompts)
    from tomclip.cli.score_tables import show_report

    with progress(f"evaluating {encoder}") as on_progress:
        report = chosen.report(encoder, seed=seed, cache=cache, on_progress=on_progress)
    if target != STANDARD_OUTPUT:
        show_report(report)
    if target:
        write_json(target, report.to_dict(per_item=per_item))
    if rows:
        write_clip_benchmark(rows, report, chosen.task)
