"""Reports to take away: one file that says what came out, how, and what repeats it."""

from __future__ import annotations

from tomclip.export.report.asked import Asked
from tomclip.export.report.comparison import comparison_report
from tomclip.export.report.files import (
    REPORT_FORMS,
    ReportForm,
    comparison_file,
    require_form,
    run_file,
)
from tomclip.export.report.page import Section, report_page
from tomclip.export.report.run import run_report

__all__ = [
    "REPORT_FORMS",
    "Asked",
    "ReportForm",
    "Section",
    "comparison_file",
    "comparison_report",
    "report_page",
    "require_form",
    "run_file",
    "run_report",
]
