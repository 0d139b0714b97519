"""What the commands share: errors as one sentence, tables, progress, files written whole."""

from __future__ import annotations

import json
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from tomclip.core.atomic import write_errors, written_whole
from tomclip.core.errors import InputError, TomclipError

ERROR_EXIT = 2
HEADER_WIDTH = 9
STANDARD_OUTPUT = Path("-")
Progress = Callable[[int, int], None]


class OneSentenceGroup(TyperGroup):
    """A command group that turns a TomclipError into one sentence on stderr and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen command; anything but a TomclipError is a bug and keeps its traceback."""
        try:
            return super().invoke(ctx)
        except TomclipError as error:
            typer.echo(f"tomclip: {error}", err=True)
            raise typer.Exit(ERROR_EXIT) from error


def require_output(path: Path, *, force: bool, suffixes: Sequence[str]) -> Path:
    """Returns `path` when a file can be written there, so that no work is done in vain.

    Creates the folder that is to hold it. "-" (standard output) is returned unchecked.

    Raises:
        InputError: when the ending is another one, the file exists and `force` is False, or the
            folder cannot be created or written.
    """
    if path == STANDARD_OUTPUT:
        return path
    if path.suffix not in suffixes:
        raise InputError(f"{path} does not end in {' or '.join(suffixes)}; rename it")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file")
    if path.exists() and not force:
        raise InputError(f"{path} exists; choose another name or add --force to replace it")
    with write_errors(path, InputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            return path


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Writes readable JSON without NaN to the file, whole or not at all, or to stdout for "-".

    Raises:
        InputError: when the system refuses to write.
    """
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if path == STANDARD_OUTPUT:
        typer.echo(text, nl=False)
    else:
        with written_whole(path) as partial:
            partial.write_text(text, encoding="utf-8")


def show_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = True
) -> None:
    """Prints a title and a table on stdout; with `numbers`, all but the first column are numbers.

    Numbers stand on the right. The title is not folded to the table's width, so that a path in it
    can be copied.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, name in enumerate(header):
        number = numbers and place > 0
        words = textwrap.wrap(name, HEADER_WIDTH, break_long_words=False) if number else [name]
        table.add_column(
            "\n".join(words),
            justify="right" if number else "left",
            no_wrap=numbers,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(title, style="bold", markup=False, highlight=False, soft_wrap=True)
    console.print(table)


@contextmanager
def progress(description: str) -> Iterator[Progress]:
    """Yields a callback (done, total) that draws a bar on stderr when that is a terminal."""
    from rich.progress import Progress as Bars

    with Bars(
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bars:
        task = bars.add_task(description, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
