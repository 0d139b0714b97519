"""A report as a file: an HTML page, the same page on paper, or a notebook of the same view."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from tomclip.evaluation import compare_reports
from tomclip.evaluation.readings.encoders import named_encoders
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.browser import require_browser
from tomclip.export.printing import printed_page
from tomclip.export.report.asked import Asked
from tomclip.export.report.comparison import comparison_report, comparison_title
from tomclip.export.report.notebooks.comparison import comparison_notebook
from tomclip.export.report.notebooks.run import run_notebook
from tomclip.export.report.run import run_report

ReportForm = Literal["html", "pdf", "ipynb"]
REPORT_FORMS: tuple[ReportForm, ...] = get_args(ReportForm)


def require_form(form: ReportForm) -> None:
    """Checks, before any work, that this machine can write a report in this form.

    Raises:
        ExportError: when it takes a browser and there is none.
    """
    if form == "pdf":
        require_browser()


def comparison_file(
    form: ReportForm, reports: Sequence[EvaluationReport], asked: Asked, *, output: str | Path
) -> bytes:
    """Returns the file that reports a comparison.

    Args:
        form: "html", "pdf" (A4, its sheets numbered), or "ipynb", whose cells compute it anew.
        reports: with their ranks, in the order of `asked.encoders`.
        asked: what was compared on what.
        output: where it will be written, which its command says.

    Raises:
        ExportError: when the browser that prints is missing or failed.
        EncoderUnavailable, AssetError: as `named_encoders`.
        InputError: when names or prompts of one's own came without their file.
    """
    require_form(form)
    encoders, command = named_encoders(reports), asked.command(output)
    table = compare_reports(reports[0], reports[1:])
    if form == "ipynb":
        return comparison_notebook(reports, table, encoders, asked, command=command)
    page = comparison_report(
        reports, table, encoders, command=command, own=asked.file_rows(), paper=form == "pdf"
    )
    return page if form == "html" else printed_page(page, foot=comparison_title(encoders))


def run_file(form: ReportForm, path: Path, *, command: str) -> bytes:
    """Returns the file that reports a training run.

    Args:
        form: as in `comparison_file`.
        path: of the run's folder.
        command: what writes the same report.

    Raises:
        ExportError: when the browser that prints is missing or failed.
        RunError: when the run's status or events cannot be read.
    """
    require_form(form)
    if form == "ipynb":
        return run_notebook(path, command=command)
    page = run_report(path, command=command, paper=form == "pdf")
    return page if form == "html" else printed_page(page, foot=f"Training run {path.name}")
