"""`tomclip cache`: how much is kept on this machine, and what can go."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tomclip.cli.invocation import Command
from tomclip.cli.terminal import show_table
from tomclip.core.files import cache_size
from tomclip.core.paths import cache_directory

family = typer.Typer(
    help="Show what the cache holds, or clear what is computed again when it is needed.",
    no_args_is_help=True,
)


@family.command("show", cls=Command)
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the size of each folder of the cache, and which are trimmed."""
    sizes = {name: _size(name) for name in cache_size.folders()}
    limit = cache_size.limit_bytes()
    if as_json:
        found = {"folder": str(cache_directory()), "bytes": sizes, "limit_bytes": limit}
        typer.echo(json.dumps(found | {"trimmed": list(cache_size.VALUE_FOLDERS)}, indent=2))
        return
    rows = [[name, f"{size / 1e6:,.1f} MB", _kept(name)] for name, size in sizes.items()]
    show_table(str(cache_directory()), ["folder", "size", "kept"], rows, numbers=False)
    typer.echo(f"the trimmed ones may take {limit / 1e9:g} GB ({cache_size.LIMIT_VARIABLE})")


@family.command("clear", cls=Command)
def clear(
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Remove what is computed again when it is needed; data, targets and encoders stay."""
    size = sum(map(_size, cache_size.VALUE_FOLDERS))
    if not yes:
        typer.confirm(f"Remove {size / 1e6:,.1f} MB of kept values?", abort=True)
    typer.echo(f"{cache_size.clear() / 1e6:,.1f} MB removed from {cache_directory()}")


def _size(folder: str) -> int:
    return sum(one.size for one in cache_size.kept_files(folder))


def _kept(folder: str) -> str:
    return "trimmed" if folder in cache_size.VALUE_FOLDERS else "until you delete it"
