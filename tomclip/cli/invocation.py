"""What a person gave: paths with ~ in them, and mistakes, which end with one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tomclip.cli.task_names import METAVAR, names_in_help
from tomclip.core.errors import TomclipError
from tomclip.core.extras import extras_named
from tomclip.core.paths import user_path

ERROR_EXIT = 2


class Command(TyperCommand):
    """A command whose paths may begin with ~, also where the shell leaves it, as in --json=~/x.

    Its help lists the names of the registered tasks.
    """

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help, with the tasks that are known by now."""
        for parameter in self.params:
            if parameter.metavar == METAVAR:
                parameter.metavar = names_in_help()
        super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command with every path expanded."""
        ctx.params = {name: _expanded(value) for name, value in ctx.params.items()}
        return super().invoke(ctx)


def _expanded(value: Any) -> Any:
    return user_path(value) if isinstance(value, Path) else value


class OneSentenceGroup(TyperGroup):
    """A command group that turns a TomclipError into one sentence on stderr and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen command; anything but a TomclipError is a bug and keeps its traceback."""
        try:
            with extras_named():
                return super().invoke(ctx)
        except TomclipError as error:
            typer.echo(f"tomclip: {error}", err=True)
            raise typer.Exit(ERROR_EXIT) from error
