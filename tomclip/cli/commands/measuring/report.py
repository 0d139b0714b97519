"""`tomclip report`: a comparison or a training run as one file to take away."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tomclip.cli.evaluation import Evaluation, on_data
from tomclip.cli.options import (
    Force,
    run_path,
)
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_bytes
from tomclip.cli.terminal import progress
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    from tomclip.export.report import ReportForm


@on_data()
def report(
    output: Annotated[
        Path, typer.Option(help="File to write: .html, .pdf or .ipynb; - for HTML on stdout.")
    ],
    run: Annotated[
        str | None, typer.Argument(help="A run's id or folder, in place of encoders.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Encoder that differences are taken from.")
    ] = None,
    encoder: Annotated[
        list[str] | None, typer.Option(help="Encoder to compare; repeat for more.")
    ] = None,
    *,
    chosen: Evaluation,
    force: Force = False,
) -> None:
    """Write a comparison or a run as one file: verdict, figures, tables and the command.

    HTML needs no network; PDF is A4 and needs Chrome or Chromium on this machine; a notebook
    computes the same anew.
    """
    if run is not None:
        _require_no_encoders(baseline, encoder)
        _require_no_lists(chosen)
        form = _form(output, force)
        _write(_of_run(form, run, output), output)
        return
    if not baseline or not encoder:
        raise InputError(
            "a report is of a run or of encoders; name a run, or --baseline and --encoder"
        )
    _require_different([baseline, *encoder])
    form = _form(output, force)
    _write(_of_comparison(form, (baseline, *encoder), output, chosen), output)


def _form(output: Path, force: bool) -> ReportForm:
    """Returns what is to be written, checked before any work."""
    from tomclip.export.report import REPORT_FORMS, require_form

    require_output(output, force=force, suffixes=[f".{form}" for form in REPORT_FORMS])
    endings: dict[str, ReportForm] = {f".{form}": form for form in REPORT_FORMS}
    form = endings.get(output.suffix, REPORT_FORMS[0])
    require_form(form)
    return form


def _of_run(form: ReportForm, run: str, output: Path) -> bytes:
    from tomclip.export.report import run_file

    command = shlex.join(("tomclip", "report", run, "--output", str(output)))
    return run_file(form, run_path(run), command=command)


def _of_comparison(
    form: ReportForm, encoders: tuple[str, ...], output: Path, chosen: Evaluation
) -> bytes:
    with progress("evaluating") as on_progress:
        reports = chosen.reports(encoders, on_progress)
    from tomclip.export.report import Asked, comparison_file

    asked = Asked(encoders, chosen.data, chosen.options, chosen.files)
    return comparison_file(form, reports, asked, output=output)


def _write(content: bytes, target: Path) -> None:
    if target == STANDARD_OUTPUT:
        typer.echo(content.decode(), nl=False)
    else:
        write_bytes(target, content)
        typer.echo(target)


def _require_no_encoders(baseline: str | None, encoder: Sequence[str] | None) -> None:
    if baseline or encoder:
        raise InputError(
            "encoders came with a run; name a run, or --baseline and --encoder, not both"
        )


def _require_no_lists(chosen: Evaluation) -> None:
    if given := " and ".join(f"--{name}" for name in chosen.files):
        raise InputError(
            f"{given} came with a run, which has been measured; leave it out, or compare encoders"
        )


def _require_different(names: Sequence[str]) -> None:
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise InputError(f"encoder {twice[0]!r} came twice; name each once, the baseline too")
