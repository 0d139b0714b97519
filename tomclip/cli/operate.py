"""Commands that start or look after things: app, doctor, runs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.console import show_table
from tomclip.core.errors import InputError, RunError
from tomclip.core.paths import project_directory, runs_directory

if TYPE_CHECKING:
    from tomclip.core.types import RunRecord

Run = Annotated[str, typer.Argument(help="A run's id, as 'tomclip runs list' shows it.")]


def studio(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    headless: Annotated[
        bool | None, typer.Option(help="Whether no browser window opens; default: Streamlit's.")
    ] = None,
) -> None:
    """Start the studio. Further arguments go to `streamlit run`."""
    script = project_directory() / "app.py"
    if not script.is_file():
        raise InputError(f"{script} does not exist; start the studio from a full checkout")
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    if headless is not None:
        command.append(f"--server.headless={str(headless).lower()}")
    finished = subprocess.run([*command, *context.args], cwd=project_directory(), check=False)
    raise typer.Exit(finished.returncode)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Check packages, device, shipped files and folders; exit code 1 when something is amiss."""
    from tomclip.cli.doctor import examine, summary

    checks = examine()
    if as_json:
        typer.echo(json.dumps(summary(checks), indent=2, ensure_ascii=False))
    else:
        rows = [
            [c.group, c.name, c.state if c.required else f"{c.state} (optional)", c.detail]
            for c in checks
        ]
        show_table("tomclip doctor", ["what", "name", "state", "detail"], rows, numbers=False)
    raise typer.Exit(0 if all(check.passed for check in checks) else 1)


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
        [run.id, run.name, _state(run), run.started_at or "", str(run.best_step or "")]
        for run in records
    ]
    header = ["run", "name", "state", "started", "best step"]
    show_table(f"Runs in {runs_directory()}", header, rows, numbers=False)
    for run in records:
        if run.damage:
            typer.echo(f"{run.id}: {run.damage}", err=True)


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


def stop_run(run: Run) -> None:
    """Ask a run to finish its step, save and end; a queued one never starts."""
    from tomclip.runs import stop_run

    stop_run(_directory(run))
    typer.echo(f"{run}: asked to stop")


def resume_run(run: Run) -> None:
    """Continue a run that has ended from its latest checkpoint."""
    from tomclip.runs import queue_position, resume_run

    path = _directory(run)
    resume_run(path)
    place = queue_position(path)
    typer.echo(f"{run}: " + ("continues" if place is None else f"number {place} in the queue"))


def kill_run(run: Run) -> None:
    """End a run that was asked to stop and did not."""
    from tomclip.runs import kill_run

    kill_run(_directory(run))
    typer.echo(f"{run}: ended")


def _directory(run: str) -> Path:
    """Returns the folder of a run's id, or the folder that was named."""
    path = runs_directory() / run
    return path if path.is_dir() else Path(run)


def _as_json(record: RunRecord) -> dict[str, Any]:
    return {**asdict(record), "path": str(record.path), "observed": _state(record)}


def _state(record: RunRecord) -> str:
    from tomclip.runs import observed_state

    try:
        return observed_state(record.path, lines=1).state
    except RunError:
        return "damaged"
