"""A person's mistake ends a command with one sentence and exit code 2."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from tomclip.core.errors import TomclipError

ERROR_EXIT = 2


class OneSentenceGroup(TyperGroup):
    """A command group that turns a TomclipError into one sentence on stderr and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen command; anything but a TomclipError is a bug and keeps its traceback."""
        try:
            return super().invoke(ctx)
        except TomclipError as error:
            typer.echo(f"tomclip: {error}", err=True)
            raise typer.Exit(ERROR_EXIT) from error
