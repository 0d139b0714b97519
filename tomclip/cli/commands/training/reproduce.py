"""`tomclip reproduce`: trains a study's recipes over several seeds and shows the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tomclip.cli.config_changes import parse_changes
from tomclip.cli.interruption import INTERRUPTED, stop_on_signal
from tomclip.cli.options import Force, JsonFile
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json, write_text
from tomclip.cli.study_tables import as_markdown, json_values, show_study
from tomclip.cli.terminal import progress
from tomclip.core.errors import InputError, RunError, TomclipError

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import EvaluationReport, Task
    from tomclip.evaluation.studies.baselines import FittedBaseline
    from tomclip.evaluation.studies.experiments import Study
    from tomclip.evaluation.studies.plan import PlannedRun, StudyPlan


def reproduce(
    study_name: Annotated[
        Literal["low-resource", "low-resource-weights", "full", "emoji"],
        typer.Argument(metavar="STUDY", help="low-resource, low-resource-weights, full or emoji."),
    ],
    seeds: Annotated[int, typer.Option(help="Runs of each recipe.")] = 4,
    steps: Annotated[
        int | None, typer.Option(help="Steps of every run, for a trial; default: the recipes'.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Change one key for all runs; repeat.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option(help="The study's own folder; default: reproductions/NAME among the runs."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan only.")] = False,
    json_file: JsonFile = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the table here, for a text: .md.")
    ] = None,
    force: Force = False,
) -> None:
    """Train the paper's recipes over several seeds; show the table beside the published values.

    Runs that have finished are used again, interrupted ones go on where they were.
    """
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    text = markdown and require_output(markdown, force=force, suffixes=(".md",))
    from tomclip.core.paths import runs_directory
    from tomclip.evaluation.studies.experiments import study
    from tomclip.evaluation.studies.plan import plan_study, settle_plan
    from tomclip.evaluation.studies.table import study_table, validation_table
    from tomclip.runs import advance_queue

    chosen = study(study_name)
    folder = directory or runs_directory() / "reproductions" / study_name
    plan = plan_study(chosen, seeds=seeds, steps=steps, changes=parse_changes(changes or ()))
    tasks, missing = _data_here(chosen)
    quiet = target == STANDARD_OUTPUT
    _show_plan(plan, folder, missing, to_stderr=quiet)
    if dry_run:
        return
    if not tasks:
        raise InputError(f"none of {', '.join(chosen.data)} is here to evaluate on; see above")
    _require_ready(plan, folder)
    plan = settle_plan(plan, folder)
    try:
        _train(plan, folder)
    finally:
        with suppress(RunError):
            advance_queue()
    plain, unfitted = _fitted(chosen, plan, folder)
    missing |= unfitted
    values = _evaluated(chosen, plan, folder, tasks, plain, missing)
    table, validation = study_table(chosen, values), validation_table(plan, folder)
    if not quiet:
        show_study(chosen, plan, table, validation, missing)
    if target:
        write_json(target, json_values(plan, values, table, validation, missing))
    if text:
        write_text(text, as_markdown(chosen, plan, table, validation, missing))


def _data_here(study: Study) -> tuple[dict[str, Task], dict[str, str]]:
    """Returns what the study can be evaluated on here, and why not on the rest."""
    from tomclip.evaluation import TaskOptions, load_task

    here: dict[str, Task] = {}
    missing: dict[str, str] = {}
    for name in study.data:
        try:
            here[name] = load_task(name, TaskOptions(**study.options.get(name, {})))
        except InputError as error:
            missing[name] = str(error)
    return here, missing


def _show_plan(
    plan: StudyPlan, folder: Path, missing: Mapping[str, str], *, to_stderr: bool
) -> None:
    from tomclip.evaluation.studies.plan import run_state

    for run in plan.runs:
        config = run.training()
        captions = config.optimiser.steps * config.optimiser.batch_size
        typer.echo(
            f"{run.name}: at most {config.optimiser.steps:,} steps, {captions:,} captions, "
            f"{run_state(folder / run.name)}",
            err=to_stderr,
        )
    typer.echo(_cost(plan, folder), err=to_stderr)
    for sentence in missing.values():
        typer.echo(f"Not evaluated: {sentence}", err=True)


def _require_ready(plan: StudyPlan, folder: Path) -> None:
    """Refuses, before the first run, a study in which a later one could not begin."""
    from tomclip.evaluation.studies.plan import steps_to_go
    from tomclip.training.initial_student import require_ready

    left = steps_to_go(plan, folder)
    first = {run.recipe: run for run in reversed(plan.runs) if run.name in left}
    for recipe, run in first.items():
        try:
            require_ready(run.training())
        except TomclipError as error:
            raise type(error)(f"{recipe}: {error}") from error


def _cost(plan: StudyPlan, folder: Path) -> str:
    """Returns in words what is left to do, and how long it takes as far as that was measured."""
    from tomclip.evaluation.studies.plan import seconds_a_step, steps_to_go

    left, seconds = steps_to_go(plan, folder), seconds_a_step(plan, folder)
    words = f"{len(plan.runs)} runs, {len(left)} to go, at most {sum(left.values()):,} steps"
    if not left:
        return words
    if not seconds:
        return f"{words}; how long it takes is known once the first has begun"
    hours = sum(left[run.name] * seconds[run.recipe] for run in plan.runs if run.name in left)
    return f"{words}, about {hours / 3600:.1f} hours at the pace of the runs so far"


def _train(plan: StudyPlan, folder: Path) -> None:
    """Brings every run of the plan to its end, in order; an interrupted one ends the command."""
    from tomclip.evaluation.studies.plan import FINISHED, require_planned, run_state
    from tomclip.runs.observation import state_in_words

    total = sum(run.training().optimiser.steps for run in plan.runs)
    before = 0
    with progress("training") as bar, stop_on_signal() as should_stop:
        for run in plan.runs:
            path = require_planned(run, folder)
            if run_state(path) != FINISHED:
                state = _train_one(
                    run,
                    path,
                    on_event=lambda event, done=before: bar(done + event.step, total),
                    should_stop=should_stop,
                )
                if state != FINISHED:
                    words = state_in_words(state)
                    typer.echo(f"{run.name} is {words}; the same command goes on", err=True)
                    raise typer.Exit(INTERRUPTED)
            before += run.training().optimiser.steps
            bar(before, total)


def _train_one(run: PlannedRun, path: Path, **options: Any) -> str:
    """Returns how a run ended that starts here, or goes on from its latest checkpoint."""
    from tomclip import training
    from tomclip.evaluation.studies.plan import run_state
    from tomclip.runs import RunDirectory, RunStatus, write_status

    config = run.training()
    if (RunDirectory(path).checkpoints / "latest").exists():
        return training.resume(path, **options).state
    if run_state(path) != "missing":
        write_status(path, RunStatus("queued", total=config.optimiser.steps))
    return training.train(config, directory=path, **options).state


def _fitted(
    study: Study, plan: StudyPlan, folder: Path
) -> tuple[tuple[FittedBaseline, ...], Mapping[str, str]]:
    """Returns the plain baselines, and why some cannot be had here."""
    from tomclip.evaluation.studies.baselines import fit_baselines

    with progress("fitting plain baselines") as bar:
        return fit_baselines(study, plan, folder, on_progress=bar)


def _evaluated(
    study: Study,
    plan: StudyPlan,
    folder: Path,
    tasks: Mapping[str, Task],
    plain: Sequence[FittedBaseline],
    missing: dict[str, str],
) -> pd.DataFrame:
    """Returns the rows of `study_values` of every run and baseline on everything that is here.

    Why a baseline cannot be asked, such as a centring in a language whose mean it does not know, is
    added to `missing`.
    """
    import pandas as pd

    from tomclip.evaluation.studies.table import study_values

    rows: list[dict[str, Any]] = []
    asked = [(run, _student(run, folder)) for run in plan.runs]
    asked += [(one.run, one.encoder) for one in plain]
    with progress("evaluating") as bar:
        for place, (run, encoder) in enumerate(asked, start=1):
            for task in tasks.values():
                try:
                    rows += study_values(run, _report(study, run, encoder, task))
                except InputError as error:
                    if place <= len(plan.runs):
                        raise
                    missing[f"{run.recipe}, {task.name}"] = f"{run.recipe}, {task.name}: {error}"
            bar(place, len(asked))
    return pd.DataFrame(rows)


def _student(run: PlannedRun, folder: Path) -> str:
    from tomclip.evaluation.studies.plan import best_student

    student = best_student(run, folder)
    if not student.is_dir():
        raise RunError(f"{student} is missing; delete {folder / run.name} to train it again")
    return str(student)


def _report(study: Study, run: PlannedRun, encoder: str, task: Task) -> EvaluationReport:
    from tomclip.evaluation import evaluate

    trained = run.training().data.languages
    languages = trained if task.name in study.asked_as_trained else None
    return evaluate(encoder, task, languages=languages, references=())
