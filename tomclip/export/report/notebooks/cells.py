"""Cells of a notebook, and the file that they make: nbformat 4.5, without outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

MARKS = re.compile(r"([\\`*_{}\[\]#|~$]|^[-+])")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook_bytes(cells: Iterable[tuple[str, str]]) -> bytes:
    """Returns the notebook in UTF-8.

    Args:
        cells: of `text` and `code`, in their order.
    """
    written = [_cell(kind, source, number) for number, (kind, source) in enumerate(cells)]
    notebook = {"cells": written, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def text(*blocks: str) -> tuple[str, str]:
    """Returns a cell of Markdown: blocks with an empty line between, without the empty ones."""
    return "markdown", "\n\n".join(filter(None, blocks))


def code(*lines: str) -> tuple[str, str]:
    """Returns a cell of Python, which begins with the import of `Path` where it names one."""
    written = "\n".join(lines)
    return "code", f"from pathlib import Path\n\n{written}" if "Path(" in written else written


def plain(written: str) -> str:
    """Returns text as Markdown that shows it as it is: nothing in it is a mark or HTML."""
    escaped = written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MARKS.sub(r"\\\1", " ".join(escaped.split()))


def listed(lines: Iterable[str]) -> str:
    """Returns plain lines as a list."""
    return "\n".join(f"- {plain(line)}" for line in lines)


def verbatim(written: str) -> str:
    """Returns lines to copy, such as a command."""
    return "\n".join(f"    {line}" for line in written.splitlines())


def captioned(number: int, caption: str) -> tuple[str, str]:
    """Returns the cell that stands before a figure.

    Args:
        number: place among the notebook's figures, from 1.
        caption: plain text.
    """
    return text(f"**Figure {number}.** {plain(caption)}")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table of plain text."""
    every = [header, ["---"] * len(header), *rows]
    return "\n".join(_row(cells, number == 1) for number, cells in enumerate(every))


def _row(cells: Sequence[str], is_rule: bool) -> str:
    return f"| {' | '.join(cells if is_rule else map(plain, cells))} |"


def _cell(kind: str, source: str, number: int) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    cell = {"cell_type": kind, "id": f"{kind}-{number}", "metadata": {}, "source": lines}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell
