"""`tomclip runs`: list, start, stop, resume, kill."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.invocation import Command
from tomclip.cli.options import run_path
from tomclip.cli.terminal import show_table
from tomclip.core.errors import RunError
from tomclip.core.paths import runs_directory

if TYPE_CHECKING:
    from tomclip.core.types import RunRecord

DAMAGED = "damaged"
Run = Annotated[str, typer.Argument(help="A run's id, as 'tomclip runs list' shows it.")]
family = typer.Typer(help="Training runs on this machine.", no_args_is_help=True)


@family.command("list", cls=Command)
def list_runs(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the training runs, newest first, and start those whose turn it is."""
    from tomclip.runs import advance_queue, list_runs

    try:
        advance_queue()
    except RunError as error:
        typer.echo(f"tomclip: {error}", err=True)
    records = list_runs()
    if as_json:
        values = [_as_json(record) for record in records]
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False))
        return
    if not records:
        typer.echo(f"no runs in {runs_directory()}; start one with 'tomclip train --config FILE'")
        return
    rows = [
        [run.id, run.name, _state_in_words(run), run.started_at or "", str(run.best_step or "")]
        for run in records
    ]
    header = ["run", "name", "state", "started", "best step"]
    show_table(f"Runs in {runs_directory()}", header, rows, numbers=False)
    for run in records:
        if run.damage:
            typer.echo(f"{run.id}: {run.damage}", err=True)


@family.command("start", cls=Command)
def start_run(
    config: Annotated[Path, typer.Option(help="YAML file such as configs/emoji_tomclip.yaml.")],
    name: Annotated[str | None, typer.Option(help="Name of the run; default: the file's.")] = None,
) -> None:
    """Train in the background: at once, or when the device is free."""
    from tomclip.config import load_config
    from tomclip.runs import launch, queue_position

    run = launch(load_config(config), name=name)
    place = queue_position(run.path)
    typer.echo(f"{run.path}: " + ("started" if place is None else f"number {place} in the queue"))


@family.command("stop", cls=Command)
def stop_run(run: Run) -> None:
    """Ask a run to finish its step, save and end; a queued one never starts."""
    from tomclip.runs import stop_run

    stop_run(run_path(run))
    typer.echo(f"{run}: asked to stop")


@family.command("resume", cls=Command)
def resume_run(run: Run) -> None:
    """Continue a run that has ended from its latest checkpoint."""
    from tomclip.runs import queue_position, resume_run

    path = run_path(run)
    resume_run(path)
    place = queue_position(path)
    typer.echo(f"{run}: " + ("continues" if place is None else f"number {place} in the queue"))


@family.command("kill", cls=Command)
def kill_run(run: Run) -> None:
    """End a run that was asked to stop and did not."""
    from tomclip.runs import kill_run

    kill_run(run_path(run))
    typer.echo(f"{run}: ended")


def _as_json(record: RunRecord) -> dict[str, Any]:
    return {**asdict(record), "path": str(record.path), "observed": _state(record)}


def _state_in_words(record: RunRecord) -> str:
    from tomclip.runs.observation import observed_state, state_in_words

    try:
        return state_in_words(observed_state(record.path, lines=1))
    except RunError:
        return DAMAGED


def _state(record: RunRecord) -> str:
    from tomclip.runs import observed_state

    try:
        return observed_state(record.path, lines=1).state
    except RunError:
        return DAMAGED
