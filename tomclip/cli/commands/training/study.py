"""`tomclip study`: compares forms of training over disjoint folds of concepts and several seeds."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.interruption import INTERRUPTED, stop_on_signal
from tomclip.cli.options import Force, JsonFile
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.score_tables import plain_rows
from tomclip.cli.terminal import progress, show_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from tomclip.evaluation.studies.trials import Trial


def study(
    file: Annotated[Path, typer.Argument(help="YAML with base, forms, baseline, folds and seeds.")],
    directory: Annotated[
        Path | None,
        typer.Option(help="The study's own folder; default: studies/NAME among the runs."),
    ] = None,
    score: Annotated[str, typer.Option(help="What is compared.")] = "zero_shot_top1",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is to do only.")] = False,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Compare forms of training over folds of the emoji and seeds, with paired tests.

    Every trial leaves one small result; trials that have one are not repeated.
    """
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.core.paths import runs_directory
    from tomclip.evaluation.studies import trials as studies

    asked = studies.read_fold_study(file)
    folder = directory or runs_directory() / "studies" / file.stem
    trials = studies.trials_of(asked)
    left = [trial for trial in trials if not studies.has_result(trial, folder)]
    quiet = target == STANDARD_OUTPUT
    typer.echo(
        f"{len(asked.forms)} forms, {len(asked.folds)} folds, {len(asked.seeds)} seeds: "
        f"{len(trials)} trials, {len(left)} to go, in {folder}",
        err=quiet,
    )
    if dry_run:
        return
    _work_off(left, folder)
    results = studies.results_table(trials, folder)
    table = studies.form_tests(asked, results, score)
    if not quiet:
        _show(table, score)
    if target:
        write_json(target, {"score": score, "forms": plain_rows(table)})


def _work_off(trials: Sequence[Trial], folder: Path) -> None:
    with progress("trials") as bar, stop_on_signal() as should_stop:
        for place, trial in enumerate(trials):
            bar(place, len(trials))
            if should_stop() or not _work_on(trial, folder, should_stop):
                typer.echo(f"stopped in {trial.name}; the same command goes on", err=True)
                raise typer.Exit(INTERRUPTED)
        bar(len(trials), len(trials))


def _work_on(trial: Trial, folder: Path, should_stop: Callable[[], bool]) -> bool:
    """Returns whether the trial came to its end: trained, asked, its result written, tidied up."""
    from tomclip import training
    from tomclip.evaluation import emoji_task, evaluate
    from tomclip.evaluation.studies.trials import write_result
    from tomclip.runs import RunDirectory

    begun = time.perf_counter()
    path = folder / "runs" / trial.name
    checkpoints = RunDirectory(path).checkpoints
    if (checkpoints / "latest").exists():
        ended = training.resume(path, should_stop=should_stop)
    else:
        shutil.rmtree(path, ignore_errors=True)
        ended = training.train(trial.config, directory=path, should_stop=should_stop)
    if ended.state != "finished":
        return False
    report = evaluate(
        str(checkpoints / "best"),
        emoji_task("unseen", fold=trial.fold),
        languages=trial.config.data.languages,
        references=("teacher",),
    )
    write_result(trial, report, folder, seconds=time.perf_counter() - begun)
    shutil.rmtree(path, ignore_errors=True)
    return True


def _show(table: pd.DataFrame, score: str) -> None:
    from tomclip.core.scores import score_kind

    kind = score_kind(score)
    header = ["form", kind.short_title, "gain", "p, Holm", "could have seen", "verdict"]
    rows = [_row(row, kind.digits) for row in table.to_dict("records")]
    show_table(f"{kind.title}, gain over the baseline", header, rows, numbers=False)


def _row(row: Mapping[Any, Any], digits: int) -> list[str]:
    from tomclip.core.formatting import decimal

    own = [str(row["form"]), decimal(row["value"], digits)]
    if not isinstance(row.get("verdict"), str):
        return [*own, "", "", "", ""]
    low, high = (decimal(row[name], digits + 1, signed=True) for name in ("low", "high"))
    gain = decimal(row["gain"], digits + 1, signed=True)
    seen = decimal(row["smallest_effect"], digits + 1)
    return [*own, f"{gain} [{low}, {high}]", f"{row['adjusted_p']:.3f}", seen, row["verdict"]]
