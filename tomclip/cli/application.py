"""Which commands there are, and what stands before them."""

from __future__ import annotations

from typing import Annotated

import typer

from tomclip import __version__
from tomclip.cli.commands import (
    app,
    compare,
    data,
    diagrams,
    difference,
    doctor,
    embed,
    evaluate,
    loops,
    reproduce,
    runs,
    sweep,
    targets,
    train,
)
from tomclip.cli.invocation import Command, OneSentenceGroup

application = typer.Typer(
    name="tomclip",
    cls=OneSentenceGroup,
    help="ToMCLIP Studio: see, train and compare the shape of multilingual embeddings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@application.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


application.add_typer(runs.family, name="runs")
application.add_typer(data.family, name="data")
for command in (
    embed.embed,
    evaluate.evaluate,
    compare.compare,
    diagrams.diagrams,
    loops.loops,
    difference.difference,
    targets.targets,
    train.train,
    sweep.sweep,
    reproduce.reproduce,
    doctor.doctor,
):
    application.command(cls=Command)(command)
application.command(cls=Command, context_settings=app.FURTHER_ARGUMENTS)(app.app)
