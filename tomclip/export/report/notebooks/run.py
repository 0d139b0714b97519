"""A training run as a notebook: how far it came, and cells that draw what it recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tomclip.core.paths import runs_directory
from tomclip.export.report.notebooks.cells import (
    captioned,
    code,
    notebook_bytes,
    plain,
    text,
    verbatim,
)
from tomclip.export.report.run import (
    WEIGHTS_CHANGED,
    run_about,
    run_figures,
    run_verdict,
    training_command,
)
from tomclip.runs import read_events, read_run, run_summary

HOW = (
    "The sentence above was written when the report was made; the cells below read what the run "
    "has recorded by now. Run them from top to bottom, with "
    "`pip install 'tomclip[studio,notebooks]'`."
)
IMPORTS = (
    "import pandas as pd",
    "",
    "from tomclip.core.paths import runs_directory",
    "from tomclip.export.report.run import SCORE_HEADER, run_figures, run_verdict, score_rows",
    "from tomclip.runs import read_events, read_run, run_summary",
    "from tomclip.runs.records import flat_config",
)


def run_notebook(path: Path, *, command: str, made_at: datetime | None = None) -> bytes:
    """Returns a notebook of nbformat 4.5 in UTF-8, without outputs.

    Args:
        path: of the run's folder.
        command: what writes the same report.
        made_at: when; None is now.

    Raises:
        RunError: when the run's status or events cannot be read.
    """
    return notebook_bytes(_cells(path, command, made_at))


def _cells(path: Path, command: str, made_at: datetime | None) -> Iterator[tuple[str, str]]:
    summary, run = run_summary(path), read_run(path)
    yield text(
        f"# {plain(f'Training run {run.name}')}",
        plain(run_about(run, made_at)),
        f"> {plain(run_verdict(run, summary))}",
        HOW,
    )
    yield code(
        *IMPORTS,
        "",
        f"path = {_place(path)}",
        "run, summary, events = read_run(path), run_summary(path), read_events(path)",
        "figures = [figure for figure, caption in run_figures(run, events)]",
        "run_verdict(run, summary)",
    )
    yield text("## Scores")
    yield code("pd.DataFrame(score_rows(summary), columns=SCORE_HEADER).set_index('score')")
    for number, (_, caption) in enumerate(run_figures(run, read_events(path)), 1):
        yield captioned(number, caption)
        yield code(f"figures[{number - 1}]")
    yield text("## Settings")
    yield code("print(pd.Series(flat_config(run.config), dtype=object).to_string())")
    yield text("## The commands that repeat it", verbatim(command), "The training, anew:")
    changed = WEIGHTS_CHANGED if summary.weights_changed else ""
    yield text(verbatim(training_command(run)), changed)


def _place(path: Path) -> str:
    """Returns the Python that finds the run's folder, by its id where that is enough."""
    if path.resolve().parent == runs_directory().resolve():
        return f"runs_directory() / {path.name!r}"
    return f"Path({str(path.resolve())!r})"
