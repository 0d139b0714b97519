"""Commands that start or look after things: app, runs list, doctor."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from tomclip.assets import project_directory, runs_directory
from tomclip.cli.console import show_table
from tomclip.errors import InputError


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
    """List the training runs, newest first."""
    from tomclip.runs import list_runs

    records = list_runs()
    if as_json:
        values = [{**asdict(record), "path": str(record.path)} for record in records]
        typer.echo(json.dumps(values, indent=2, ensure_ascii=False))
        return
    if not records:
        typer.echo(f"no runs in {runs_directory()}; start one with 'tomclip train --config FILE'")
        return
    rows = [
        [run.id, run.name, run.state, run.started_at or "", str(run.best_step or "")]
        for run in records
    ]
    header = ["run", "name", "state", "started", "best step"]
    show_table(f"Runs in {runs_directory()}", header, rows, numbers=False)
