"""`tomclip report`: a comparison or a training run as one HTML file to take away."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tomclip.cli.evaluation import Evaluation
from tomclip.cli.options import (
    Data,
    Directory,
    Fold,
    Force,
    Languages,
    Rendering,
    Shape,
    Subset,
    run_path,
)
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_text
from tomclip.cli.terminal import progress
from tomclip.core.errors import InputError


def report(
    output: Annotated[Path, typer.Option(help="File to write: .html; - for stdout.")],
    run: Annotated[
        str | None, typer.Argument(help="A run's id or folder, in place of encoders.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Encoder that differences are taken from.")
    ] = None,
    encoder: Annotated[
        list[str] | None, typer.Option(help="Encoder to compare; repeat for more.")
    ] = None,
    data: Data = "emoji",
    directory: Directory = None,
    subset: Subset = "all",
    fold: Fold = None,
    languages: Languages = None,
    rendering: Rendering = None,
    shape: Shape = True,
    force: Force = False,
) -> None:
    """Write a comparison or a run as one HTML file: verdict, figures, tables and the command.

    The file needs no network and can be printed.
    """
    if run is not None:
        _require_no_encoders(baseline, encoder)
        target = require_output(output, force=force, suffixes=(".html",))
        _write(_of_run(run, output), target)
        return
    if not baseline or not encoder:
        raise InputError(
            "a report is of a run or of encoders; name a run, or --baseline and --encoder"
        )
    _require_different([baseline, *encoder])
    target = require_output(output, force=force, suffixes=(".html",))
    chosen = Evaluation(data, directory, subset, languages, rendering, shape, fold)
    _write(_of_comparison(baseline, encoder, output, chosen), target)


def _of_run(run: str, output: Path) -> bytes:
    from tomclip.export.report import run_report

    command = shlex.join(("tomclip", "report", run, "--output", str(output)))
    return run_report(run_path(run), command=command)


def _of_comparison(
    baseline: str, encoder: Sequence[str], output: Path, chosen: Evaluation
) -> bytes:
    with progress("evaluating") as on_progress:
        reports = chosen.reports([baseline, *encoder], on_progress)
    from tomclip.evaluation import compare_reports
    from tomclip.evaluation.readings.encoders import named_encoders
    from tomclip.export.report import comparison_report

    return comparison_report(
        reports,
        compare_reports(reports[0], reports[1:]),
        named_encoders(reports),
        command=_command(baseline, encoder, output, chosen),
    )


def _write(page: bytes, target: Path) -> None:
    if target == STANDARD_OUTPUT:
        typer.echo(page.decode(), nl=False)
    else:
        write_text(target, page.decode())
        typer.echo(target)


def _require_no_encoders(baseline: str | None, encoder: Sequence[str] | None) -> None:
    if baseline or encoder:
        raise InputError(
            "encoders came with a run; name a run, or --baseline and --encoder, not both"
        )


def _require_different(names: Sequence[str]) -> None:
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise InputError(f"encoder {twice[0]!r} came twice; name each once, the baseline too")


def _command(baseline: str, others: Sequence[str], output: Path, chosen: Evaluation) -> str:
    """Returns the command that writes the report again, with every choice that was made."""
    named = [part for name in others for part in ("--encoder", name)]
    given = {
        "--directory": chosen.directory,
        "--subset": None if chosen.subset == "all" else chosen.subset,
        "--fold": chosen.fold,
        "--languages": chosen.languages,
        "--rendering": chosen.rendering,
    }
    options = [part for key, value in given.items() if value is not None for part in (key, value)]
    shapes = [] if chosen.shape else ["--no-shape"]
    parts = ("tomclip", "report", "--baseline", baseline, *named, "--data", chosen.data)
    return shlex.join(map(str, (*parts, *options, *shapes, "--output", output)))
