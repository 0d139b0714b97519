"""What a person sees while a command runs and when it has ended: tables and a bar."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tomclip.core.progress import OnProgress

HEADER_WIDTH = 9


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
        table.add_row(*map(escape, row))
    console = Console()
    console.print(title, style="bold", markup=False, highlight=False, soft_wrap=True)
    console.print(table)


@contextmanager
def progress(description: str) -> Iterator[OnProgress]:
    """Yields a callback (done, total) that draws a bar on stderr when that is a terminal."""
    from rich.progress import Progress as Bars

    with Bars(
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bars:
        task = bars.add_task(description, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
