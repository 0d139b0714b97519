"""The command line: the same engine as the studio, without the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from tomclip import __version__
from tomclip.cli import data, measure, operate, reproduce, shape, sweep, targets, training
from tomclip.cli.console import OneSentenceGroup

app = typer.Typer(
    name="tomclip",
    cls=OneSentenceGroup,
    help="ToMCLIP Studio: see, train and compare the shape of multilingual embeddings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
runs_app = typer.Typer(help="Training runs on this machine.", no_args_is_help=True)
app.add_typer(runs_app, name="runs")
data_app = typer.Typer(invoke_without_command=True)
app.add_typer(data_app, name="data")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """Runs the command that `sys.argv` names and ends the process with its exit code."""
    app()


COMMANDS = (
    measure.embed,
    measure.evaluate,
    measure.compare,
    shape.diagrams,
    shape.loops,
    shape.difference,
    targets.targets,
    training.train,
    sweep.sweep,
    reproduce.reproduce,
    operate.doctor,
)
for command in COMMANDS:
    app.command()(command)
RUNS = {
    "list": operate.list_runs,
    "start": operate.start_run,
    "stop": operate.stop_run,
    "resume": operate.resume_run,
    "kill": operate.kill_run,
}
for name, command in RUNS.items():
    runs_app.command(name)(command)
data_app.callback()(data.benchmarks)
data_app.command()(data.show)
data_app.command()(data.check)
app.command("app", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    operate.studio
)
