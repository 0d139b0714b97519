"""`tomclip study`: compares forms of training over disjoint folds of concepts and several seeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tomclip.cli.fold_tables import as_json, show_tables
from tomclip.cli.interruption import INTERRUPTED, stop_on_signal
from tomclip.cli.options import Force, JsonFile
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tomclip.studies.execution import StudyWork, Unit
    from tomclip.studies.loading import LoadedStudy


def study(
    name: Annotated[
        str, typer.Argument(metavar="STUDY", help="A study's YAML file, or one that ships.")
    ],
    directory: Annotated[
        Path | None,
        typer.Option(help="The study's own folder; default: studies/NAME among the runs."),
    ] = None,
    condition: Annotated[
        str | None, typer.Option(help="Confirm and show this condition alone; default: all.")
    ] = None,
    score: Annotated[str, typer.Option(help="What is compared.")] = "zero_shot_top1",
    data: Annotated[str, typer.Option(help="On which pictures: emoji or icons.")] = "emoji",
    language: Annotated[str, typer.Option(help="A code, or mean.")] = "mean",
    device: Annotated[str, typer.Option(help="Where heads are trained: cpu or cuda.")] = "cpu",
    keep_heads: Annotated[
        bool, typer.Option("--keep-heads", help="Keep trained heads in the study's folder.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is to do only.")] = False,
    write: Annotated[
        Path | None,
        typer.Option(help="Write figures and tables of the results there are here; train nothing."),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option(help="Put the tables between this file's result markers; train nothing."),
    ] = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Compare forms of training over folds of the emoji and seeds, with paired tests.

    Settings are chosen on validation concepts first, where the study asks for it. Every trial
    leaves one small result; trials that have one are not repeated. Several processes may work on
    one folder.
    """
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    from tomclip.core.paths import runs_directory
    from tomclip.studies import study as studies
    from tomclip.studies.execution import Stopped, StudyWork
    from tomclip.studies.loading import load_study

    file = studies.study_file(name)
    asked = studies.read_fold_study(file)
    stem = file.parent.name if file.name == studies.FILE else file.stem
    folder = directory or runs_directory() / "studies" / stem
    quiet = target == STANDARD_OUTPUT
    if write or document:
        _report(load_study(asked, folder, name=stem), write, document)
        return
    with stop_on_signal() as should_stop:
        work = StudyWork(
            asked,
            folder,
            condition=condition,
            device=device,
            keep_heads=keep_heads,
            should_stop=should_stop,
        )
        choosing = work.choosing()
        typer.echo(_to_do(work, choosing, folder), err=quiet)
        if dry_run:
            return
        studies.keep_study_file(file, folder)
        try:
            _work_off(work, choosing, "settings")
            work.settle_choices()
            _work_off(work, work.confirming(), "trials")
        except Stopped:
            typer.echo("stopped; the same command goes on", err=True)
            raise typer.Exit(INTERRUPTED) from None
    results = load_study(asked, folder, condition=condition).table
    options = {"score": score, "data": data, "language": language}
    if not quiet:
        show_tables(asked, results, condition, **options)
    if target:
        write_json(target, as_json(asked, results, condition, **options))


def _report(loaded: LoadedStudy, folder: Path | None, document: Path | None) -> None:
    """Writes what there is into a folder and into a document."""
    from tomclip.core.paths import user_path
    from tomclip.studies.report.writing import fill_document, write_report

    for path in write_report(loaded, user_path(folder)) if folder else ():
        typer.echo(path)
    if document:
        changed = fill_document(loaded, user_path(document))
        typer.echo(f"{document} {'has the tables now' if changed else 'had these tables already'}")


def _to_do(work: StudyWork, choosing: Sequence[Unit], folder: Path) -> str:
    study, left = work.study, [unit for unit in choosing if not unit.is_done()]
    asked = (
        f"{len(study.conditions)} conditions, {len(study.forms)} forms, "
        f"{len(study.folds)} folds, {len(study.seeds)} seeds"
    )
    if choosing:
        return (
            f"{asked}: settings are chosen first, {len(choosing)} parts, {len(left)} to go; "
            f"in {folder}"
        )
    trials, to_go = work.count()
    return f"{asked}: {trials:,} trials, {to_go:,} to go; in {folder}"


def _work_off(work: StudyWork, units: Sequence[Unit], what: str) -> None:
    with progress(what) as bar:
        work.work_off(units, bar)
